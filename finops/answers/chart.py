"""The chart of an answer: bars by size, or by the clock; trends over time; a heat map of the hours of a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

from finops.answers.clock import called, of_steps, order
from finops.answers.figure import Figure
from finops.answers.hours import of_week, week
from finops.answers.leading import finding
from finops.answers.shares import as_bars, as_trend
from finops.answers.table import left_out, tells
from finops.period import month_of
from finops.question import Answer, Dimension, Grain, Question
from finops.report import Bars, Line, Part, Trend

_TOGETHER = 4


def chart(answer: Answer, figure: Figure, title: str) -> tuple[Part, ...]:
    """What is drawn of *answer*; nothing where there is nothing to compare."""
    asked = answer.question
    if asked.grain and not of_steps(asked):
        return (_trend(answer, figure, title),)
    found = finding(answer, figure, title)
    return (week(answer, figure, found, title),) if of_week(answer) else _bars(answer, figure, found, title)


def _bars(answer: Answer, figure: Figure, found: str, title: str) -> tuple[Part, ...]:
    asked, total = answer.question, figure.of(answer.total)
    known = _rows(answer, figure)
    if not known:
        return ()
    before = {row.name: figure.of(row.previous) for row in answer.rows if row.previous}
    previous = {name: value for name, value in before.items() if value is not None}
    other = left_out(answer, figure)
    every = (*known, *([("other", other)] if other else []))
    whole = total if figure.adds and len(every) > 1 and not of_steps(asked) else None
    bars = Bars(found, every, figure.unit, previous, title, whole, ordered=bool(order(asked)))
    return as_bars(bars, total or Decimal(0), figure.of(answer.previous) if answer.previous else None) if (
        asked.shares) else (bars,)  # fmt: skip


def _rows(answer: Answer, figure: Figure) -> tuple[tuple[str, Decimal], ...]:
    """The figures by name, largest first, or by the clock: then an hour that nothing was told of is nothing."""
    asked = answer.question
    told = [row for row in answer.rows if (row.key or of_steps(asked)) and tells(row, figure)]
    known = [(called(row, asked), value) for row in told if (value := figure.of(row.values)) is not None]
    if names := order(asked):
        there = dict(known)
        return tuple((each, there.get(each, Decimal(0))) for each in names if figure.adds or each in there)
    if figure.adds and not of_steps(asked):
        return tuple(known)
    return tuple(sorted(known, key=lambda each: -each[1], reverse=asked.least))


def _trend(answer: Answer, figure: Figure, title: str) -> Trend:
    asked = answer.question
    days = sorted({row.day for row in answer.rows if row.day})
    names = list(dict.fromkeys(row.name for row in answer.rows))
    values = {(row.name, row.day): figure.of(row.values) for row in answer.rows}
    empty = Decimal(0) if figure.adds else None
    lines = tuple(Line(name, tuple(values.get((name, day), empty) for day in days)) for name in names)
    if asked.cumulative and figure.adds:
        lines = tuple(Line(each.name, tuple(accumulate(v or Decimal(0) for v in each.values))) for each in lines)
    stacked = figure.adds and (len(lines) > 1 or asked.grain is not Grain.DAY)
    apart = Dimension.TEAM in asked.by and len(lines) > _TOGETHER
    found = finding(answer, figure, title) if figure.adds and len(lines) > 1 else title
    trend = Trend(found, tuple(days), lines, figure.unit, stacked=stacked, about=_about(asked, figure), apart=apart,
                  provisional_from=days[-1] if days and _is_cut(asked) else None)  # fmt: skip
    trend = as_trend(trend, str(asked.grain)) if asked.shares else trend
    return trend if found == title else replace(trend, about=f"{title} · {trend.about}")


def _about(asked: Question, figure: Figure) -> str:
    """What a point of the trend is."""
    if asked.cumulative:
        return f"{figure.unit} so far, by {asked.grain}"
    return f"{figure.unit} a {asked.grain}" if figure.adds else figure.lowered


def _is_cut(asked: Question) -> bool:
    """Whether the last week or month ends after the period does."""
    last = asked.period.last
    if asked.grain is Grain.MONTH:
        return asked.period.end < month_of(last).end
    return asked.grain is Grain.WEEK and (last + timedelta(days=1)).weekday() != 0
