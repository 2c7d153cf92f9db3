"""Questions, answers, and the ledger that answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from finops.period import Period
from finops.stamp import LedgerName, Stamp


class Measure(StrEnum):
    """What can be summed. `cost` is FOCUS EffectiveCost; `token_cost` is the part of it that buys tokens,
    `owned_cost` the part that names a team."""

    COST = "cost"
    BILLED_COST = "billed_cost"
    LIST_COST = "list_cost"
    TOKENS = "tokens"
    TOKEN_COST = "token_cost"
    UNPRICED_TOKENS = "unpriced_tokens"
    REQUESTS = "requests"
    DRIVERS = "drivers"
    OWNED_COST = "owned_cost"
    GPU_HOURS = "gpu_hours"


class Dimension(StrEnum):
    """What a figure can be cut by."""

    PROVIDER = "provider"
    SERVICE = "service"
    CATEGORY = "category"
    SCOPE = "scope"
    MODEL = "model"
    TOKEN_CLASS = "token_class"
    TEAM = "team"
    APP = "app"
    ENV = "env"
    KEY = "key"
    ACCOUNT = "account"
    DRIVER = "driver"
    CHARGE_CATEGORY = "charge_category"
    CHARGE_CLASS = "charge_class"
    ORIGINAL_CURRENCY = "original_currency"
    WEEKDAY = "weekday"
    HOUR = "hour"
    STATUS = "status"
    COMMITMENT = "commitment"
    TIER = "tier"


class Grain(StrEnum):
    """The step of time a figure is cut into."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = tuple(f"{hour:02}:00" for hour in range(24))

MONEY = frozenset({Measure.COST, Measure.BILLED_COST, Measure.LIST_COST, Measure.TOKEN_COST, Measure.OWNED_COST})


@dataclass(frozen=True)
class Filter:
    """Keep (or, negated, leave out) rows whose *dimension* is one of *values*; `*` stands for any letters."""

    dimension: Dimension
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.negated else ''}{self.dimension}:{','.join(self.values)}"


def nobody(dimension: Dimension) -> str:
    """What to call the rows that name nothing there."""
    return f"no {dimension.replace('_', ' ')}"


AI = (Filter(Dimension.SCOPE, ("ai", "saas")),)
"""What keeps the cost of AI: models, and the seats of tools."""
AI_USED = (Filter(Dimension.SCOPE, ("ai",)),)
"""What keeps the cost of models only: what a gateway can meter."""

OURS = (Filter(Dimension.PROVIDER, ("*data*center*", "self-hosted", "opencost")),)
"""What keeps the models that run on our own hardware."""

LICENCES = ("seats", "active_seats", "credits", "used_credits")
"""Drivers that count what licences give, paid for and used: no business, seen only by questions that name drivers."""

CAPACITY = ("provisioned_hours", "used_provisioned_hours")
"""Drivers that count the unit-hours of provisioned capacity, there and at work; no business either."""

NO_BUSINESS = (*LICENCES, *CAPACITY)


COUNTED_BY = (Dimension.TEAM, Dimension.APP, Dimension.DRIVER, Dimension.WEEKDAY)
"""What drivers are cut by; any other cut repeats their count."""


@dataclass(frozen=True)
class Question:
    """What is asked of the ledger; *ledger* None means: billed where it is known, else metered. *cumulative* says each
    step of time with those before it; *top* keeps so many of the largest rows, or of the smallest (*least*);
    *budgeted* sets what was spent beside the budgets of the same days; *shares* says each as a part of the whole, in
    each step of time. Hours, and weekdays beside them, are those of *zone*."""

    measures: tuple[Measure, ...]
    period: Period
    by: tuple[Dimension, ...] = ()
    where: tuple[Filter, ...] = ()
    versus: Period | None = None
    grain: Grain | None = None
    ledger: LedgerName | None = None
    top: int | None = None
    least: bool = False
    cumulative: bool = False
    budgeted: bool = False
    shares: bool = False
    zone: str = "UTC"

    @property
    def hourly(self) -> bool:
        """Whether it can be answered only from what was told with the time of day."""
        return Dimension.HOUR in (*self.by, *(each.dimension for each in self.where))

    def over(self, period: Period) -> Question:
        """The same question about another period, without comparison."""
        return replace(self, period=period, versus=None)


def business(asked: Question) -> tuple[Filter, ...]:
    """What keeps the drivers that count business, where *asked* names none."""
    named = (*asked.by, *(each.dimension for each in asked.where))
    return () if Dimension.DRIVER in named else (Filter(Dimension.DRIVER, NO_BUSINESS, negated=True),)


Values = Mapping[str, Decimal]
"""Sums by measure; those of a KPI's parts by their names."""


@dataclass(frozen=True)
class Row:
    """One row of an answer: its key by dimension, its day if cut by time, its sums, and those of *versus*."""

    key: Mapping[Dimension, str]
    values: Values
    previous: Values | None = None
    day: date | None = None

    @property
    def name(self) -> str:
        """What to call the row; one that names no model is called `no model`."""
        return " · ".join(value or nobody(cut) for cut, value in self.key.items()) or "total"


@dataclass(frozen=True)
class Answer:
    """The rows, largest first (by time where the question has a grain), and sums over all of them."""

    question: Question
    rows: tuple[Row, ...]
    total: Values
    stamp: Stamp
    previous: Values | None = None


@dataclass(frozen=True)
class Series:
    """Daily arrays of one measure, shape (names, days), NaN before a series begins, to reckon with only; what may be
    shown is *exact*, by name and day, where anything is known."""

    names: tuple[str, ...]
    period: Period
    values: NDArray[np.float64]
    exact: Mapping[tuple[str, date], Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Freshness:
    """How far a feed reaches: last day with charges, when it was last read (UTC), rows held back; up to *watermark*
    the provider says it is complete; the last *settles_after* days are read again each time, if it is asked. In the
    month of its last day the source *instead* counts, if any, and not this one."""

    feed: str
    dataset: str
    first_day: date
    last_day: date
    read_at: datetime
    rows: int
    quarantined: int = 0
    watermark: datetime | None = None
    settles_after: int | None = None
    instead: str = ""


@dataclass(frozen=True)
class Known:
    """What may be asked about: the ledger's values by dimension, and the days it holds."""

    values: Mapping[Dimension, tuple[str, ...]] = field(default_factory=dict)
    days: Period | None = None


class Ledger(Protocol):
    """All we know of the past; handed over already narrowed to what the person may see in this place."""

    def answer(self, question: Question) -> Answer:
        """The exact sums asked for; one query. An empty answer has no rows and zero totals."""
        ...

    def chosen(
        self, period: Period, first: LedgerName = LedgerName.BILLED, where: tuple[Filter, ...] = ()
    ) -> LedgerName:
        """The ledger to answer all questions of one report on *period* from: *first*, unless it knows less than half
        of the days of what passes *where* that the other one knows, each provider's days counted by themselves. What
        is not said by the question is chosen so, one by one."""
        ...

    def series(self, question: Question) -> Series:
        """The days of the first measure by the question's dimensions, as floats to reckon with, and exactly."""
        ...

    def known(self, *, ever: bool = False) -> Known:
        """The values and days that questions can name: the values of late, or all that were ever told (*ever*)."""
        ...

    def freshness(self) -> tuple[Freshness, ...]:
        """How far each feed reaches."""
        ...
