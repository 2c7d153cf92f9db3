"""`/finops driver add`: tell how often something was done on a day."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from pydantic import field_validator

from finops.command import Arguments, command, never
from finops.desk import Ask
from finops.driver import DriverCount
from finops.errors import NotAllowed, Unclear
from finops.people import Role, covers
from finops.period import Period
from finops.question import Dimension, Filter, Measure, Question
from finops.report import Blank, Form, Note, Quantity, Report, Text, Tone, say

_COUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST, _FIRST = 200, 2000


class DriverArguments(Arguments):
    """What was counted, how often, on which day (yesterday, if none is named), for which app and team."""

    verb: str
    driver: str
    count: Decimal
    day: date | None = None
    app: str = ""
    team: str = ""

    @field_validator("verb")
    @classmethod
    def _verb(cls, written: str) -> str:
        if written.lower() != "add":
            raise ValueError(f"“{written[:30]}” is nothing that can be done with drivers; a count is added.")
        return "add"

    @field_validator("count", mode="before")
    @classmethod
    def _count(cls, written: object) -> Decimal:
        if not _COUNT.fullmatch(str(written)):
            raise ValueError(f"“{str(written)[:30]}” is no count; write it like 412 or 12.5, below a million billions.")
        return Decimal(str(written))

    @field_validator("day", mode="before")
    @classmethod
    def _day(cls, written: object) -> date:
        try:
            return date.fromisoformat(str(written) if _DAY.fullmatch(str(written)) else "")
        except ValueError:
            raise ValueError(f"“{str(written)[:30]}” is no day; write it like 2026-11-24.") from None

    @field_validator("driver", "app", "team")
    @classmethod
    def _name(cls, written: str) -> str:
        if len(written) > _LONGEST or not written.isprintable():
            raise ValueError(f"A name has {_LONGEST} plain characters at most.")
        return written


def _lacks(values: Mapping[str, str]) -> bool:
    return not values.get("count") and values.get("verb", "add").lower() == "add"


def _form(ask: Ask, values: Mapping[str, str]) -> Form:
    known = ask.desk.ledger.known().values
    return Form("driver", "Tell a count", "Add", (
        Blank("driver", "What was counted", value=values.get("driver", ""), hint="For example: tickets solved"),
        Blank("count", "How often", hint="For example 412"),
        Blank("day", "Day", value=(ask.today - timedelta(days=1)).isoformat()),
        Blank("app", "App", hint=_some(known.get(Dimension.APP, ())), optional=True),
        Blank("team", "Team", hint=_some(known.get(Dimension.TEAM, ())), optional=True),
    ), {"verb": "add"})  # fmt: skip


def _some(names: tuple[str, ...]) -> str:
    return f"Known are {', '.join(names[:5])}" if names else ""


@command("driver add tickets 412 [2026-11-24] [app:ticket-triage] [team:support]", DriverArguments, amounts=never,
         lacks=_lacks, opens=_form)  # fmt: skip
def driver(ask: Ask, arguments: DriverArguments) -> Report:
    """Tell how often something was done on a day; telling it again replaces it. For approvers and operators."""
    _allowed(ask, arguments.team)
    day = arguments.day or ask.today - timedelta(days=1)
    if day.year < _FIRST or day > ask.today:
        raise Unclear(f"{day} cannot be counted; name a day that has been.", field="day",
                      example=f"driver add tickets 412 {ask.today - timedelta(days=1)}")  # fmt: skip
    told = DriverCount(arguments.driver, arguments.count, day, arguments.app, arguments.team)
    new = _new(ask, told)
    changed = ask.desk.drivers.tell(told, ask.who, ask.now)
    verdict = say(f"{_what(told)}: ", Quantity(told.count), f" {_only(day).within}",
                  "." if changed else "; it stood so already.")  # fmt: skip
    return Report("Business driver", verdict, (*new, *_others(ask, told)), tone=Tone.GOOD)


def _allowed(ask: Ask, team: str) -> None:
    if not any(ask.desk.people.may(ask.who, role) for role in (Role.APPROVER, Role.OPERATOR)):
        raise NotAllowed("Counts are told by those that config.yaml names approver or operator.")
    if ask.desk.teams and not (team and covers(ask.desk.teams, team)):
        raise NotAllowed(f"You may tell counts of {' and '.join(ask.desk.teams)} only.",
                         example=f"driver add tickets 412 team:{ask.desk.teams[0]}")  # fmt: skip


def _only(day: date) -> Period:
    return Period(day, day + timedelta(days=1))


def _what(told: DriverCount) -> str:
    whose = " of ".join(name for name in (told.app, told.team) if name)
    return f"{told.driver} ({whose})" if whose else told.driver


def _new(ask: Ask, told: DriverCount) -> tuple[Note, ...]:
    """The names that nothing here has yet: it may be so, or a slip of the pen."""
    known = ask.desk.ledger.known().values
    named = {Dimension.DRIVER: told.driver, Dimension.APP: told.app, Dimension.TEAM: told.team}
    new = [f"{kind} {name}" for kind, name in named.items() if name and name not in known.get(kind, ())]
    return (Note(say(f"New here: {', '.join(new)}.")),) if new else ()


def _others(ask: Ask, told: DriverCount) -> tuple[Note, ...]:
    """What other sources count of the same; the two are added."""
    same = {Dimension.DRIVER: told.driver, Dimension.APP: told.app, Dimension.TEAM: told.team}
    where = tuple(Filter(kind, (name,)) for kind, name in same.items())
    asked = Question((Measure.DRIVERS,), _only(told.day), where=where)
    every = ask.desk.ledger.answer(asked).total[Measure.DRIVERS]
    said: Text = say("With what other sources count of it that day there are ", Quantity(every), ".")
    return (Note(said),) if every > told.count else ()
