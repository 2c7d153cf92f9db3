"""Notes: what to mind of the figures of an answer."""

from __future__ import annotations

from collections.abc import Iterator

from finops.answers.figure import Figure, is_unpriced
from finops.answers.hours import minded
from finops.answers.weekdays import uneven
from finops.period import Period
from finops.question import Answer, Dimension, Question
from finops.report import Note, Quantity, Share, Text, say


def notes(answer: Answer, figure: Figure, days: Period | None) -> tuple[Note, ...]:
    """What is not in the figures, and what they do not say; *days* are those that are known."""
    return tuple(Note(each) for each in _said(answer, figure, days))


def _said(answer: Answer, figure: Figure, days: Period | None) -> Iterator[Text]:
    asked = answer.question
    if answer.stamp.unpriced_share:
        unpriced = Share(answer.stamp.unpriced_share)
        yield say(unpriced, " of the tokens have no known price and are not in this figure.")
    if days and asked.period.start < days.start:
        yield say(f"Data start on {days.start.day} {days.start:%B %Y}.")
    yield from map(say, minded(answer))
    if Dimension.WEEKDAY in asked.by and figure.adds and (warned := uneven(asked.period)):
        yield say(warned)
    blank = [row for row in answer.rows if figure.of(row.values) is None and not is_unpriced(row.values)]
    if blank and not asked.grain:
        yield say("No data for this figure in ", Quantity.of(len(blank)), " more.")
    if (left := _left_out(asked, figure)) and answer.rows:
        yield say(left)


def _left_out(asked: Question, figure: Figure) -> str:
    """Whether rows are left out that no sum of the others can stand for."""
    if not asked.top or not asked.grain or not asked.by or (figure.adds and not asked.least):
        return ""
    end = "lowest" if asked.least else "highest"
    why = f"{figure.label} does not add up, so the others have no sum" if not figure.adds else "The others are left out"
    return f"Shown are the {asked.top} with the {end} of the whole period. {why}; all are in the figure above."
