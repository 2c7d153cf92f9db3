"""What was spent so far beside the budgets it is held against: the way there, on to the end of the month, and the day
on which the money runs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from finops.budgets.spending import Limit, limit_of
from finops.desk import Ask
from finops.forecasting.outlook import Asked, Outlook, outlooks
from finops.forecasting.report import trend
from finops.money import Money
from finops.period import Period, month_of
from finops.question import AI, Answer, Dimension, Filter, Grain, Question
from finops.report import Facts, Line, Mark, Report, Text, Trend, say


@dataclass(frozen=True)
class Counted:
    """What budgets count: the cost that passes *where*, and what it is called."""

    where: tuple[Filter, ...]
    label: str


def counted(ask: Ask, asked: Question) -> Counted:
    """What budgets count of what is *asked*: the cost of AI, in a running sum that of the teams with a budget."""
    limit = _limit(ask, asked)
    if limit is None:
        return Counted(AI, "AI cost")
    where = (*AI, Filter(Dimension.TEAM, limit.teams))
    return Counted(where, "AI cost" if asked.where else "AI cost of teams with a budget")


def _limit(ask: Ask, asked: Question) -> Limit | None:
    """The budgets that a running sum is drawn beside; None if it is not one sum by day, or there is no budget."""
    if asked.by or asked.grain is not Grain.DAY or not asked.cumulative:
        return None
    return limit_of(ask.desk.budgets, asked.where, asked.period)


def beside_budget(ask: Ask, answer: Answer, report: Report) -> Report:
    """*report* on a running sum with the budgets of its teams in the chart, where it is one sum by day; else as it
    is."""
    asked = answer.question
    limit = _limit(ask, asked)
    if limit is None:
        return report
    reach = replace(ask.desk.reach(ask.now), ledger=answer.stamp.ledger)
    period = _period(asked, reach.until)
    teams = Filter(Dimension.TEAM, limit.teams)
    found = outlooks(ask.desk.ledger, Asked(period, (*AI, teams)), reach)
    if not found or not found[0].so_far:
        return report
    way = _Way(found[0], limit.amount, answer.stamp.currency)
    chart = way.chart()
    chart = chart if asked.where else replace(chart, about=f"{chart.about}, of teams with a budget")
    parts = [chart if isinstance(part, Trend) else part for part in report.parts]
    return replace(report, verdict=(*report.verdict, *way.said()), parts=(Facts(way.facts()), *parts))


def _period(asked: Question, until: date) -> Period:
    """The whole month, where what is asked is the month so far; else the days that are asked."""
    month = month_of(asked.period.start)
    is_so_far = asked.period.start == month.start and min(until, month.end) <= asked.period.end <= month.end
    return month if is_so_far else asked.period


@dataclass(frozen=True)
class _Way:
    """How *whole* goes on beside its *limit*."""

    whole: Outlook
    limit: Decimal
    currency: str

    @property
    def out(self) -> date | None:
        """The day on which the budget is used up."""
        return self.whole.runs_out(self.limit)

    @property
    def is_out(self) -> bool:
        """Whether it is used up already."""
        return self.whole.spent > self.limit

    def money(self, amount: Decimal) -> Money:
        return Money(amount, self.currency)

    def said(self) -> Text:
        """What becomes of the budget, as one sentence more."""
        start = say(" The budget of ", self.money(self.limit))
        if self.out:
            return (*start, *say(" ran out on " if self.is_out else " will run out on ", self.out, "."))
        if self.whole.to_come and not self.whole.told:
            return (*start, *say(" is not used up; there is not enough history to say whether it lasts."))
        return (*start, *say(" will last." if self.whole.to_come else " lasted."))

    def facts(self) -> tuple[tuple[str, Text], ...]:
        """The budget, when it runs out, and where the period ends."""
        pairs = [("Budget", say(self.money(self.limit)))]
        if self.out:
            pairs.append(("Ran out" if self.is_out else "Runs out", say(self.out)))
        if self.whole.to_come and self.whole.told:
            low, high = map(self.money, self.whole.band)
            pairs.append(("End, forecast", say(self.money(self.whole.end), " (80 %: ", low, " to ", high, ")")))
        return tuple(pairs)

    def chart(self) -> Trend:
        """The running sum beside the budget, with the forecast and its band if there is one."""
        if not self.whole.to_come:
            return self._marked(replace(trend(self.whole, self.limit, self.currency), title=self._finding()))
        if self.whole.told:
            return self._marked(trend(self.whole, self.limit, self.currency))
        over = replace(self.whole, period=Period(self.whole.period.start, self.whole.until))
        drawn = trend(over, self.limit, self.currency)
        lines = tuple(Line(line.name, _filled(line.values, self.whole.period.days)) for line in drawn.lines)
        days = tuple(self.whole.period)
        return self._marked(replace(drawn, title=self._finding(), lines=lines, days=days))

    def _finding(self) -> str:
        gap, name = self.whole.spent - self.limit, self.money(self.whole.spent).short
        where = "over" if gap > 0 else "within"
        return f"{name} so far, {self.money(abs(gap)).short} {where} budget"

    def _marked(self, drawn: Trend) -> Trend:
        if not self.out:
            return drawn
        said = f"{'ran' if self.is_out else 'runs'} out {self.out.day} {self.out:%b}"
        return replace(drawn, marks=(Mark(self.out, said, ring=True),))


def _filled(values: Sequence[Decimal | None], days: int) -> tuple[Decimal | None, ...]:
    return (*values, *[None] * (days - len(values)))
