"""The KPI run-out date: when each budget of this month is used up. No amounts: it may be told everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops.budgets.budget import Standing
from finops.errors import Unclear
from finops.period import last_days, month_of
from finops.question import Dimension, Question
from finops.report import Figures, Quantity, Report, Table, Text, Tone, say

NAME, LABEL, UNIT = "run_out_date", "Run-out date", "days"
ABOUT = "days left until the budget of this month is used up, by team; by the forecast, as `budget` tells it."
NEEDS = "a budget of a team (`budgets` in config.yaml) and cost of this month"
EXAMPLE = f"kpi {NAME} by team"


@dataclass(frozen=True)
class RunOut:
    """When the budget of *team* is used up: on *day* of the month that ends on *last*, in so many days *left* from
    today (0: it is spent, or today is the day); no day where it lasts the month."""

    team: str
    day: date | None
    last: date
    left: int | None
    spent: bool

    @property
    def early(self) -> int:
        """How many days before the month ends."""
        return (self.last - self.day).days if self.day else 0

    @property
    def said(self) -> Text:
        """When, in words."""
        if self.spent:
            return say("spent")
        if self.day is None:
            return say("lasts")
        early = f", {_days(self.early)} early" if self.early else ", the last day of the month"
        return say(self.day, early)


def only_teams(asked: Question, today: date) -> Question:
    """*asked*, if it is about the teams of this month; Unclear for all else: budgets are of teams, and only this month
    is still open."""
    cuts = {*asked.by, *(each.dimension for each in asked.where)}
    month, period = month_of(today), asked.period
    open_now = period == last_days(30, today) or (period.start == month.start and period.end <= month.end)
    other = (asked.versus, asked.grain, asked.top, asked.ledger, asked.cumulative, asked.shares, asked.budgeted)
    if cuts - {Dimension.TEAM} or any(other) or not open_now:
        raise Unclear("The run-out date is of this month and of budgets, so it is cut by team only.", example=EXAMPLE)
    return asked


def run_out(each: Standing, today: date) -> RunOut:
    """When the budget that stands as *each* is used up, seen from *today*."""
    spent, day = each.used >= 1, each.runs_out
    left = 0 if spent else max(0, (day - today).days) if day else None
    return RunOut(each.budget.team, None if spent else day, each.month.last, left, spent)


def merit(stands: Sequence[Standing], question: Question, today: date) -> Report:
    """The day on which each budget of *stands* is used up, the first one first; the figure is the days left."""
    told = [each for each in stands if each.stamp and each.stamp.until]
    if not told:
        return Report(LABEL, say(f"{LABEL}: no data {month_of(today).within}. It needs {NEEDS}."),
                      figures=Figures(question, (), None, UNIT))  # fmt: skip
    found = sorted((run_out(each, today) for each in told), key=lambda each: (_order(each), each.team))
    rows = tuple((say(each.team), each.said, _left(each)) for each in found)
    figures = tuple(({"team": each.team}, _number(each)) for each in found)
    ends = [each for each in found if each.left is not None]
    return Report(f"{LABEL}s, {told[0].month}", _verdict(found), (Table(("Team", "Runs out", "Days left"), rows),),
                  stamp=told[0].stamp, tone=Tone.WARNING if ends else Tone.GOOD,
                  figures=Figures(question, figures, _number(found[0]), UNIT))  # fmt: skip


def _verdict(found: Sequence[RunOut]) -> Text:
    each = found[0]
    more = sum(one.left is not None for one in found) - 1
    also = f"; {more} more {'runs' if more == 1 else 'run'} out this month" if more > 0 else ""
    if each.spent:
        return say(f"The budget of {each.team} is spent{also}.")
    if each.day is None:
        return say("The budget lasts the month." if len(found) == 1 else f"All {len(found)} budgets last the month.")
    return say(f"The budget of {each.team} runs out ", *each.said, f": {_days(each.left or 0)} left{also}.")


def _order(each: RunOut) -> tuple[bool, int]:
    """Those that are spent first, those that last at the end."""
    return each.left is None, -1 if each.spent else each.left or 0


def _left(each: RunOut) -> Text:
    return say("–") if each.left is None else say(Quantity.of(each.left))


def _number(each: RunOut) -> Decimal | None:
    return None if each.left is None else Decimal(each.left)


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
