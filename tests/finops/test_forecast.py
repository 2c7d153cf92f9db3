"""A forecast adds what is known exactly to what its own past tells of the days left; its band is as it erred."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from finops.forecasting.band import scale, width
from finops.forecasting.daily import ahead
from finops.forecasting.outlook import Asked, Outlook, outlooks
from finops.period import Period
from finops.question import AI, Dimension
from finops.reach import reach
from tests.finops.fakes_ledger import TODAY, Fact, RowLedger, fact

NOVEMBER, QUARTER = Period(date(2026, 11, 1), date(2026, 12, 1)), Period(date(2026, 10, 1), date(2027, 1, 1))
Cost = Callable[[date], object]


def costs(cost: Cost, first: date = date(2026, 7, 1), team: str = "search", last: date = TODAY) -> list[Fact]:
    return [fact(day, cost(day), team=team) for day in Period(first, last) if cost(day)]


def told(
    facts: list[Fact], period: Period = NOVEMBER, by: Dimension | None = None, today: date = TODAY
) -> list[Outlook]:
    ledger = RowLedger(facts, today - timedelta(days=1))
    return list(outlooks(ledger, Asked(period, AI, by), reach(ledger, today)))


def test_a_steady_cost_ends_where_it_must_to_the_cent_and_is_sure() -> None:
    (each,) = told(costs(lambda day: "3.333"))
    assert each.spent == 23 * Decimal("3.333")
    assert each.forecast == (Decimal("3.33"),) * 7
    assert each.end == Decimal("99.97")
    assert each.band == (each.end, each.end)


def test_weekends_cost_what_weekends_do() -> None:
    (each,) = told(costs(lambda day: 100 if day.weekday() < 5 else 0))
    *workdays, saturday, sunday, monday = map(float, each.forecast)  # from Tuesday on
    assert [*workdays, monday] == pytest.approx([100] * 5, rel=0.04)
    assert max(saturday, sunday) < 6
    assert each.end == pytest.approx(Decimal(2100), rel=Decimal("0.03"))


def test_growth_goes_on_and_dies_down() -> None:
    (each,) = told(costs(lambda day: round(100 * 1.01 ** (day - date(2026, 7, 1)).days, 2)), QUARTER)
    last, grows = each.so_far[-1], [b / a for a, b in zip(each.forecast, each.forecast[7:], strict=False)]
    assert all(week > 1 for week in grows)
    assert grows[0] > grows[-1]
    assert last < each.forecast[-1] < last * Decimal("1.5")


def test_noise_without_growth_is_not_taken_for_growth() -> None:
    noise = np.random.default_rng(3).lognormal(0, 0.3, 140)
    week = ahead(noise[None, :], 70).reshape(10, 7).sum(1)
    assert week[-1] == pytest.approx(week[0], rel=0.1)


def test_a_spike_moves_the_rest_of_the_month_little() -> None:
    spiked = costs(lambda day: 5000 if day == date(2026, 11, 20) else 100 + day.day % 3)
    (calm,), (each,) = told(costs(lambda day: 100 + day.day % 3)), told(spiked)
    assert sum(each.forecast) == pytest.approx(sum(calm.forecast), rel=Decimal("0.06"))
    assert each.spent - calm.spent > 4800


def test_the_open_day_is_not_counted() -> None:
    whole, half = costs(lambda day: 100), [fact(TODAY, 3, team="search")]
    assert told(whole + half)[0] == told(whole)[0]


@pytest.mark.parametrize(("days", "is_told"), [(13, False), (14, True)])
def test_less_than_a_fortnight_of_complete_days_gives_none(days: int, is_told: bool) -> None:
    (each,) = told(costs(lambda day: 10, TODAY - timedelta(days=days)))
    assert (each.known, each.told, bool(each.forecast)) == (days, is_told, is_told)
    assert is_told or each.asks_again == TODAY + timedelta(days=1)


def test_a_team_that_began_in_the_month_is_told_from_its_own_days() -> None:
    facts = costs(lambda day: 100) + costs(lambda day: 50, date(2026, 11, 5), "young")
    young = next(each for each in told(facts, by=Dimension.TEAM) if each.name == "young")
    assert (young.known, young.spent, young.end) == (19, 950, 1300)


def test_credits_are_taken_as_they_are_and_open_the_band_below_what_is_spent() -> None:
    (each,) = told(costs(lambda day: -20 if day.day % 2 else 10))
    assert each.end < 0
    assert each.band[0] < each.end < each.band[1]


def test_without_credits_it_never_ends_below_what_is_spent() -> None:
    (each,) = told(costs(lambda day: 500 if day.day == 7 else 0))
    assert each.band[0] >= each.spent.quantize(Decimal("0.01"))


def test_what_has_stopped_ends_where_it_stands() -> None:
    facts = costs(lambda day: 100, last=date(2026, 10, 20)) + costs(lambda day: 1, team="other")
    gone = next(each for each in told(facts, by=Dimension.TEAM) if each.name == "search")
    assert (gone.spent, gone.end) == (0, 0)


def test_a_month_whose_first_days_are_not_known_yet_is_told_all_the_same() -> None:
    december = Period(date(2026, 12, 1), date(2027, 1, 1))
    (each,) = told(costs(lambda day: 10, last=date(2026, 11, 29)), december, today=date(2026, 11, 29))
    assert (each.so_far, len(each.forecast), each.end) == ((), 31, 310)


def test_a_month_that_is_over_ends_at_what_it_cost() -> None:
    (each,) = told(costs(lambda day: "0.005"), Period(date(2026, 10, 1), date(2026, 11, 1)))
    assert (each.to_come, each.end, each.band) == (0, Decimal("0.16"), (Decimal("0.16"), Decimal("0.16")))


def test_the_budget_runs_out_on_the_first_day_above_it() -> None:
    (each,) = told(costs(lambda day: 100))
    assert each.runs_out(Decimal(2500)) == date(2026, 11, 26)
    assert each.runs_out(Decimal(1000)) == date(2026, 11, 11)
    assert each.runs_out(Decimal(3000)) is None


def made_up(chance: np.random.Generator, count: int, days: int) -> np.ndarray:
    """Costs with a working week, growth, noise, and a level that wanders."""
    week = np.array([1, 1.1, 1.1, 1, 0.9, 0.3, 0.3])[np.arange(days) % 7]
    growth = np.exp(np.outer(chance.normal(0, 0.003, count), np.arange(days)))
    wanders = np.exp(np.cumsum(chance.normal(0, 0.02, (count, days)), 1))
    return chance.lognormal(5, 1, (count, 1)) * week * growth * wanders * chance.lognormal(0, 0.2, (count, days))


@pytest.mark.parametrize(("days", "count", "low", "high"), [(140, 10, 0.74, 0.9), (140, 28, 0.68, 0.9),
                                                            (35, 10, 0.66, 0.92), (14, 7, 0.75, 1.0)])  # fmt: skip
def test_four_of_five_ends_lie_within_the_band(days: int, count: int, low: float, high: float) -> None:
    costs = made_up(np.random.default_rng(7), 300, days + count)
    past, came = costs[:, :days], costs[:, days:].sum(1)
    predicted = ahead(past, count).sum(1)
    inside = np.abs(came - predicted) <= width(past, count) * scale(past, predicted, count)
    assert low <= inside.mean() <= high


def test_the_weekday_and_growth_beat_the_pace_of_seven_days() -> None:
    costs = made_up(np.random.default_rng(8), 300, 150)
    past, came = costs[:, :140], costs[:, 140:].sum(1)
    off = np.abs(ahead(past, 10).sum(1) - came).sum()
    assert off < 0.9 * np.abs(past[:, -7:].mean(1) * 10 - came).sum()


def test_a_series_is_told_the_same_beside_others_and_again() -> None:
    costs = made_up(np.random.default_rng(9), 3, 140)
    costs[0, :100] = np.nan
    for number in range(3):
        alone = costs[number : number + 1]
        assert ahead(costs, 20)[number] == pytest.approx(ahead(alone, 20)[0], rel=1e-12)
        assert width(costs, 20)[number] == pytest.approx(width(alone, 20)[0], rel=1e-12)
