"""Single rules of the watch, and the baseline they judge by."""

from datetime import date, timedelta

import numpy as np
import pytest

from finops.anomalies.baseline import baseline
from finops.anomalies.past import Past
from finops.anomalies.rules import Day, common, days_back, limit, newcomer, up
from finops.anomalies.watch import Watch


@pytest.mark.parametrize(
    ("day", "back"),
    [
        (date(2026, 11, 12), (7, 14, 31)),
        (date(2027, 3, 1), (7, 14, 28)),
        (date(2027, 3, 30), (7, 14, 30)),  # February has no 30th
        (date(2027, 3, 31), (7, 14, 31, 31)),
        (date(2027, 2, 28), (7, 14, 31, 28)),
        (date(2027, 1, 15), (7, 14, 31)),
    ],
)
def test_a_day_is_held_against_its_weekday_and_its_day_of_the_month(day: date, back: tuple[int, ...]) -> None:
    assert days_back(day) == back


def past(costs: np.ndarray, residuals: np.ndarray | None = None) -> Past:
    """One series whose days were these, none of them odd."""
    made, far = Past(1), residuals if residuals is not None else np.zeros(len(costs))
    for cost, off in zip(costs, far, strict=True):
        made.add(np.array([cost]), np.array([cost]), np.array([off]), np.array([False]))
    return made


def day(cost: float, before: Past) -> Day:
    return Day(date(2026, 11, 12), np.array([cost]), before.baseline, before)


def test_the_limit_lies_above_what_has_happened_twice() -> None:
    residuals = np.zeros(56)
    residuals[[10, 20]] = 0.9, 0.8
    assert limit(day(100, past(np.full(56, 100.0), residuals))) == pytest.approx(1.3 * 0.8)


def test_a_long_tail_widens_the_spread_though_the_median_does_not_see_it() -> None:
    residuals = np.where(np.arange(56) % 8 == 0, 1.0, 0.01)[None]
    assert baseline(np.full((1, 56), 100.0), np.full((1, 56), 100.0), residuals).spread == pytest.approx(0.4)


def test_the_expected_follows_growth_without_lagging_behind() -> None:
    growing = 100 * np.exp(0.01 * np.arange(57))
    assert past(growing[:56]).baseline.expected == pytest.approx(growing[56], rel=0.02)


def test_growth_is_not_carried_on_without_bound() -> None:
    growing = 100 * np.exp(0.05 * np.arange(57))
    assert past(growing[:56]).baseline.expected < growing[56] * 0.9


@pytest.mark.parametrize(("cost", "often"), [(290, True), (400, False)])
def test_a_restless_series_often_has_such_days(cost: float, often: bool) -> None:
    idle = np.where(np.arange(56) % 4 == 0, 0.0, 100.0)
    idle[[30, 40]] = 250, 240
    assert common(day(cost, past(idle))) == often
    assert up(day(cost, past(idle))) == (not often)
    assert not common(day(cost, past(np.full(56, 100.0))))


@pytest.mark.parametrize(("days", "new"), [(13, True), (14, False)])
def test_nobody_is_a_newcomer_after_fourteen_days(days: int, new: bool) -> None:
    assert newcomer(day(150, past(np.full(days, 1.0)))) == new


def test_what_has_lasted_for_seven_days_is_expected_the_next() -> None:
    watch, begun = Watch(1), date(2026, 8, 3)
    for number in range(67):
        cost = np.array([100.0 if number < 60 else 300.0])
        watch.judge(begun + timedelta(days=number), cost)
        watch.absorb(cost)
    assert watch.usual.expected == pytest.approx(300, rel=0.01)
