"""What was spent on AI in a period beside the budgets of its teams, as these stood in its months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops.budgets.budget import Budget, Budgets
from finops.errors import Unclear
from finops.naming import passes
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
    held = budgets_of(budgets, asked.where)
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
    held = budgets_of(budgets, where)
    amount = sum((_allowed(each, period) for each in held), Decimal(0))
    return Limit(tuple(each.team for each in held), amount) if held else None


def budgets_of(budgets: Budgets, where: Sequence[Filter]) -> list[Budget]:
    """The budgets of the teams that *where* keeps."""
    return [each.state for each in budgets.budgets() if all(passes(kept, each.state.team) for kept in where)]


def _progress(budget: Budget, spent: Decimal, period: Period) -> Progress:
    then = any(budget.of(month) != budget.amount for month in _months(period))
    label = f"{budget.team}, budget of {_span(period)}{' as it was then' if then else ''}"
    return Progress(label, spent, _allowed(budget, period), budget.amount.currency)


def _allowed(budget: Budget, period: Period) -> Decimal:
    """What *budget* allowed then: in its whole months, where *period* begins with one, else on its days."""
    whole, months = period.start.day == 1, _months(period)
    return sum((budget.of(month).amount * (1 if whole else days) / (1 if whole else month.days)
                for month, days in months.items()), Decimal(0))  # fmt: skip


def _months(period: Period) -> Mapping[Period, int]:
    """The calendar months that *period* has days of, and how many."""
    return Counter(map(month_of, period))


def _span(period: Period) -> str:
    """Of which time a budget is told."""
    if period.start.day == 1:
        months = len(_months(period))
        return f"{period.start:%B %Y}" if months == 1 else f"{months} months"
    return "1 day" if period.days == 1 else f"{period.days} days"
