"""What was spent on AI in a period beside the budgets of its teams, as these stand now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops.budgets.budget import Budget, Budgets
from finops.errors import Unclear
from finops.naming import fits
from finops.period import Period, month_of
from finops.question import AI, Answer, Dimension, Filter, Ledger, Measure, Question
from finops.report import Note, Part, Progress, say

_MOST = 10


def against_budgets(budgets: Budgets, ledger: Ledger, answer: Answer) -> tuple[Part, ...]:
    """The budgets of the teams that *answer* is about, those that are used most first."""
    asked = answer.question
    if any(each.dimension is not Dimension.TEAM for each in asked.where):
        raise Unclear("Budgets are of whole teams, so only what teams spend can be compared with them.",
                      example="cost by team mtd vs budget")  # fmt: skip
    held = _held(budgets, asked.where)
    if not held:
        return (Note(say("None of these teams has a budget.")),)
    where = (*AI, Filter(Dimension.TEAM, tuple(each.team for each in held)))
    spent = ledger.answer(Question((Measure.COST,), asked.period, (Dimension.TEAM,), where, ledger=answer.stamp.ledger))
    used = {row.key[Dimension.TEAM].lower(): row.values[Measure.COST] for row in spent.rows}
    bars = [_progress(each, used.get(each.team.lower(), Decimal(0)), asked.period) for each in held]
    bars.sort(key=lambda bar: bar.used / bar.limit if bar.limit else Decimal(0), reverse=True)
    more = (Note(say(f"{len(bars) - _MOST} more teams have a budget.")),) if len(bars) > _MOST else ()
    return (*bars[:_MOST], *more)


@dataclass(frozen=True)
class Limit:
    """What *teams* may spend together."""

    teams: tuple[str, ...]
    amount: Decimal


def limit_of(budgets: Budgets, where: Sequence[Filter], period: Period) -> Limit | None:
    """What the teams that *where* keeps may spend in the month, months or days of *period*; None without a budget."""
    held = _held(budgets, where)
    amount = sum((each.amount.amount for each in held), Decimal(0)) * _share(period)[1]
    return Limit(tuple(each.team for each in held), amount) if held else None


def _held(budgets: Budgets, where: Sequence[Filter]) -> list[Budget]:
    return [each.state for each in budgets.budgets() if all(_meant(each.state.team, kept) for kept in where)]


def _meant(team: str, kept: Filter) -> bool:
    return any(fits(value.lower(), team.lower()) for value in kept.values) is not kept.negated


def _progress(budget: Budget, spent: Decimal, period: Period) -> Progress:
    months, share = _share(period)
    label = f"{budget.team}, budget of {months}"
    return Progress(label, spent, budget.amount.amount * share, budget.amount.currency)


def _share(period: Period) -> tuple[str, Decimal]:
    """Which budget it is held against: the whole months, where it begins with one, else that of its days."""
    if period.start.day == 1:
        months = len({(day.year, day.month) for day in period})
        return (f"{period.start:%B %Y}" if months == 1 else f"{months} months"), Decimal(months)
    days = sum((Decimal(1) / month_of(day).days for day in period), Decimal(0))
    return ("1 day" if period.days == 1 else f"{period.days} days"), days
