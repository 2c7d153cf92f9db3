"""A week of AI beside the week before: what verdicts and sections share; the ledger remembers its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops.budgets.budget import Standing
from finops.digests.section import Briefing
from finops.forecasting.outlook import Outlook
from finops.money import Money
from finops.period import Period, month_of
from finops.question import AI, Answer, Dimension, Grain, Measure, Question, Values
from finops.report import Line, Mark, Trend

_LINES = 5


def week(briefing: Briefing, *measures: Measure, by: tuple[Dimension, ...] = ()) -> Answer:
    """The last seven days and the seven before, of everything that is AI."""
    asked = Question(measures, briefing.week, by=by, where=AI, versus=briefing.week.before, ledger=briefing.ledger)
    return briefing.desk.ledger.answer(asked)


@dataclass(frozen=True)
class Month:
    """The month that the last complete day lies in: *spent* on AI before *until*, by whomever, and *daily* over the
    last seven days; how the budgets stand; its *outlook*, where the days suffice for one."""

    period: Period
    until: date
    spent: Decimal
    daily: Decimal
    stands: tuple[Standing, ...]
    outlook: Outlook | None = None

    @property
    def end(self) -> Decimal:
        """What the month comes to: by the forecast, else at this pace."""
        if self.outlook:
            return self.outlook.end
        return self.spent + self.daily * (self.period.end - self.until).days

    @property
    def limit(self) -> Decimal:
        """All budgets together; zero if there are none."""
        return sum((each.budget.amount.amount for each in self.stands), Decimal(0))

    @property
    def over(self) -> Decimal:
        """What it ends at above all budgets; negative within them."""
        return self.end - self.limit


def month(briefing: Briefing) -> Month:
    """The month so far."""
    period = month_of(briefing.week.last)
    so_far = Question((Measure.COST,), Period(period.start, briefing.week.end), where=AI, ledger=briefing.ledger)
    spent = briefing.desk.ledger.answer(so_far).total[Measure.COST]
    daily = week(briefing, Measure.COST).total[Measure.COST] / briefing.week.days
    return Month(period, briefing.week.end, spent, daily, briefing.stands, briefing.outlook)


def change(answer: Answer, measure: Measure) -> Decimal | None:
    """By what share the total moved; None if there was nothing before."""
    before = answer.previous[measure] if answer.previous else Decimal(0)
    return answer.total[measure] / before - 1 if before else None


def money(briefing: Briefing, amount: Decimal) -> Money:
    """*amount* in the reporting currency."""
    return Money(amount, briefing.desk.company.currency)


def per_call(values: Values) -> Decimal | None:
    """Tokens per AI request; None without requests."""
    return values[Measure.TOKENS] / values[Measure.REQUESTS] if values[Measure.REQUESTS] else None


def days(briefing: Briefing, title: str, by: Dimension, unit: str, *measures: Measure,
         first: Sequence[str] = (), about: str = "", marks: tuple[Mark, ...] = ()) -> Trend | None:  # fmt: skip
    """Four weeks by day of a sum, or of the ratio of two, of the *first* names and the largest; None without any.
    The *first* names are what it is about, above all the first of them."""
    period = Period(briefing.week.start.fromordinal(briefing.week.start.toordinal() - 21), briefing.week.end)
    asked = Question(measures, period, by=(by,), where=AI, grain=Grain.DAY, ledger=briefing.ledger)
    rows = [row for row in briefing.desk.ledger.answer(asked).rows if row.key[by]]
    values = {(row.name, row.day): _ratio(row.values, measures) for row in rows}
    lines = [Line(name, tuple(values.get((name, day)) for day in period)) for name in sorted({r.name for r in rows})]
    known = [line for line in lines if any(line.values)]
    chosen = sorted(known, key=lambda line: (line.name in first, _size(line)), reverse=True)[:_LINES]
    matters = tuple(name for name in first if name in {line.name for line in chosen})
    return (
        Trend(title, tuple(period), tuple(chosen), unit, marks=marks, about=about, matters=matters) if chosen else None
    )


def _size(line: Line) -> Decimal:
    return sum((value for value in line.values if value is not None), Decimal(0))


def _ratio(values: Values, measures: tuple[Measure, ...]) -> Decimal | None:
    if len(measures) == 1:
        return values[measures[0]]
    return values[measures[0]] / values[measures[1]] if values[measures[1]] else None
