"""The desk: everything that commands, sections and jobs may ask, in one bundle; and an ask: a desk with a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from finops.anomalies.incident import Incidents
from finops.batch import Quarantined
from finops.budgets.approval import Requests
from finops.budgets.budget import Budget, Budgets, Standing
from finops.company import Company
from finops.decision import Book
from finops.doubt import Doubt
from finops.driver import Drivers
from finops.exchange import Exchange, NoRates
from finops.forecasting.foreseen import foreseen
from finops.forecasting.made import Forecasts, NoForecasts
from finops.kpi import Kpi
from finops.people import Audience, Member, People, Place
from finops.period import Period, day_in
from finops.prices import Prices, Unlisted
from finops.question import Ledger
from finops.reach import Reach, open_day, reach
from finops.stamp import LedgerName


class Errors(Protocol):
    """What is to be said of the sources beside their facts: what went wrong, what is not believed, what they charge."""

    def failures(self) -> Mapping[str, str]:
        """By source: one sentence on the failure that still goes on."""
        ...

    def doubts(self) -> tuple[Doubt, ...]:
        """What would take away most of what is known, and was not said again yet."""
        ...

    def quarantined(self) -> Mapping[str, tuple[Quarantined, ...]]:
        """By source: the first rows that are held back of what was delivered last."""
        ...

    def questions(self, now: datetime) -> Mapping[str, int]:
        """By source that charges for them: how many questions it was asked in this month (UTC)."""
        ...

    def charged(self, period: Period) -> Mapping[date, Decimal]:
        """What such questions cost on the days (UTC) of *period*, in the reporting currency; days on which nothing was
        charged, or nobody knows what, are not in it."""
        ...


class Past(Protocol):
    """What was known earlier, and when it was told."""

    def as_of(self, moment: datetime) -> Ledger:
        """The ledger as it was at *moment*, of the last thirty days."""
        ...

    def told(self, audience: Audience, before: date) -> datetime | None:
        """When the last digest of *audience* was due on a date *before* that one; None if that is not known."""
        ...


@dataclass(frozen=True)
class Desk:
    """The read ports, the write ports (*book* for decisions, *drivers* for counts), the people and the KPIs. The read
    ports are narrowed to *teams* (none named: all); *whole* is the ledger that decisions rest on, where it is another
    than *ledger*."""

    ledger: Ledger
    budgets: Budgets
    requests: Requests
    incidents: Incidents
    book: Book
    people: People
    errors: Errors
    drivers: Drivers
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    company: Company = field(default_factory=Company)
    teams: tuple[str, ...] = ()
    whole: Ledger | None = None
    past: Past | None = None
    prices: Prices = field(default_factory=Unlisted)
    exchange: Exchange = field(default_factory=NoRates)
    forecasts: Forecasts = field(default_factory=NoForecasts)

    def reach(self, now: datetime, day: date | None = None, first: LedgerName = LedgerName.BILLED) -> Reach:
        """Up to where a report can speak *now*, or one that is of *day*: the same for everybody."""
        today = day or day_in(self.company.zone, now)
        return reach(self.whole or self.ledger, open_day(today, now), first)

    def facts(self, team: str, now: datetime) -> Standing:
        """How the budget of *team* stands for whoever decides on it: the same for everybody who may see the team;
        Unclear for whoever may not."""
        return self.stands(self.budgets.budget(team).state, now)

    def stands(self, budget: Budget, now: datetime) -> Standing:
        """How *budget* stands *now*: the same for everybody."""
        ledger, reach = self.whole or self.ledger, self.reach(now)
        return foreseen([budget], ledger, reach)[0]


@dataclass(frozen=True)
class Ask:
    """A desk, and who asks, where, and when (UTC)."""

    desk: Desk
    who: Member
    place: Place
    now: datetime

    @property
    def today(self) -> date:
        """The date in the reporting zone."""
        return day_in(self.desk.company.zone, self.now)
