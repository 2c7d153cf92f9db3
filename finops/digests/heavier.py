"""Heavier: the app whose calls came to take more (or fewer) tokens, since when, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops.digests.section import Briefing
from finops.digests.weekly import per_call, week
from finops.period import Period
from finops.question import AI, Dimension, Filter, Grain, Measure, Question, Row

NOTICED = Decimal("0.1")


@dataclass(frozen=True)
class Heavier:
    """An app and its tokens per call, this week and the week before; *cost* is what the difference comes to."""

    app: str
    now: Decimal
    before: Decimal
    cost: Decimal

    @property
    def moved(self) -> Decimal:
        """By what share."""
        return self.now / self.before - 1


def heaviest(briefing: Briefing) -> Heavier | None:
    """The app whose change of tokens per call weighs most in money; None if none changed by a tenth. What is told as
    an incident is not told again."""
    unusual = unusual_apps(briefing)
    answer = week(briefing, Measure.COST, Measure.TOKENS, Measure.REQUESTS, by=(Dimension.APP,))
    apps = [_heavier(row) for row in answer.rows if row.key[Dimension.APP] and row.name not in unusual]
    moved = [each for each in apps if each and abs(each.moved) >= NOTICED]
    return max(moved, key=lambda each: (abs(each.cost), abs(each.moved)), default=None)


def unusual_apps(briefing: Briefing) -> set[str]:
    """The apps that an open incident is about."""
    found = [held.state for held in briefing.desk.incidents.incidents(open=True)]
    return {each.name for each in found if each.dimension is Dimension.APP}


def _heavier(row: Row) -> Heavier | None:
    now, before = per_call(row.values), per_call(row.previous) if row.previous else None
    if not now or not before:
        return None
    return Heavier(row.name, now, before, row.values[Measure.COST] * (1 - before / now))


def daily_tokens_per_call(briefing: Briefing, app: str) -> dict[date, Decimal]:
    """Tokens per call of *app* on each day of the last four weeks that had calls."""
    period = Period(date.fromordinal(briefing.week.start.toordinal() - 21), briefing.week.end)
    where = (*AI, Filter(Dimension.APP, (app,)))
    asked = Question((Measure.TOKENS, Measure.REQUESTS), period, where=where, grain=Grain.DAY, ledger=briefing.ledger)
    found = {row.day: per_call(row.values) for row in briefing.desk.ledger.answer(asked).rows if row.day}
    return {day: value for day, value in found.items() if value is not None}


def since(days: dict[date, Decimal], each: Heavier, week: Period) -> date | None:
    """The day of *week* from which on every day lay nearer to where it is now; None if it never settled."""
    if not days:
        return None
    middle = (each.before + days[max(days)]) / 2
    after = [day for day, value in days.items() if (value > middle) is not (each.moved > 0)]
    later = [day for day in days if day in week and (not after or day > max(after))]
    return min(later, default=None)
