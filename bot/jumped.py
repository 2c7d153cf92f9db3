"""`tuppence prices`: prices that jumped with a new version of their list and wait for a yes."""

from __future__ import annotations

from pathlib import Path

import click

from bot.terminal import careful, house
from finops.errors import Unclear
from storage.holding import HeldPrices


@click.group("prices")
def jumped() -> None:
    """Prices that a new version of a list changed by more than half: until accepted, the old ones count."""


@jumped.command()
@click.pass_obj
@careful
def waiting(home: Path) -> None:
    """Name those that wait."""
    at_home = house(home)
    for jump in HeldPrices(at_home.engine, at_home.facts.prices).waiting(at_home.clock().date()):
        click.echo(jump)


@jumped.command()
@click.argument("model")
@click.pass_obj
@careful
def accept(home: Path, model: str) -> None:
    """Let the new price of MODEL count for what is read from now on."""
    at_home = house(home)
    taken = HeldPrices(at_home.engine, at_home.facts.prices).accept(model, at_home.key, at_home.clock())
    if not taken:
        raise Unclear(f"No price of {model} waits; `tuppence prices waiting` names those that do.")
    for jump in taken:
        click.echo(f"Accepted: {jump}.")
