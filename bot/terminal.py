"""The terminal: asking and importing as the command line does, with our errors as one sentence."""

from __future__ import annotations

import getpass
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import click

from bot.escape import clean
from bot.intake import Intake, opened
from bot.redaction import blotted
from bot.settings import loaded
from finops.errors import BadFile, FinopsError, NotAllowed, Unclear
from finops.people import Member, Place, Role
from storage.database import Engine
from storage.workbench import LACKING, resources

if TYPE_CHECKING:
    from bot.wiring import House
    from finops.desk import Desk
    from finops.report import Report

READER = Member("terminal", "the terminal")

_TOLD_TO_STOP = {signal.SIGTERM, signal.SIGINT}


def careful(work: Callable[..., Any]) -> Callable[..., Any]:
    """Turn our errors, and a lack of memory or room, into one sentence on standard error and exit code 2."""

    @wraps(work)
    def done(*args: Any, **kwargs: Any) -> Any:
        try:
            return work(*args, **kwargs)
        except FinopsError as error:
            example = f' Try: tuppence ask "{error.example}"' if error.example else ""
            click.echo(blotted(f"{clean(str(error))}{example}"), err=True)
            sys.exit(2)
        except LACKING as error:
            if not (lacking := resources(error)):
                raise
            click.echo(lacking, err=True)
            sys.exit(2)

    return done


def house(home: Path) -> House:
    """The house in *home*; its database is let go when the command ends."""
    from bot.wiring import built  # loads whatever can be asked: seconds that an import need not wait

    at_home = built(loaded(home))
    _disposed_at_the_end(at_home.engine)
    return at_home


def intake(home: Path) -> Intake:
    """What taking files into *home* needs; its database is let go when the command ends."""
    at_home = opened(loaded(home))
    _disposed_at_the_end(at_home.engine)
    return at_home


def _disposed_at_the_end(engine: Engine) -> None:
    context = click.get_current_context(silent=True)
    if context:
        context.call_on_close(engine.dispose)


def person() -> str:
    """The name of the account that runs this command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        return "unknown"


def answered(at_home: House, text: str, person: str | None) -> Report:
    """The report on *text*, as read by the terminal or by a configured *person*."""
    from bot.asking import Asking

    who = READER if person is None else known(at_home, person)
    asking = Asking(at_home.commands, at_home.desk_for if person else reading(at_home), at_home.clock)
    command, words = asking.split(text)
    if command.decides and "seen" in command.values(words):
        raise NotAllowed("Decisions are made in Slack, where both people are known; the terminal never decides.")
    return asking.typed(text, who, Place("", at_home.settings.company.zone))


def reading(at_home: House) -> Callable[[Member, Place], Desk]:
    """A desk at which nobody may do more than read."""
    return lambda who, place: at_home.desk(everyone=frozenset({Role.VIEWER}))


def known(at_home: House, person: str) -> Member:
    """The configured person; NotAllowed for anybody else."""
    if person not in at_home.settings.people:
        raise NotAllowed(f"{person} is not named below people in config.yaml.")
    return Member(person, at_home.settings.people[person].name)


def charted(report: Report, file: Path, zone: str) -> None:
    """Write the first chart of *report*, times in *zone*; Unclear if it has none."""
    from bot.charts import Renderer, footed
    from finops.report import Drawn

    part = next((part for part in report.parts if isinstance(part, Drawn)), None)
    if part is None:
        raise Unclear("There is no chart in this answer; cut it by something.", example="cost by model last 30d")
    renderer = Renderer()
    picture = renderer.drawn(part, footed(report), zone)
    renderer.close()
    try:
        file.write_bytes(picture)
    except OSError as error:
        raise BadFile(f"The chart cannot be written to {file}: {error.strerror}.") from None


def stopped() -> Event:
    """An event that is set when this process is told to stop. A handler in Python would run only when the main thread
    wakes, which it may never do if the signal came in the moment in which it fell asleep; so Python itself writes the
    signal into a pipe, and a thread that waits there sets the event."""
    stop, (heard, told) = Event(), os.pipe()
    os.set_blocking(told, False)

    def listen() -> None:
        while not _TOLD_TO_STOP.intersection(os.read(heard, 64)):
            pass
        stop.set()

    Thread(target=listen, name="told to stop", daemon=True).start()
    signal.set_wakeup_fd(told)
    for sign in _TOLD_TO_STOP:
        signal.signal(sign, lambda *_: None)
    return stop
