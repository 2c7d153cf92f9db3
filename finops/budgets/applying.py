"""What becomes of a budget request once it is approved: Applied, or Failed; of several, the last approved counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from finops.budgets.approval import Applied, Approved, BudgetRequest, Failed, kept
from finops.decision import Decision, Effect, Held, Must
from finops.money import Money

OTHER = "the target holds another limit"


def waiting(requests: Iterable[Held[BudgetRequest]], team: str) -> list[tuple[Held[BudgetRequest], Approved]]:
    """The requests of *team* that are approved and not yet applied, the last approved first."""
    approved = [(held, held.state) for held in requests if isinstance(held.state, Approved)]
    mine = [each for each in approved if each[1].proposed.change.team == team]
    return sorted(mine, key=lambda each: _order(each[1]), reverse=True)


def confirm(
    held: Held[BudgetRequest],
    approved: Approved,
    read_back: Money | None,
    now: datetime,
    in_force: Money | None = None,
) -> Decision:
    """The decision that the target was *read_back* to hold what was approved (None: there is no target), or that it
    holds something else. *in_force* is what was in force until now, as far as we know."""
    change = approved.proposed.change
    if read_back is not None and read_back != change.new:
        return fail(held, approved, read_back, OTHER, now)
    applied = Applied(approved, read_back, now, in_force if in_force != change.old else None)
    return kept(held.version, applied, "tuppence", "apply", now, Effect(Must.SHOW, applied.subject))


def fail(held: Held[BudgetRequest], approved: Approved, says: Money | None, why: str, now: datetime) -> Decision:
    """The decision that what was approved is not known to be in force."""
    failed = Failed(approved, says, why, now)
    return kept(held.version, failed, "tuppence", "fail", now, Effect(Must.SHOW, failed.subject))


def give_way(held: Held[BudgetRequest], approved: Approved, to: Approved, now: datetime) -> Decision:
    """The decision that what was approved is not set any more, because *to* was approved after it."""
    instead = to.proposed.id
    failed = Failed(approved, None, f"{instead} was approved after it.", now, instead)
    return kept(held.version, failed, "tuppence", "give way", now, Effect(Must.SHOW, failed.subject))


def _order(approved: Approved) -> tuple[datetime, int, str]:
    id = approved.proposed.id
    number = id.removeprefix("n")
    return approved.at, int(number) if number.isdecimal() else 0, id
