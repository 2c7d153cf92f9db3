"""A week of AI beside the week before: the figures that verdicts and sections share, each asked once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from finops.money import Money
from finops.period import Period
from finops.question import Answer, Dimension, Filter, Grain, Measure, Question, Values
from finops.report import Line, Trend
from finops.section import Briefing

AI = (Filter(Dimension.SCOPE, ("ai", "saas")),)


def week(briefing: Briefing, *measures: Measure, by: tuple[Dimension, ...] = ()) -> Answer:
    """The last seven days and the seven before, of everything that is AI."""
    asked = Question(measures, briefing.week, by=by, where=AI, versus=briefing.week.before)
    return briefing.desk.ledger.answer(asked)


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


def days(briefing: Briefing, title: str, by: Dimension, unit: str, *measures: Measure, most: int = 5) -> Trend | None:
    """Four weeks by day of a sum (its *most* largest names), or of the ratio of two (the names that moved most)."""
    period = Period(briefing.week.start.fromordinal(briefing.week.start.toordinal() - 21), briefing.week.end)
    asked = Question(measures, period, by=(by,), where=AI, grain=Grain.DAY)
    rows = [row for row in briefing.desk.ledger.answer(asked).rows if row.key[by]]
    names = {row.name for row in rows}
    values = {(row.name, row.day): _ratio(row.values, measures) for row in rows}
    lines = [Line(name, tuple(values.get((name, day)) for day in period)) for name in sorted(names)]
    known = [line for line in lines if any(value is not None for value in line.values)]
    chosen = sorted(known, key=_size if len(measures) == 1 else _move, reverse=True)[:most]
    return Trend(title, tuple(period), tuple(chosen), unit) if chosen else None


def _size(line: Line) -> Decimal:
    return sum((value for value in line.values if value is not None), Decimal(0))


def _move(line: Line) -> Decimal:
    """By what share the last week of the line lies off the first three."""
    before, now = _mean(line.values[:-7]), _mean(line.values[-7:])
    return abs(now / before - 1) if now is not None and before else Decimal(0)


def _mean(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


def _ratio(values: Values, measures: tuple[Measure, ...]) -> Decimal | None:
    if len(measures) == 1:
        return values[measures[0]]
    return values[measures[0]] / values[measures[1]] if values[measures[1]] else None
