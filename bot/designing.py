"""`tuppence design-check FILE`: what speaks against a planned design, for CI: exit code 0 passes, 1 warns, 2 fails."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from pydantic import ValidationError

from bot.config import complaint, parsed
from bot.escape import clean
from bot.terminal import careful, house, reading
from finops.designs.check import Check, Level
from finops.designs.planned import Design
from finops.errors import BadFile
from finops.people import Member, Place


@click.command("design-check")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
@careful
def design_check(home: Path, file: Path) -> None:
    """Check a planned design (YAML) for CI: one line a rule; exit code 0 passes, 1 warns, 2 fails."""
    design = designed(file)
    at_home = house(home)
    found = Check(design, reading(at_home)(Member("terminal"), Place("")), at_home.clock()).found()
    for each in found:
        click.echo(clean(str(each)))
    sys.exit(max(Level.PASS, *(each.level for each in found)))


def designed(file: Path) -> Design:
    """The design in *file*; BadFile or BadConfig with the line and the field that are wrong."""
    if not file.is_file():
        raise BadFile(f"{file} is not there.")
    try:
        return Design.model_validate(parsed(file))
    except ValidationError as error:
        raise BadFile(complaint(file, error)) from None
