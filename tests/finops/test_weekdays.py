"""Sums by weekday say which weekdays the period holds more often, and a forecast takes none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from finops.answers.figure import Figure
from finops.answers.report import report
from finops.answers.weekdays import uneven
from finops.ask import question
from finops.errors import Unclear
from finops.period import Period
from finops.question import WEEKDAYS, Answer, Dimension, Filter, Known, Measure, Question, Row
from finops.report import Note, say
from finops.stamp import Finality, LedgerName, Stamp
from finops.wording.vocabulary import cut_of

TODAY = date(2026, 11, 24)


def test_whole_weeks_need_no_warning() -> None:
    assert uneven(Period(date(2026, 11, 2), date(2026, 11, 16))) == ""


def test_the_weekdays_that_fell_into_it_once_more_are_named() -> None:
    assert uneven(Period(date(2026, 10, 25), TODAY)) == (
        "Not whole weeks: Sunday and Monday fell into it 5 times, every other weekday 4 times."
    )
    assert uneven(Period(TODAY, date(2026, 11, 25))) == (
        "Not whole weeks: Tuesday fell into it once, every other weekday never."
    )


def test_only_sums_by_weekday_say_so() -> None:
    values = {Measure.REQUESTS: Decimal(7)}
    asked = Question((Measure.REQUESTS,), Period(TODAY, date(2026, 11, 25)), by=(Dimension.WEEKDAY,))
    rows = (Row({Dimension.WEEKDAY: "Tuesday"}, values),)
    answer = Answer(asked, rows, values, Stamp(None, Finality.PROVISIONAL, LedgerName.METERED, "USD"))
    calls = Figure("Requests", "requests", lambda sums: sums[Measure.REQUESTS])
    warned = Note(say(uneven(asked.period)))
    assert warned in report(answer, calls).parts
    assert warned not in report(answer, replace(calls, adds=False)).parts
    by_team = replace(asked, by=(Dimension.TEAM,))
    assert warned not in report(replace(answer, question=by_team), calls).parts


def test_a_weekday_is_named_in_any_case() -> None:
    known = Known({Dimension.WEEKDAY: WEEKDAYS})
    asked = question("by weekday weekday:saturday,SUNDAY", (Measure.COST,), known, TODAY, example="")
    assert asked.by == (Dimension.WEEKDAY,)
    assert asked.where == (Filter(Dimension.WEEKDAY, ("Saturday", "Sunday")),)


def test_hours_are_refused_with_what_is_known_instead() -> None:
    with pytest.raises(Unclear, match="no hours") as refused:
        question("by hour", (Measure.COST,), Known(), TODAY, example="")
    example = refused.value.example.removeprefix("cost ")
    assert question(example, (Measure.COST,), Known(), TODAY, example="").by == (Dimension.WEEKDAY,)


def test_people_call_it_the_day_of_the_week() -> None:
    assert cut_of(["day", "of", "the", "week", "cost"]) == (Dimension.WEEKDAY, 4)
    assert cut_of(["weekdays"]) == (Dimension.WEEKDAY, 1)
    assert cut_of(["day"]) != (Dimension.WEEKDAY, 1)
