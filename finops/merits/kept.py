"""What budgets, incidents, forecasts and the bot itself keep, cut like facts: by team, incidents by app, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from finops.anomalies.incident import Incident, Stage
from finops.budgets.budget import Budget
from finops.desk import Desk
from finops.detector import Sight
from finops.forecasting.accuracy import first_made
from finops.forecasting.made import Made
from finops.kpi import BUDGETS, FORECASTS, LOOKS, TOOL, Kept
from finops.naming import passes
from finops.period import Period, midnight, month_of
from finops.question import AI, Dimension, Filter, Grain, Measure, Question
from finops.stamp import Stamp

_HOUR = Decimal(3600)
_Monthly = Callable[[Period], Decimal]


@dataclass(frozen=True)
class Told:
    """What one budget, incident, forecast or day adds to the row with these labels at that step of time."""

    labels: Mapping[Dimension, str]
    at: date | None
    sums: Mapping[str, Decimal]


@dataclass(frozen=True)
class Asked:
    """A *question* about what the *desk* keeps; *known* are the days of its period that the ledger which answers it
    knows, None if it knows none."""

    desk: Desk
    question: Question
    known: Period | None


@dataclass(frozen=True)
class Keeper:
    """Who keeps *names*, what they can be cut by, and what is *told* of them."""

    names: frozenset[Kept]
    cuts: tuple[Dimension, ...]
    told: Callable[[Asked], Iterator[Told]]

    def passing(self, asked: Asked) -> Iterator[Told]:
        """What is kept of the period of *asked*, as far as its filters let it pass."""
        return (each for each in self.told(asked) if all(_passes(each, kept) for kept in asked.question.where))


def keepers(kept: Iterable[Kept]) -> tuple[Keeper, ...]:
    """Those who keep any of *kept*."""
    return tuple(each for each in _KEEPERS if each.names & set(kept))


def dimensions(kept: Iterable[Kept]) -> tuple[Dimension, ...]:
    """What *kept* can be cut by."""
    return tuple(dict.fromkeys(cut for each in keepers(kept) for cut in each.cuts))


def known_days(desk: Desk, period: Period, stamp: Stamp | None) -> Period | None:
    """The days of *period* that the ledger behind *stamp* knows the cost of, from the first that anything is known of,
    and none to come; None if there are none, or if none of the tokens has a price."""
    days = desk.ledger.known().days
    if days is None or stamp is None or stamp.until is None or stamp.unpriced_share == 1:
        return None
    start, end = max(period.start, days.start), min(period.end, days.end, stamp.until + timedelta(days=1))
    return Period(start, end) if start < end else None


def step(day: date, grain: Grain | None) -> date | None:
    """The first day of the week or month of *day*, if that is the step of time; None without one."""
    if grain is Grain.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grain is Grain.MONTH else day if grain else None


def _budgets(asked: Asked) -> Iterator[Told]:
    for held in asked.desk.budgets.budgets():
        yield from _budget(asked, held.state)


def _budget(asked: Asked, budget: Budget) -> Iterator[Told]:
    labels = {Dimension.TEAM: budget.team}
    for period, kept in ((asked.question.period, Kept.BUDGET), (asked.known, Kept.BUDGET_SO_FAR)):
        yield from _shares(labels, lambda month: budget.of(month).amount, asked, period, kept)


def _shares(
    labels: Mapping[Dimension, str], monthly: _Monthly, asked: Asked, period: Period | None, kept: Kept
) -> Iterator[Told]:
    """Each day of *period* has its share of what its month has."""
    steps = Counter((step(day, asked.question.grain), month_of(day)) for day in period or ())
    for (at, month), days in steps.items():
        yield Told(labels, at, {kept: monthly(month) * days / month.days})


def _forecasts(asked: Asked) -> Iterator[Told]:
    """Of each month that ended in the period, and is known to its end, what was forecast of each team."""
    desk, question = asked.desk, asked.question
    known = desk.ledger.known().days
    for month in dict.fromkeys(month_of(day) for day in question.period):
        made = first_made(desk.forecasts.made(month), month)
        if known and month.last in question.period and month.end <= known.end and made:
            yield from _right(desk, replace(question, period=month), made)


def _right(desk: Desk, asked: Question, made: Sequence[Made]) -> Iterator[Told]:
    cost = Question((Measure.COST,), asked.period, by=(Dimension.TEAM,), where=AI, ledger=asked.ledger)
    came = {row.name: row.values[Measure.COST] for row in desk.ledger.answer(cost).rows}
    for each in made:
        if each.team:
            spent = came.get(each.team, Decimal(0))
            off = abs(each.end.amount - spent)
            yield Told({Dimension.TEAM: each.team}, step(asked.period.last, asked.grain), {
                Kept.FORECAST: each.end.amount, Kept.FORECAST_CAME: spent, Kept.FORECAST_OFF: off})  # fmt: skip


def _looks(asked: Asked) -> Iterator[Told]:
    """Where an incident was seen, somebody has looked, whatever is remembered of that."""
    days = asked.desk.incidents.looked_at() | {held.state.day for held in asked.desk.incidents.incidents()}
    for day in sorted(days):
        if day in asked.question.period:
            yield Told({}, step(day, asked.question.grain), {Kept.LOOKED: Decimal(1)})


def _tool(asked: Asked) -> Iterator[Told]:
    """Of the whole company: whoever sees a part of what is governed is told nothing of it."""
    desk, question = asked.desk, asked.question
    if desk.teams:
        return
    for day, amount in desk.errors.charged(question.period).items():
        yield Told({}, step(day, question.grain), {Kept.MEASURED: amount})
    tool = desk.company.tool
    if tool is not None:
        yield from _shares({}, lambda month: tool, asked, asked.known, Kept.CONFIGURED)


def _incidents(asked: Asked) -> Iterator[Told]:
    for held in asked.desk.incidents.incidents():
        each = held.state
        if each.day in asked.question.period:
            labels = {Dimension.TEAM: each.team, each.dimension: each.name}
            yield Told(labels, step(each.day, asked.question.grain), _sums(each))


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
    return kept.dimension not in each.labels or passes(kept, each.labels[kept.dimension])


_KEEPERS = (
    Keeper(BUDGETS, (Dimension.TEAM,), _budgets),
    Keeper(FORECASTS, (Dimension.TEAM,), _forecasts),
    Keeper(frozenset(Kept) - BUDGETS - FORECASTS - LOOKS - TOOL, (Dimension.TEAM, Dimension.APP), _incidents),
    Keeper(LOOKS, (), _looks),
    Keeper(TOOL, (), _tool),
)
"""What many share comes after what is of each, which it is repeated for."""
