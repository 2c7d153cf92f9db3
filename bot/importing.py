"""`tuppence import FILE…`: files are recognised by their columns; `tuppence import KIND FILE…` says what they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Literal, get_args, get_origin

import click

import sources
from bot.import_files import Choices, import_files
from bot.terminal import careful
from finops.discovery import only_subclass, subclasses
from sources._base import FileSource, Source

_RECOGNISED = "recognised"
_SHARED = (
    click.Option(["--strict"], is_flag=True, help="Keep nothing if a file fails or a row would be quarantined."),
    click.Option(["--replace"], is_flag=True, help="The files are all there is of the days from their first to last."),
    click.Option(["--add"], is_flag=True, help="Replace nothing; add every row."),
    click.Option(["--dates"], type=click.Choice(["day-first", "month-first"]), default=None,
                 help="How 05/11/2026 is read where the column can be read both ways."),
    click.Option(["--source"], default=None, help="Keep the rows as this source's, apart from others of their format."),
    click.Option(["--dry-run"], is_flag=True, help="Say what would change, and keep nothing."),
)  # fmt: skip


class Importing(click.Group):
    """A group whose sub-commands are the kinds of files; what names no kind is a list of files to recognise."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = [*self.params, *_SHARED]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The kinds, by the names of their files."""
        return sorted(kinds())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The one for files of the kind *cmd_name*."""
        return _command(cmd_name, _kind(cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A kind's name wins over a file of that name: `./focus` is the file."""
        if _kind(args[0]):
            return super().resolve_command(ctx, args)
        return _RECOGNISED, _command(_RECOGNISED, None), args


@click.group("import", cls=Importing, subcommand_metavar="[KIND] FILE...")
@click.pass_context
def import_(context: click.Context, /, **chosen: Any) -> None:
    """Take in files that you have: bills, AI requests, usage pages, licences, business drivers. Each file is recognised
    by its columns; .gz, .zip and .xlsx are unpacked. Name a kind to say what the files are."""
    context.meta["import"] = chosen


@cache
def kinds() -> dict[str, type[FileSource]]:
    """The sources of files, by name."""
    return {name: kind for name, kind in subclasses(sources, Source).items() if issubclass(kind, FileSource)}


def _kind(name: str) -> type[FileSource] | None:
    """The source of files called *name*; the others need not be loaded."""
    named = {each.name for each in iter_modules(sources.__path__) if not each.name.startswith("_")}
    kind = only_subclass(sources, name, Source) if name in named else None
    return kind if kind and issubclass(kind, FileSource) else None


def _command(name: str, kind: type[FileSource] | None) -> click.Command:
    @click.pass_context
    @careful
    def take(context: click.Context, files: tuple[Path, ...], **given: Any) -> None:
        first = context.meta.get("import", {})
        chosen = {each.name: given.pop(str(each.name)) or first.get(each.name) for each in _SHARED}
        choices = Choices(**{str(option): value for option, value in chosen.items() if value})
        import_files(context.obj, files, {name: kind} if kind else kinds(), choices, name if kind else "", given)

    files = click.Argument(["files"], nargs=-1, required=True, type=click.Path(path_type=Path))
    options = [*_SHARED, *(_options(kind) if kind else ())]
    return click.Command(name, callback=take, params=[files, *options], help=kind.__doc__ if kind else None)


def _options(kind: type[FileSource]) -> Iterator[click.Option]:
    """A setting that has few values is an option with these."""
    for name, field in kind.model_fields.items():
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        yield click.Option([f"--{name}", name], type=click.Choice(choices) if choices else str,
                           default=field.default, show_default=True)  # fmt: skip
