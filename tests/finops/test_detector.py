"""What the daily detector sees, and what it keeps silent about."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from finops.anomalies.watch import Watch
from finops.detector import Sight, Sighting
from finops.detectors.daily_cost import daily_cost
from finops.period import Period
from finops.question import Dimension, Measure, Series

DAYS = 112
START = date(2026, 8, 3)  # a Monday
WEEKEND = np.array([1, 1, 1, 1, 1, 0.4, 0.4])


def steady(level: float = 200.0, seed: int = 1, noise: float = 0.05) -> np.ndarray:
    """A working week and a quieter weekend, with a little noise."""
    chance = np.random.default_rng(seed)
    return level * WEEKEND[np.arange(DAYS) % 7] * np.exp(chance.normal(0, noise, DAYS))


def seen(*lines: np.ndarray, start: date = START) -> tuple[Sighting, ...]:
    names = tuple(f"app-{number}" for number in range(len(lines)))
    return daily_cost.sightings(Series(names, Period(start, start + timedelta(days=DAYS)), np.array(lines)))


def told(*lines: np.ndarray, start: date = START) -> list[tuple[int, Sight]]:
    return [((each.day - start).days, each.sight) for each in seen(*lines, start=start)]


def with_factor(factor: float, *days: int) -> np.ndarray:
    line = steady()
    line[list(days)] *= factor
    return line


def test_it_asks_for_daily_cost_by_app_of_complete_days() -> None:
    asked = daily_cost.question(date(2026, 11, 24))
    assert (asked.measures, asked.by, asked.period.last) == ((Measure.COST,), (Dimension.APP,), date(2026, 11, 23))


def test_a_steady_week_with_quiet_weekends_is_silent() -> None:
    assert told(*(steady(seed=seed) for seed in range(30))) == []


def test_a_jump_on_the_last_day_is_seen_with_what_was_expected() -> None:
    line = with_factor(3.4, DAYS - 1)
    (jump,) = seen(line)
    assert (jump.name, jump.day, jump.sight) == ("app-0", START + timedelta(days=DAYS - 1), Sight.UP)
    assert jump.value == line[-1]
    assert jump.low < jump.expected < jump.high < jump.value
    assert jump.expected == pytest.approx(80, rel=0.15)  # the last day is a Sunday


def test_a_weekend_as_dear_as_a_working_day_is_odd_although_the_value_is_common() -> None:
    assert told(with_factor(2.5, 103)) == [(103, Sight.UP), (105, Sight.CALM)]


def test_a_jump_is_told_once_and_ends_after_two_calm_days() -> None:
    assert told(with_factor(4, 100, 101)) == [(100, Sight.UP), (103, Sight.CALM)]


def test_an_incident_that_grows_much_worse_is_told_again() -> None:
    line = with_factor(4, 100, 101)
    line[101] *= 4
    assert told(line) == [(100, Sight.UP), (101, Sight.UP), (103, Sight.CALM)]


def test_a_new_level_is_accepted_after_a_week() -> None:
    assert told(with_factor(3, *range(90, DAYS))) == [(90, Sight.UP), (96, Sight.CALM)]


def test_a_calm_seventh_day_is_not_taken_for_the_end_of_a_new_level() -> None:
    assert told(with_factor(5, *range(90, 96))) == [(90, Sight.UP), (97, Sight.CALM)]


def test_a_level_that_has_settled_too_low_for_a_word_is_the_usual() -> None:
    settled = with_factor(1.5, *range(80, DAYS))
    settled[104] *= 1.5  # 2.25 times what it was, 1.5 times what it has settled at
    assert told(settled) == []


def test_a_spell_of_a_week_is_no_level_that_one_comes_back_to() -> None:
    line = with_factor(4, *range(70, 78), 100)
    assert [day for day, sight in told(line) if sight is Sight.UP] == [70, 100]


def test_small_money_is_not_worth_a_word() -> None:
    assert told(with_factor(5, 100) / 200) == []


def test_growth_is_not_an_anomaly() -> None:
    assert told(steady() * np.exp(0.006 * np.arange(DAYS))) == []


@pytest.mark.parametrize(
    "runs",
    [
        (date(2026, 10, 12), date(2026, 11, 12)),
        (date(2027, 2, 1), date(2027, 3, 1)),
        (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)),
        (date(2026, 10, 30), date(2026, 11, 30)),
    ],
    ids=["31 days", "28 days", "the last of each month", "not the last of both"],
)
def test_a_monthly_job_is_expected_the_next_month(runs: tuple[date, ...]) -> None:
    start = runs[0] - timedelta(days=runs[0].weekday() + 42)
    line = steady(noise=0.02)
    line[[(run - start).days for run in runs]] += 900
    first = (runs[0] - start).days
    assert told(line, start=start) == [(first, Sight.UP), (first + 2, Sight.CALM)]


def test_two_days_of_next_to_nothing_are_a_drop_and_one_is_not() -> None:
    assert told(with_factor(0.05, 100)) == []
    assert told(with_factor(0.05, 100, 101, 102)) == [(101, Sight.DROP), (104, Sight.CALM)]


@pytest.mark.parametrize("days", [(100,), (100, 101)], ids=["one day", "two days"])
def test_days_that_are_not_known_are_no_drop(days: tuple[int, ...]) -> None:
    line = steady()
    line[list(days)] = np.nan
    assert told(line) == []


def test_a_day_that_is_known_in_part_at_first_is_no_drop_once_it_has_settled() -> None:
    watch, line = Watch(1), steady()
    for number, cost in enumerate(line):
        first = cost * 0.05 if number in (100, 101) else cost
        seen = watch.judge(START + timedelta(days=number), np.array([first]))
        assert not (seen.up | seen.drop).any()
        watch.absorb(np.array([cost]))


def test_the_return_from_a_quiet_spell_is_no_jump() -> None:
    assert told(with_factor(0.5, *range(80, 95))) == []


def test_the_same_weekday_twice_is_the_new_pattern() -> None:
    assert [day for day, sight in told(with_factor(3, 85, 92, 99)) if sight is Sight.UP] == [85]


@pytest.mark.parametrize(("level", "expected"), [(150.0, [(100, Sight.NEWCOMER)]), (4.0, [])])
def test_a_newcomer_is_told_if_it_is_dear(level: float, expected: list[tuple[int, Sight]]) -> None:
    line = np.full(DAYS, np.nan)
    line[100:] = level
    assert told(steady(), line) == expected


def test_a_newcomer_that_adds_up_is_told_once() -> None:
    line = np.full(DAYS, np.nan)
    line[100:] = 60.0
    assert told(steady(), line) == [(103, Sight.NEWCOMER)]


def test_what_was_there_on_the_first_day_is_no_newcomer() -> None:
    late = np.full(DAYS, np.nan)
    late[100:] = 500.0
    assert told(late, late * 2) == []


def test_nothing_known_is_nothing_seen() -> None:
    assert seen(np.full(DAYS, np.nan)) == ()
    assert daily_cost.sightings(Series((), Period(START, START + timedelta(days=DAYS)), np.zeros((0, DAYS)))) == ()


@pytest.mark.parametrize("change", [lambda line: line * 3, lambda line: line * 0.01], ids=["higher", "lower"])
def test_what_comes_later_does_not_change_what_was_seen(change: Callable[[np.ndarray], np.ndarray]) -> None:
    line = with_factor(4, 80, 81)
    later = line.copy()
    later[100:] = change(later[100:])
    assert [each for each in seen(line) if each.day < START + timedelta(days=100)] == [
        each for each in seen(later) if each.day < START + timedelta(days=100)
    ]
