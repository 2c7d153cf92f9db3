"""Forecasts as they were made, kept so that it can be told later how right they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from finops.forecasting.outlook import Asked, Outlook, outlooks
from finops.money import Money
from finops.period import Period, month_of, quarter_of
from finops.question import AI, Dimension, Ledger
from finops.reach import Reach


@dataclass(frozen=True)
class Made:
    """What was forecast on *day*: that *team* (empty: all together) would end *period* at *end*, between *low* and
    *high* in four of five cases, when all days before *until* were known and had cost *spent*; to the cent."""

    day: date
    team: str
    period: Period
    until: date
    spent: Money
    end: Money
    low: Money
    high: Money


class Forecasts(Protocol):
    """The forecasts that were made."""

    def made(self, period: Period) -> tuple[Made, ...]:
        """All of how *period* would end, oldest first."""
        ...

    def keep(self, made: Iterable[Made], now: datetime) -> int:
        """How many of them were kept: the first of a day stands."""
        ...


class NoForecasts:
    """For a desk that remembers none."""

    def made(self, period: Period) -> tuple[Made, ...]:
        """None."""
        return ()

    def keep(self, made: Iterable[Made], now: datetime) -> int:
        """None."""
        return 0


def forecast(ledger: Ledger, reach: Reach, day: date, currency: str) -> Iterator[Made]:
    """What can be told on *day* of the month and the quarter that it lies in: of all AI cost together, and by team."""
    for period in (month_of(day), quarter_of(day)):
        for by in (None, Dimension.TEAM):
            found = outlooks(ledger, Asked(period, AI, by), reach)
            yield from (noted(each, day, currency) for each in found if each.told and each.to_come)


def noted(outlook: Outlook, day: date, currency: str) -> Made:
    """*outlook* as it was made on *day*."""
    low, high = outlook.band
    spent, end, least, most = (Money(round(each, 2), currency) for each in (outlook.spent, outlook.end, low, high))
    return Made(day, outlook.name, outlook.period, outlook.until, spent, end, least, most)
