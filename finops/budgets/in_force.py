"""Which budgets are in force: the configured ones, each with the amount that was applied last, and those before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC

from finops.budgets.approval import Applied, BudgetRequest, Proposed
from finops.budgets.budget import Budget, Earlier
from finops.decision import Held


def budgets(configured: Iterable[Budget], applied: Iterable[Applied]) -> tuple[Held[Budget], ...]:
    """By team; the version of a budget is how many changes of it were applied."""
    changes = list(applied)
    return tuple(_in_force(budget, changes) for budget in sorted(configured, key=lambda budget: budget.team))


def newest_first(requests: Iterable[Held[BudgetRequest]]) -> tuple[Held[BudgetRequest], ...]:
    """The *requests* in the order of when they were asked for, the last one first."""
    return tuple(sorted(requests, key=lambda held: _asked(held.state.proposed), reverse=True))


def _in_force(budget: Budget, changes: list[Applied]) -> Held[Budget]:
    ours = [change for change in changes if change.proposed.change.team == budget.team]
    ours.sort(key=lambda change: (change.at, change.approved.at, _asked(change.proposed)))
    if not ours:
        return Held(budget, 0)
    return Held(replace(budget, amount=ours[-1].proposed.change.new, earlier=tuple(map(_before, ours))), len(ours))


def _before(change: Applied) -> Earlier:
    """What *change* put an end to."""
    return Earlier(change.before or change.proposed.change.old, change.at.astimezone(UTC).date())


def _asked(proposed: Proposed) -> tuple[float, int, str]:
    number = proposed.id.removeprefix("n")
    return proposed.at.timestamp(), int(number) if number.isdecimal() else 0, proposed.id
