"""Notes: what to mind of the figures of an answer."""

from __future__ import annotations

from collections.abc import Iterator

from finops.answers.figure import Figure, is_unpriced
from finops.answers.hours import minded
from finops.answers.weekdays import uneven
from finops.period import Period
from finops.question import Answer, Dimension, Ledger, Measure, Question
from finops.reach import cut_short
from finops.report import Note, Quantity, Share, Text, say


def notes(answer: Answer, figure: Figure, days: Period | None, ledger: Ledger | None) -> tuple[Note, ...]:
    """What is not in the figures, and what they do not say; *days* are those that *ledger* knows."""
    return tuple(Note(each) for each in _said(answer, figure, days, ledger))


def _said(answer: Answer, figure: Figure, days: Period | None, ledger: Ledger | None) -> Iterator[Text]:
    asked = answer.question
    if answer.stamp.unpriced_share:
        meant = "; what is counted here needs none." if figure.priceless else " and are not in this figure."
        yield say(Share(answer.stamp.unpriced_share), " of the tokens have no known price", meant)
    if started := _started(answer, days, ledger):
        yield say(started)
    yield from map(say, minded(answer))
    if Dimension.WEEKDAY in asked.by and figure.adds and (warned := uneven(asked.period)):
        yield say(warned)
    blank = [row for row in answer.rows if figure.of(row.values) is None and not is_unpriced(row.values)]
    if blank and asked.by and not asked.grain:
        yield say("No data for this figure in ", Quantity.of(len(blank)), " more.")
    if (left := _left_out(asked, figure)) and answer.rows:
        yield say(left)


def _started(answer: Answer, days: Period | None, ledger: Ledger | None) -> str:
    """When the data start that answered, or any, where that is within what was asked about."""
    asked, name = answer.question, answer.stamp.ledger
    used = ledger if asked.measures != (Measure.DRIVERS,) else None
    short = cut_short(used, name, asked.period, asked.versus) if used else ""
    if short or not days or asked.period.start >= days.start:
        return short
    return f"Data start on {days.start.day} {days.start:%B %Y}."


def _left_out(asked: Question, figure: Figure) -> str:
    """Whether rows are left out that no sum of the others can stand for."""
    if not asked.top or not asked.grain or not asked.by or (figure.adds and not asked.least):
        return ""
    end = "lowest" if asked.least else "highest"
    why = f"{figure.label} does not add up, so the others have no sum" if not figure.adds else "The others are left out"
    return f"Shown are the {asked.top} with the {end} of the whole period. {why}; all are in the figure above."
