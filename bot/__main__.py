"""The command line: `tuppence import | export | price | ask | demo | run | collect | detect | digest …`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from bot.redaction import complaining, logging_to_stderr
from bot.settings import home_of, loaded
from bot.terminal import answered, careful, charted, house, stopped
from finops.errors import BadConfig, NotAllowed
from finops.people import Audience

_ELSEWHERE = {"import": "bot.importing:import_", "export": "bot.exporting:export", "imports": "bot.imports:imports",
              "prices": "bot.jumped:jumped", "design-check": "bot.designing:design_check"}  # fmt: skip
"""Commands that lie in a module of their own, which is loaded when one is called. What only one command needs is loaded
by it, too: charts, Slack and the ledger take seconds that an import of files need not wait."""


class _Commands(click.Group):
    """The commands, those that lie elsewhere too."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The one called *cmd_name*."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


@click.group(cls=_Commands)
@click.option("--home", help="The state directory (TUPPENCE_HOME; ./.tuppence).")
@click.pass_context
def main(context: click.Context, home: str | None) -> None:
    """Tuppence: FinOps governance of AI spend, in Slack."""
    logging_to_stderr()
    complaining()
    context.obj = home_of(home)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
@careful
def price(home: Path, file: Path) -> None:
    """What calls cost, by the usage in their providers' own answers: one JSON line each. FILE may be a .gz."""
    from bot.pricing import prices

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
    from bot.plain import plain
    from bot.printed import as_json

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
    from bot import demo as made_up

    made_up.shown(home, port, stopped())


@main.command()
@click.pass_obj
@careful
def run(home: Path) -> None:
    """Run the bot until it is told to stop."""
    from bot.serving import run as serve

    stop = stopped()
    serve(house(home), stop)


@main.command()
@click.argument("source", default="")
@click.option("--believe", is_flag=True, help="Take what SOURCE says even if most of what was known goes.")
@click.pass_obj
@careful
def collect(home: Path, source: str, believe: bool) -> None:
    """Ask the configured sources (or one of them) now."""
    from bot.connections import connected_sources
    from bot.jobs import Jobs
    from bot.printed import delivered

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
    from bot.jobs import Jobs
    from bot.printed import several

    click.echo(f"{several(Jobs(house(home), {}, click.echo).detect(), 'incident')} opened or resolved")


@main.command()
@click.argument("audience", type=click.Choice([str(each) for each in Audience]))
@click.option("--print/--post", "printed", default=True, help="Print it, or post it to its channel.")
@click.pass_obj
@careful
def digest(home: Path, audience: str, printed: bool) -> None:
    """An audience's digest, now."""
    from bot.plain import plain
    from bot.serving import served
    from finops.digest import composed

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
    from bot.printed import several
    from storage.chain import verified

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
    from bot.doctor import findings

    wrong = 0
    for well, sentence in findings(house(home)):
        click.echo(f"{'ok  ' if well else 'FIX '} {sentence}")
        wrong += not well
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
