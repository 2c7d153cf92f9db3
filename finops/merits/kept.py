"""What budgets, incidents and forecasts keep, cut like facts: by team, incidents by what they were seen in, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase

from finops.anomalies.incident import Incident, Stage
from finops.budgets.budget import Budget
from finops.desk import Desk
from finops.detector import Sight
from finops.forecasting.accuracy import first_made
from finops.forecasting.made import Made
from finops.kpi import BUDGETS, FORECASTS, Kept
from finops.period import Period, midnight, month_of
from finops.question import AI, Dimension, Filter, Grain, Measure, Question

_HOUR = Decimal(3600)


@dataclass(frozen=True)
class Told:
    """What one budget or incident adds to the row with these labels at that step of time."""

    labels: Mapping[Dimension, str]
    at: date | None
    sums: Mapping[str, Decimal]


def told(desk: Desk, kept: Iterable[Kept], asked: Question) -> Iterator[Told]:
    """What the ports keep of the period of *asked*, as far as its filters let it pass."""
    which = _budgets if BUDGETS & set(kept) else _forecasts if FORECASTS & set(kept) else _incidents
    return (each for each in which(desk, asked) if all(_passes(each, kept) for kept in asked.where))


def dimensions(kept: Iterable[Kept]) -> tuple[Dimension, ...]:
    """What *kept* can be cut by."""
    return (Dimension.TEAM,) if (BUDGETS | FORECASTS) & set(kept) else (Dimension.TEAM, Dimension.APP)


def step(day: date, grain: Grain | None) -> date | None:
    """The first day of the week or month of *day*, if that is the step of time; None without one."""
    if grain is Grain.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain is Grain.MONTH else day if grain else None


def _budgets(desk: Desk, asked: Question) -> Iterator[Told]:
    days = desk.ledger.known().days
    for held in desk.budgets.budgets():
        yield from _shares(held.state, asked, asked.period, Kept.BUDGET)
        if days and days.end > asked.period.start:
            so_far = Period(asked.period.start, min(days.end, asked.period.end))
            yield from _shares(held.state, asked, so_far, Kept.BUDGET_SO_FAR)


def _shares(budget: Budget, asked: Question, period: Period, kept: Kept) -> Iterator[Told]:
    """Each day has its share of the budget of its month."""
    steps = Counter((step(day, asked.grain), month_of(day)) for day in period)
    for (at, month), days in steps.items():
        yield Told({Dimension.TEAM: budget.team}, at, {kept: budget.of(month).amount * days / month.days})


def _forecasts(desk: Desk, asked: Question) -> Iterator[Told]:
    """Of each month that ended in the period, and is known to its end, what was forecast of each team."""
    known = desk.ledger.known().days
    for month in dict.fromkeys(month_of(day) for day in asked.period):
        made = first_made(desk.forecasts.made(month), month)
        if known and month.last in asked.period and month.end <= known.end and made:
            yield from _right(desk, replace(asked, period=month), made)


def _right(desk: Desk, asked: Question, made: Sequence[Made]) -> Iterator[Told]:
    cost = Question((Measure.COST,), asked.period, by=(Dimension.TEAM,), where=AI, ledger=asked.ledger)
    came = {row.name: row.values[Measure.COST] for row in desk.ledger.answer(cost).rows}
    for each in made:
        if each.team:
            spent = came.get(each.team, Decimal(0))
            off = abs(each.end.amount - spent)
            yield Told({Dimension.TEAM: each.team}, step(asked.period.last, asked.grain), {
                Kept.FORECAST: each.end.amount, Kept.FORECAST_CAME: spent, Kept.FORECAST_OFF: off})  # fmt: skip


def _incidents(desk: Desk, asked: Question) -> Iterator[Told]:
    for held in desk.incidents.incidents():
        each = held.state
        if each.day in asked.period:
            labels = {Dimension.TEAM: each.team, each.dimension: each.name}
            yield Told(labels, step(each.day, asked.grain), _sums(each))


def _sums(each: Incident) -> Mapping[str, Decimal]:
    onset = midnight(each.day)
    above = each.excess.amount if each.sight is not Sight.DROP else Decimal(0)
    acknowledged, over = each.acknowledged_at, each.at if each.stage is Stage.RESOLVED else None
    mine = each.by is not None and each.stage is not Stage.EXPECTED
    return {Kept.EXCESS: max(above, Decimal(0)), Kept.DETECTED: Decimal(1),
            Kept.HOURS_TO_DETECT: _hours(each.opened_at, onset),
            Kept.ACKNOWLEDGED: Decimal(acknowledged is not None),
            Kept.HOURS_TO_ACKNOWLEDGE: _hours(acknowledged, each.opened_at),
            Kept.RESOLVED: Decimal(over is not None), Kept.HOURS_TO_RESOLVE: _hours(over, onset),
            Kept.TAKEN: Decimal(mine), Kept.PLANNED: Decimal(each.stage is Stage.EXPECTED)}  # fmt: skip


def _hours(until: datetime | None, since: datetime) -> Decimal:
    return Decimal((until - since).total_seconds()) / _HOUR if until else Decimal(0)


def _passes(each: Told, kept: Filter) -> bool:
    """Whether its filter lets it pass; a filter by what is not told of it does."""
    if kept.dimension not in each.labels:
        return True
    value = each.labels[kept.dimension].lower()
    return any(fnmatchcase(value, pattern.lower()) for pattern in kept.values) is not kept.negated
