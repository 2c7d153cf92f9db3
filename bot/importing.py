"""`tuppence import KIND FILE…`: one sub-command for each source of files, its settings as options."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click

import sources
from bot.terminal import careful, taken
from finops.discovery import subclasses
from sources._base import FileSource, Source


class Importing(click.Group):
    """A group whose sub-commands are the sources of files, by the names of their files."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(_known())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The one called *cmd_name*."""
        kind = _known().get(cmd_name)
        return _command(cmd_name, kind) if kind else None


@cache
def _known() -> dict[str, type[FileSource]]:
    return {name: kind for name, kind in subclasses(sources, Source).items() if issubclass(kind, FileSource)}


def _command(name: str, kind: type[FileSource]) -> click.Command:
    @click.pass_obj
    @careful
    def take(home: Path, files: tuple[Path, ...], strict: bool, **settings: Any) -> None:
        taken(home, kind(**settings), files, strict=strict)

    files = click.Argument(["files"], nargs=-1, required=True, type=click.Path(path_type=Path))
    strict = click.Option(["--strict"], is_flag=True, help="Publish nothing if one row would be quarantined.")
    return click.Command(name, callback=take, params=[files, strict, *_options(kind)], help=kind.__doc__)


def _options(kind: type[FileSource]) -> Iterator[click.Option]:
    """A setting that has few values is an option with these."""
    for name, field in kind.model_fields.items():
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        yield click.Option([f"--{name}", name], type=click.Choice(choices) if choices else str,
                           default=field.default, show_default=True)  # fmt: skip
