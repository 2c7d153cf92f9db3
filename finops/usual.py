"""What a day usually costs, in exact money: the same weekday of the four weeks before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from finops.period import Period
from finops.question import Dimension, Filter, Grain, Ledger, Measure, Question

_WEEKS = 4


@dataclass(frozen=True)
class Usual:
    """The middle, the least and the most."""

    expected: Decimal
    low: Decimal
    high: Decimal


def daily(ledger: Ledger, dimension: Dimension, name: str, period: Period) -> dict[date, Decimal]:
    """What *name* cost on each day of *period*; a day without charges is zero."""
    asked = Question((Measure.COST,), period, where=(Filter(dimension, (name,)),), grain=Grain.DAY)
    found = {row.day: row.values[Measure.COST] for row in ledger.answer(asked).rows}
    return {day: found.get(day, Decimal(0)) for day in period}


def usual(costs: Mapping[date, Decimal], day: date) -> Usual:
    """What *day* should cost, judged by *costs*; all zero where nothing is known."""
    before = [costs[past] for n in range(1, _WEEKS + 1) if (past := day - timedelta(weeks=n)) in costs]
    if not before:
        return Usual(Decimal(0), Decimal(0), Decimal(0))
    return Usual(median(before), min(before), max(before))
