"""`tuppence export focus`: the facts of a period as a FOCUS file for other tools, or another home."""

from __future__ import annotations

from pathlib import Path

import click

from bot.printed import several
from bot.terminal import careful, house
from finops.errors import Unclear
from finops.focus import Version
from finops.period import day_in
from finops.stamp import LedgerName
from finops.when import period as read
from storage.exporting import export as written


@click.group()
def export() -> None:
    """Write out what is known, for other tools."""


@export.command()
@click.option("--version", type=click.Choice([str(each) for each in Version]), default="1.2", show_default=True)
@click.option("--period", required=True, help="As people name it: 2026-10, 2026-10-01..2026-11-15, last month.")
@click.option("--ledger", type=click.Choice([str(each) for each in LedgerName]), default="billed", show_default=True)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The CSV file to write.")
@click.pass_obj
@careful
def focus(home: Path, version: str, period: str, ledger: str, out: Path) -> None:
    """A FOCUS file of one ledger: a row for each day and all that a figure can be cut by."""
    at_home, words = house(home), period.split()
    taken = read(words, day_in(at_home.settings.company.zone, at_home.clock())) if words else None
    if taken is None or taken[1] != len(words):
        raise Unclear(f"“{period}” is no period; write one like 2026-10.")
    rows = written(at_home.ledger.shelf, LedgerName(ledger), taken[0], Version(version), out)
    click.echo(f"{several(rows, 'row')} written to {out}")
