"""Periods are whole days, end exclusive."""

from datetime import UTC, date, datetime

import pytest

from finops.period import Period, day_in, last_days, month_of


def test_last_thirty_days_end_yesterday() -> None:
    assert last_days(30, date(2026, 11, 24)) == Period(date(2026, 10, 25), date(2026, 11, 24))


def test_before_a_month_is_the_month_before() -> None:
    assert month_of(date(2026, 3, 9)).before == month_of(date(2026, 2, 1))


def test_before_a_week_is_the_week_before() -> None:
    assert Period(date(2026, 11, 9), date(2026, 11, 16)).before == Period(date(2026, 11, 2), date(2026, 11, 9))


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(ValueError, match="holds none"):
        Period(date(2026, 1, 1), date(2026, 1, 1))


def test_the_day_depends_on_the_zone() -> None:
    assert day_in("Asia/Tokyo", datetime(2026, 11, 23, 20, tzinfo=UTC)) == date(2026, 11, 24)


def test_it_says_itself() -> None:
    assert str(month_of(date(2026, 11, 3))) == "November 2026"
    assert str(Period(date(2026, 11, 2), date(2026, 11, 9))) == "2 Nov to 8 Nov 2026"
