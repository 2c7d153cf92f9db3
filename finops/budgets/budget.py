"""A budget: what a team may spend on AI in a calendar month, who holds it to that, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import accumulate
from typing import Protocol

from finops.decision import Held
from finops.money import Money
from finops.naming import fits
from finops.period import Period, month_of
from finops.question import AI, Answer, Dimension, Filter, Ledger, Measure, Question
from finops.reach import Reach
from finops.stamp import Stamp

_EXACT = 60


@dataclass(frozen=True)
class Earlier:
    """What a budget allowed a calendar month until it was changed on the day *until* (UTC)."""

    amount: Money
    until: date


@dataclass(frozen=True)
class Budget:
    """What *team* may spend on AI a calendar month: as last applied, else as configured. *target* and *target_id* say
    where the limit bites (empty: nowhere, it only alerts); *earlier* is what it allowed before, the oldest first."""

    team: str
    amount: Money
    target: str = ""
    target_id: str = ""
    earlier: tuple[Earlier, ...] = ()

    def of(self, month: Period) -> Money:
        """What it allowed in the calendar month *month*: what was in force when that ended (UTC), else what is now."""
        return next((each.amount for each in self.earlier if each.until >= month.end), self.amount)

    @property
    def subject(self) -> str:
        """`budget/<team>`."""
        return f"budget/{self.team}"


class Budgets(Protocol):
    """The budgets as they stand."""

    def budgets(self) -> tuple[Held[Budget], ...]:
        """All of them, by team."""
        ...

    def budget(self, team: str) -> Held[Budget]:
        """The budget of *team*; Unclear if it has none."""
        ...


@dataclass(frozen=True)
class Standing:
    """How a budget stands before *until*, the first day that is not complete: spent of that month so far, and when it
    runs out by the *forecast* of each day left, or where there is none at the recent rate; *stamp* is that of what was
    spent."""

    budget: Budget
    spent: Money
    until: date
    daily: Money
    stamp: Stamp | None = None
    forecast: tuple[Decimal, ...] = ()

    @property
    def used(self) -> Decimal:
        """Spent as a share of the budget."""
        return self.spent.amount / self.budget.amount.amount if self.budget.amount.amount else Decimal(0)

    @property
    def last(self) -> date:
        """The last day that is counted."""
        return self.until - timedelta(days=1)

    @property
    def month(self) -> Period:
        """The month it is about."""
        return month_of(self.last)

    @property
    def gone(self) -> Decimal:
        """The share of the month that is over."""
        return Decimal((self.until - self.month.start).days) / self.month.days

    @property
    def to_come(self) -> tuple[Decimal, ...]:
        """What each day left of the month is to cost: by the forecast, else as much as the recent ones."""
        return self.forecast or (self.daily.amount,) * (self.month.end - self.until).days

    @property
    def month_end(self) -> Money:
        """What the month comes to; to the cent, where it is forecast."""
        end = self.spent.amount + sum(self.to_come, Decimal(0))
        return Money(round(end, 2) if self.forecast else end, self.spent.currency)

    @property
    def runs_out(self) -> date | None:
        """The day this month on which the budget is used up; None if it lasts, or if nothing is to come."""
        if not any(self.to_come):
            return None
        sums = accumulate((self.spent.amount + self.to_come[0], *self.to_come[1:]))
        over = (n for n, total in enumerate(sums) if total > self.budget.amount.amount)
        return next((self.until + timedelta(days=n) for n in over), None)


def standings(budgets: Sequence[Budget], ledger: Ledger, reach: Reach) -> list[Standing]:
    """How *budgets* stand after the last day within *reach*, all asked at once, with the stamp of all; the recent rate
    is the mean of the last seven days."""
    if not budgets:
        return []
    teams = tuple(each.team for each in budgets)
    month, week = (_answer(teams, ledger, period, reach)
                   for period in (Period(month_of(reach.last).start, reach.until), reach.days(7)))  # fmt: skip
    return [Standing(each, _spent(each, month), reach.until, _spent(each, week) * (Decimal(1) / 7), month.stamp)
            for each in budgets]  # fmt: skip


def _answer(teams: tuple[str, ...], ledger: Ledger, period: Period, reach: Reach) -> Answer:
    where = (*AI, Filter(Dimension.TEAM, teams))
    return ledger.answer(Question((Measure.COST,), period, (Dimension.TEAM,), where, ledger=reach.ledger))


def _spent(budget: Budget, answer: Answer) -> Money:
    """What the team cost, in whichever case its name is written."""
    name = budget.team.lower()
    mine = (row.values[Measure.COST] for row in answer.rows if fits(name, row.key[Dimension.TEAM].lower()))
    with localcontext(prec=_EXACT):
        return Money(sum(mine, Decimal(0)), budget.amount.currency)
