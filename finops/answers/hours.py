"""Figures by hour: those of a week as a heat map, and what to mind: whose hours they are, and who tells days only."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from finops.answers.figure import Figure
from finops.question import HOURS, WEEKDAYS, Answer, Dimension
from finops.report import Heat

_MOST = 5


def minded(answer: Answer) -> Iterator[str]:
    """Sentences on the hours of *answer*, if it is of hours."""
    if not answer.question.hourly:
        return
    yield f"Hours and their weekdays are those of {answer.question.zone}, the days of the period those of UTC."
    told = [f"{each.provider or 'no provider'} ({each.days} days)" for each in answer.stamp.daily]
    more = [f"{len(told) - _MOST} more"] if told[_MOST:] else []
    if told:
        yield f"Not in it, for no hours are told or kept (92 days) of them: {', '.join([*told[:_MOST], *more])}."


def of_week(answer: Answer) -> bool:
    """Whether *answer* is cut by hour and weekday."""
    return {*answer.question.by} == {Dimension.HOUR, Dimension.WEEKDAY} and bool(answer.rows)


def week(answer: Answer, figure: Figure, title: str, about: str) -> Heat:
    """The rows of *answer* by weekday and hour; nothing told is nothing, where figures add up."""
    told = {(row.key[Dimension.WEEKDAY], row.key[Dimension.HOUR]): figure.of(row.values) for row in answer.rows}
    nothing = Decimal(0) if figure.adds else None
    cells = tuple(tuple(told.get((day, hour), nothing) for hour in HOURS) for day in WEEKDAYS)
    return Heat(title, WEEKDAYS, HOURS, cells, figure.unit, about, figure.adds)
