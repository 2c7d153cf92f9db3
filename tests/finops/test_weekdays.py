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
from finops.question import HOURS, WEEKDAYS, Answer, Dimension, Filter, Known, Measure, Question, Row
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


@pytest.mark.parametrize(
    ("words", "measure"),
    [("by hour billed", Measure.COST), ("by hour", Measure.GPU_HOURS), ("hour:9", Measure.BILLED_COST),
     ("by hour", Measure.DRIVERS)],
)  # fmt: skip
def test_hours_are_refused_of_what_tells_days_with_what_is_known_instead(words: str, measure: Measure) -> None:
    with pytest.raises(Unclear, match="no hours") as refused:
        question(words, (measure,), Known(), TODAY, example="")
    example = refused.value.example.removeprefix("cost ")
    assert question(example, (Measure.COST,), Known(), TODAY, example="").by == (Dimension.WEEKDAY,)


@pytest.mark.parametrize("words", ["by hour daily", "by hour cumulative", "by hour vs budget"])
def test_hours_take_no_steps_of_time(words: str) -> None:
    with pytest.raises(Unclear, match="without steps of time"):
        question(words, (Measure.COST,), Known(), TODAY, example="")


def test_an_hour_is_named_as_people_do() -> None:
    known = Known({Dimension.HOUR: HOURS})
    asked = question("by hour,weekday -hour:9,17:00,2*", (Measure.COST,), known, TODAY, example="")
    assert asked.by == (Dimension.HOUR, Dimension.WEEKDAY)
    assert asked.where == (Filter(Dimension.HOUR, ("09:00", "17:00", "2*"), negated=True),)


def test_people_call_it_the_day_of_the_week() -> None:
    assert cut_of(["day", "of", "the", "week", "cost"]) == (Dimension.WEEKDAY, 4)
    assert cut_of(["weekdays"]) == (Dimension.WEEKDAY, 1)
    assert cut_of(["day"]) != (Dimension.WEEKDAY, 1)
