"""Hours, weekdays and steps of time: in which order their rows stand, and what each is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from finops.period import month_of
from finops.question import HOURS, WEEKDAYS, Answer, Dimension, Grain, Question, Row

_ORDERS = {Dimension.HOUR: HOURS, Dimension.WEEKDAY: WEEKDAYS}


def order(asked: Question) -> Sequence[str]:
    """All names of the rows, if they stand as on the clock and not by size; else none. Those that are asked for as the
    largest stand by size."""
    by_clock = len(asked.by) == 1 and not asked.grain and not asked.top
    return _ORDERS.get(asked.by[0], ()) if by_clock else ()


def in_order(answer: Answer) -> Answer:
    """*answer* with its rows as on the clock, if that is their order."""
    names = order(answer.question)
    if not names:
        return answer
    place = {name: number for number, name in enumerate(names)}
    rows = sorted(answer.rows, key=lambda row: place.get(row.name, len(names)))
    return replace(answer, rows=tuple(rows))


def of_steps(asked: Question) -> bool:
    """Whether so many steps of time are asked for, and not all of them: `cost by day top 3`."""
    return bool(asked.grain and asked.top and not asked.by)


def called(row: Row, asked: Question) -> str:
    """What to call *row*: `search`, `Friday 14:00`, `Fri 27 Nov`, `week of 23 Nov`, `November 2026`."""
    if {*row.key} == {Dimension.HOUR, Dimension.WEEKDAY} and all(row.key.values()):
        return f"{row.key[Dimension.WEEKDAY]} {row.key[Dimension.HOUR]}"
    if not of_steps(asked) or row.day is None:
        return row.name
    if asked.grain is Grain.MONTH:
        return f"{month_of(row.day)}"
    day = f"{row.day.day} {row.day:%b}"
    return f"week of {day}" if asked.grain is Grain.WEEK else f"{row.day:%a} {day}"
