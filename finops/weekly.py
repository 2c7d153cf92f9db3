"""A week of AI beside the week before: the figures that verdicts and sections share, each asked once."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from finops.budget import Standing, standing
from finops.money import Money
from finops.period import Period
from finops.question import Answer, Dimension, Filter, Grain, Measure, Question, Values
from finops.report import Line, Trend
from finops.section import Briefing

AI = (Filter(Dimension.SCOPE, ("ai", "saas")),)
_LINES = 5


def week(briefing: Briefing, *measures: Measure, by: tuple[Dimension, ...] = ()) -> Answer:
    """The last seven days and the seven before, of everything that is AI."""
    asked = Question(measures, briefing.week, by=by, where=AI, versus=briefing.week.before)
    return briefing.desk.ledger.answer(asked)


def stands(briefing: Briefing) -> list[Standing]:
    """How every budget stands."""
    return [standing(held.state, briefing.desk.ledger, briefing.today) for held in briefing.desk.budgets.budgets()]


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
         first: Collection[str] = ()) -> Trend | None:  # fmt: skip
    """Four weeks by day of a sum, or of the ratio of two, of the *first* names and the largest; None without any."""
    period = Period(briefing.week.start.fromordinal(briefing.week.start.toordinal() - 21), briefing.week.end)
    asked = Question(measures, period, by=(by,), where=AI, grain=Grain.DAY)
    rows = [row for row in briefing.desk.ledger.answer(asked).rows if row.key[by]]
    values = {(row.name, row.day): _ratio(row.values, measures) for row in rows}
    lines = [Line(name, tuple(values.get((name, day)) for day in period)) for name in sorted({r.name for r in rows})]
    known = [line for line in lines if any(line.values)]
    chosen = sorted(known, key=lambda line: (line.name in first, _size(line)), reverse=True)[:_LINES]
    return Trend(title, tuple(period), tuple(chosen), unit) if chosen else None


def _size(line: Line) -> Decimal:
    return sum((value for value in line.values if value is not None), Decimal(0))


def _ratio(values: Values, measures: tuple[Measure, ...]) -> Decimal | None:
    if len(measures) == 1:
        return values[measures[0]]
    return values[measures[0]] / values[measures[1]] if values[measures[1]] else None
