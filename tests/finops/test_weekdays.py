"""Sums by weekday say which weekdays the period holds more often, and a forecast takes none."""

from datetime import date

from finops.answers.weekdays import uneven
from finops.ask import question
from finops.period import Period
from finops.question import WEEKDAYS, Dimension, Filter, Known, Measure
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


def test_a_weekday_is_named_in_any_case() -> None:
    known = Known({Dimension.WEEKDAY: WEEKDAYS})
    asked = question("by weekday weekday:saturday,SUNDAY", (Measure.COST,), known, TODAY, example="")
    assert asked.by == (Dimension.WEEKDAY,)
    assert asked.where == (Filter(Dimension.WEEKDAY, ("Saturday", "Sunday")),)


def test_people_call_it_the_day_of_the_week() -> None:
    assert cut_of(["day", "of", "the", "week", "cost"]) == (Dimension.WEEKDAY, 4)
    assert cut_of(["weekdays"]) == (Dimension.WEEKDAY, 1)
    assert cut_of(["day"]) != (Dimension.WEEKDAY, 1)
