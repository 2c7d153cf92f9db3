"""Restated: what a provider's month costs now, beside what the last digest could say of the same days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from finops.digests.section import Briefing
from finops.period import Period, day_in, month_of
from finops.question import AI, Dimension, Grain, Ledger, Measure, Question
from finops.reach import open_day, reached

SHARE, AMOUNT = Decimal("0.01"), Decimal(50)
"""A provider's month is told as restated above one per cent, or above 50 of the reporting currency."""
_WEEK, _REMEMBERED = timedelta(days=7), timedelta(days=29)
_Costs = Mapping[tuple[str, date], Decimal]


@dataclass(frozen=True)
class Restated:
    """What *provider* cost in *period* as the last digest knew it, and as it is known now."""

    provider: str
    period: Period
    then: Decimal
    now: Decimal

    @property
    def moved(self) -> Decimal:
        """By how much."""
        return self.now - self.then

    @property
    def share(self) -> Decimal | None:
        """By what share; None from nothing."""
        return self.moved / abs(self.then) if self.then else None

    @property
    def is_news(self) -> bool:
        """Whether it moved by enough to be told."""
        return abs(self.moved) > AMOUNT or (self.share is not None and abs(self.share) > SHARE)


def last_told(briefing: Briefing) -> datetime:
    """When the digest before this one was due; a week ago where there was none."""
    earliest = briefing.now - _REMEMBERED
    past = briefing.desk.past
    told = past.told(briefing.audience, briefing.today) if past else None
    return max(told or briefing.now - _WEEK, earliest)


def restated(briefing: Briefing) -> list[Restated]:
    """The months of providers, this one and the two before, that moved by enough since the last digest, in the days
    that were complete then; the largest first. What was not known at all then is new, not restated."""
    if briefing.desk.past is None:
        return []
    moment = last_told(briefing)
    then = briefing.desk.past.as_of(moment)
    until = min(_until(briefing, then, moment), briefing.reach.until)
    before, now = (_costs(briefing, ledger, until) for ledger in (then, briefing.desk.ledger))
    found = [Restated(provider, _days(month, until), cost, now.get((provider, month), Decimal(0)))
             for (provider, month), cost in before.items()]  # fmt: skip
    return sorted((each for each in found if each.is_news),
                  key=lambda each: (-abs(each.moved), each.provider, each.period.start))  # fmt: skip


def _until(briefing: Briefing, then: Ledger, moment: datetime) -> date:
    """The first day that was not complete then."""
    until = open_day(day_in(briefing.desk.company.zone, moment), moment)
    return reached(then.freshness(), until, briefing.ledger) + timedelta(days=1)


def _costs(briefing: Briefing, ledger: Ledger, until: date) -> _Costs:
    """The cost of AI by provider and month, of the days before *until*."""
    this = month_of(until - timedelta(days=1))
    asked = Question((Measure.COST,), Period(this.before.before.start, until), by=(Dimension.PROVIDER,), where=AI,
                     grain=Grain.MONTH, ledger=briefing.ledger)  # fmt: skip
    return {(row.name, row.day): row.values[Measure.COST] for row in ledger.answer(asked).rows if row.day}


def _days(month: date, until: date) -> Period:
    return Period(month, min(month_of(month).end, until))
