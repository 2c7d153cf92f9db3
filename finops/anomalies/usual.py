"""What a day usually costs, exactly: the same weekday of the four weeks before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from finops.period import Period
from finops.question import Dimension, Filter, Grain, Ledger, Measure, Question, nobody
from finops.stamp import LedgerName, Stamp

_WEEKS = 4


@dataclass(frozen=True)
class Usual:
    """The middle, the least and the most."""

    expected: Decimal
    low: Decimal
    high: Decimal


def named(dimension: Dimension, name: str) -> Filter:
    """The rows that answers call *name*: `no app` is an empty value."""
    return Filter(dimension, ("" if name == nobody(dimension) else name,))


@dataclass(frozen=True)
class Daily:
    """Sums by day, and what kind of figures they are."""

    sums: Mapping[date, Decimal]
    stamp: Stamp


def daily(
    ledger: Ledger, where: Filter, period: Period, asked_of: LedgerName, measure: Measure = Measure.COST
) -> Daily:
    """What *where* keeps cost (or what else is measured) on each day of *period*, by the one ledger that it is
    *asked_of*; a day without charges is zero."""
    answer = ledger.answer(Question((measure,), period, where=(where,), grain=Grain.DAY, ledger=asked_of))
    found = {row.day: row.values[measure] for row in answer.rows}
    return Daily({day: found.get(day, Decimal(0)) for day in period}, answer.stamp)


def usual(costs: Mapping[date, Decimal], day: date, begun: date) -> Usual:
    """What *day* should cost, judged by the four same weekdays before it was *begun* to be odd; all zero where
    nothing is known."""
    weeks = range(1, _WEEKS + 1 + max(0, (day - begun).days // 7 + 1))
    before = [costs[past] for n in weeks if (past := day - timedelta(weeks=n)) in costs and past < begun][:_WEEKS]
    if not before:
        return Usual(Decimal(0), Decimal(0), Decimal(0))
    return Usual(median(before), min(before), max(before))


def excess(costs: Mapping[date, Decimal], begun: date, last: date) -> Decimal:
    """What the days from *begun* to *last* cost above what they should; negative if they cost less."""
    days = [day for day in costs if begun <= day <= last]
    return sum((costs[day] - usual(costs, day, begun).expected for day in days), Decimal(0))
