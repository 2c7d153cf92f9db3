"""An incident: an anomaly with a life. Open → acknowledged → resolved, or expected when it was planned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from finops.audit import Entry
from finops.decision import Decision, Effect, Held, Must
from finops.detector import Sight
from finops.errors import Late
from finops.money import Money
from finops.people import Member
from finops.question import Dimension
from finops.stamp import LedgerName


class Stage(StrEnum):
    """Where an incident is in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    EXPECTED = "expected"
    RESOLVED = "resolved"

    @property
    def said(self) -> str:
        """The word that people read: what is expected was `planned`."""
        return "planned" if self is Stage.EXPECTED else self.value


@dataclass(frozen=True)
class Incident:
    """What was seen in the cost of one *name* (of *dimension*) since *day*. Figures are money per day, all asked of
    the one *ledger*; *excess* is what it cost above expectation so far. *doubled* is the last day on which it doubled
    again, *again* the dates on which it was told anew because of that. *by* is who took it or planned it, *at*
    when its stage last changed, *acknowledged_at* when somebody took it first."""

    id: str
    detector: str
    dimension: Dimension
    name: str
    sight: Sight
    day: date
    last_day: date
    actual: Money
    expected: Money
    low: Money
    high: Money
    excess: Money
    team: str
    stage: Stage
    opened_at: datetime
    by: Member | None = None
    at: datetime | None = None
    ledger: LedgerName = LedgerName.BILLED
    doubled: date | None = None
    again: tuple[date, ...] = ()
    acknowledged_at: datetime | None = None

    @property
    def subject(self) -> str:
        """`incident/<id>`."""
        return f"incident/{self.id}"

    @property
    def cards(self) -> tuple[str, ...]:
        """The subjects of its cards: its own, and `incident/<id>@<date>` for each date it was told anew on."""
        return (self.subject, *(f"{self.subject}@{day}" for day in self.again))

    @property
    def ratio(self) -> Decimal | None:
        """How many times the expected; None when nothing was expected."""
        return self.actual.amount / self.expected.amount if self.expected.amount else None

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.stage in (Stage.OPEN, Stage.ACKNOWLEDGED)


class Incidents(Protocol):
    """The incidents as they stand."""

    def incident(self, id: str) -> Held[Incident]:
        """The one with this id; Unclear if there is none."""
        ...

    def incidents(self, *, open: bool = False) -> tuple[Held[Incident], ...]:
        """All of them, newest first; only those going on if *open*."""
        ...

    def looked_at(self) -> frozenset[date]:
        """The days that a detector has looked at, whatever it saw."""
        ...


def opened(incident: Incident, now: datetime) -> Decision:
    """The decision that *incident* is new."""
    return _kept(0, incident, "tuppence", "open", now)


def settled(held: Held[Incident], seen: int, stage: Stage, who: Member, now: datetime) -> Decision:
    """The decision of *who* to acknowledge it or to mark it as planned; Late if it moved on."""
    if held.version != seen or not held.state.is_open or held.state.stage is stage:
        raise Late("This incident has moved on. Here is how it stands.", subject=held.state.subject)
    taken = held.state.acknowledged_at or (now if stage is Stage.ACKNOWLEDGED else None)
    later = replace(held.state, stage=stage, by=who, at=now, acknowledged_at=taken)
    return _kept(held.version, later, who.id, stage, now)


def went_on(held: Held[Incident], last_day: date, excess: Money, now: datetime) -> Decision:
    """The decision that it still goes on, up to *last_day*; *excess* is what it cost above expectation by then."""
    later = replace(held.state, last_day=last_day, excess=excess)
    return _kept(held.version, later, "tuppence", "go on", now)


def worse(held: Held[Incident], doubled: date, last_day: date, excess: Money, today: date, now: datetime) -> Decision:
    """The decision that it *doubled* again, which its audiences are told anew *today*."""
    state = held.state
    grown = replace(state, last_day=last_day, excess=excess, doubled=doubled, again=(*state.again, today))
    return _kept(held.version, grown, "tuppence", "worse", now)


def resolved(held: Held[Incident], last_day: date, excess: Money, now: datetime) -> Decision:
    """The decision that it is over, *last_day* being the last that was unlike itself, and what it came to."""
    over = replace(held.state, stage=Stage.RESOLVED, last_day=last_day, excess=excess, at=now)
    return _kept(held.version, over, "tuppence", "resolve", now)


def _kept(seen: int, state: Incident, who: str, what: str, now: datetime) -> Decision:
    details = {"name": state.name, "sight": state.sight, "excess": state.excess.exact}
    entry = Entry(now, who, what, state.subject, details)
    return Decision(seen, state, entry, tuple(Effect(Must.SHOW, card) for card in state.cards))
