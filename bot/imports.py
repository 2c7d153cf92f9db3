"""`tuppence imports`: what was imported, by whom and when, and taking one import back."""

from __future__ import annotations

from pathlib import Path

import click

from bot.escape import clean
from bot.printed import changed
from bot.terminal import careful, house, person
from bot.words import moment
from storage.ingest.undo import UNDO, Import, Imports


@click.group("imports", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what sources were asked for by themselves.")
@click.pass_context
@careful
def imports(context: click.Context, everything: bool) -> None:
    """List imports, newest first, or take one back: tuppence imports undo N."""
    if context.invoked_subcommand:
        return
    at_home = house(context.obj)
    currency, zone = at_home.settings.company.currency, at_home.settings.company.zone
    listed = Imports(at_home.engine, at_home.key).listed(everything=everything)
    for each in listed:
        click.echo(clean(_line(each, currency, zone)))
    if not listed:
        click.echo("No imports yet. Try: tuppence import FILE")


@imports.command()
@click.argument("number", type=int)
@click.pass_obj
@careful
def undo(home: Path, number: int) -> None:
    """Take import NUMBER back exactly: what it added is gone, what it replaced is back."""
    at_home = house(home)
    done = Imports(at_home.engine, at_home.key).undo(number, person(), at_home.clock())
    turned = changed(done.changes, at_home.settings.company.currency)
    click.echo(f"Import {number} ({clean(', '.join(done.files) or done.source)}) is undone. It had brought: {turned}.")


def _line(each: Import, currency: str, zone: str) -> str:
    what = f"undo of {', '.join(each.files) or each.source}" if each.dataset == UNDO else (
        f"{each.source} {each.dataset}: {', '.join(each.files) or 'asked for'}")  # fmt: skip
    after = f" (undone by {each.undone_by})" if each.undone_by else ""
    who = each.who or "tuppence"
    held = f", {each.quarantined} quarantined" if each.quarantined else ""
    return f"{each.number}  {moment(each.at, zone)}  {who}  {what}: {changed(each.changes, currency)}{held}{after}"
