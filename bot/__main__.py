"""The command line: `tuppence import | export | price | ask | demo | run | collect | detect | digest …`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot import demo as made_up
from bot.connections import connected_sources
from bot.designing import design_check
from bot.doctor import findings
from bot.exporting import export
from bot.importing import import_
from bot.imports import imports
from bot.jobs import Jobs
from bot.jumped import jumped
from bot.plain import plain
from bot.pricing import prices
from bot.printed import as_json, delivered, several
from bot.redaction import complaining, logging_to_stderr
from bot.serving import run as serve
from bot.serving import served
from bot.settings import home_of, loaded
from bot.terminal import answered, careful, charted, house, stopped
from finops.digest import composed
from finops.errors import BadConfig, NotAllowed
from finops.people import Audience
from storage.chain import verified


@click.group()
@click.option("--home", help="The state directory (TUPPENCE_HOME; ./.tuppence).")
@click.pass_context
def main(context: click.Context, home: str | None) -> None:
    """Tuppence: FinOps governance of AI spend, in Slack."""
    logging_to_stderr()
    complaining()
    context.obj = home_of(home)


main.add_command(import_)
main.add_command(export)
main.add_command(imports)
main.add_command(jumped)
main.add_command(design_check)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
@careful
def price(home: Path, file: Path) -> None:
    """What calls cost, by the usage in their providers' own answers: one JSON line each. FILE may be a .gz."""
    for line in prices(file, loaded(home).prices.contract):
        click.echo(line)


@main.command()
@click.argument("words", nargs=-1)
@click.option("--json", "exact", is_flag=True, help="Print one JSON object, numbers as exact strings.")
@click.option("--chart", type=click.Path(path_type=Path), help="Also write the chart that Slack would get.")
@click.option("--as", "person", help="The Slack id of a configured person to ask as.")
@click.pass_obj
@careful
def ask(home: Path, words: tuple[str, ...], exact: bool, chart: Path | None, person: str | None) -> None:
    """Any text after /finops: ask "cost by model last 30d". It reads only, and never decides."""
    at_home = house(home)
    report, zone = answered(at_home, " ".join(words), person), at_home.settings.company.zone
    if chart:
        charted(report, chart, zone)
    click.echo(as_json(report) if exact else plain(report, zone))


@main.command()
@click.option("--port", default=8765, help="Where the demo's page listens (0: any free port).")
@click.pass_obj
@careful
def demo(home: Path, port: int) -> None:
    """A Slack on this machine with a made-up company, to meet the real product."""
    made_up.shown(home, port, stopped())


@main.command()
@click.pass_obj
@careful
def run(home: Path) -> None:
    """Run the bot until it is told to stop."""
    stop = stopped()
    serve(house(home), stop)


@main.command()
@click.argument("source", default="")
@click.option("--believe", is_flag=True, help="Take what SOURCE says even if most of what was known goes.")
@click.pass_obj
@careful
def collect(home: Path, source: str, believe: bool) -> None:
    """Ask the configured sources (or one of them) now."""
    if believe and not source:
        raise BadConfig("Name the source to believe: tuppence collect SOURCE --believe.")
    at_home = house(home)
    connected = connected_sources(at_home.settings)
    if source and source not in connected:
        raise BadConfig(f"No source called {source} is configured; there are {', '.join(connected) or 'none'}.")
    jobs = Jobs(at_home, connected, lambda said: click.echo(said, err=True))
    for name, delivery in jobs.collect(source, believe=believe).items():
        click.echo(f"{name}: {delivered(delivery, at_home.settings.company.currency)}")
    failures = at_home.failures.failures()
    sys.exit(2 if any(source in ("", name) for name in failures) else 0)


@main.command()
@click.pass_obj
@careful
def detect(home: Path) -> None:
    """Look for anomalies now; open and resolve incidents."""
    click.echo(f"{several(Jobs(house(home), {}, click.echo).detect(), 'incident')} opened or resolved")


@main.command()
@click.argument("audience", type=click.Choice([str(each) for each in Audience]))
@click.option("--print/--post", "printed", default=True, help="Print it, or post it to its channel.")
@click.pass_obj
@careful
def digest(home: Path, audience: str, printed: bool) -> None:
    """An audience's digest, now."""
    at_home, whose = house(home), Audience(audience)
    if printed:
        click.echo(plain(composed(whose, at_home.desk(), at_home.clock()), at_home.settings.company.zone))
        return
    if whose not in at_home.channels:
        raise BadConfig(f"audiences.{whose} is not configured, so there is no channel to post to.")
    if not served(at_home).worker.showing.posted(whose):
        raise NotAllowed(f"Outsiders read along in the channel of {whose}, so its digest was not posted.")


@main.group()
def audit() -> None:
    """The chain of what was decided."""


@audit.command()
@click.pass_obj
@careful
def verify(home: Path) -> None:
    """Check every entry of the chain; exit code 1 and its number if one does not fit."""
    at_home = house(home)
    found = verified(at_home.engine, at_home.key)
    if found.broken_at is not None:
        click.echo(f"Entry {found.broken_at} does not fit the chain; it or one before it was changed.")
        sys.exit(1)
    click.echo(f"{several(found.entries, 'entry', 'entries')}, all as they were written")


@main.command()
@click.pass_obj
@careful
def doctor(home: Path) -> None:
    """What is not as it should be, and what to do about it."""
    wrong = 0
    for well, sentence in findings(house(home)):
        click.echo(f"{'ok  ' if well else 'FIX '} {sentence}")
        wrong += not well
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
