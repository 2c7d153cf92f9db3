"""Laws that every forecast keeps, whatever was spent: of scale, of order, of months and quarters, and of neighbours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from finops.forecasting.outlook import Asked, Outlook, outlooks
from finops.period import Period, day_in
from finops.question import AI, Dimension
from finops.reach import open_day, reach
from tests.finops.fakes_ledger import TODAY, Fact, RowLedger, fact

NOVEMBER, DECEMBER = Period(date(2026, 11, 1), date(2026, 12, 1)), Period(date(2026, 12, 1), date(2027, 1, 1))
QUARTER = Period(date(2026, 10, 1), date(2027, 1, 1))
CENT = Decimal("0.01")
ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago")
spent = st.lists(st.integers(0, 10**6), min_size=14, max_size=50)
moved = st.lists(st.integers(-(10**6), 10**6), min_size=14, max_size=50)
few = settings(max_examples=8, deadline=None)


def facts(cents: Sequence[int], times: int = 1, team: str = "search") -> list[Fact]:
    """What *team* cost on each day up to yesterday, *times* as much."""
    first = TODAY - timedelta(days=len(cents))
    return [fact(first + timedelta(days=n), Decimal(each * times) / 100, team=team) for n, each in enumerate(cents)]


def told(known: list[Fact], period: Period = NOVEMBER, by: Dimension | None = None) -> tuple[Outlook, ...]:
    ledger = RowLedger(known)
    return outlooks(ledger, Asked(period, AI, by), reach(ledger, TODAY))


@few
@given(spent, st.sampled_from([2, 3, 10, 1000]))
def test_so_many_times_the_cost_is_so_many_times_the_forecast(cents: list[int], times: int) -> None:
    (one,), (many,) = told(facts(cents)), told(facts(cents, times))
    near = CENT * (times + 1) / 2  # both are told to the cent
    assert many.spent == one.spent * times
    assert all(abs(b - a * times) <= near for a, b in zip(one.forecast, many.forecast, strict=True))
    assert abs(many.end - one.end * times) <= near * (many.to_come + 1)
    assert abs(many.off - one.off * times) <= near + many.off * Decimal("1e-6")


@few
@given(moved, st.sampled_from([NOVEMBER, DECEMBER, QUARTER]))
def test_the_end_lies_within_its_band(cents: list[int], period: Period) -> None:
    (each,) = told(facts(cents), period)
    low, high = each.band
    assert low <= each.end <= high
    assert each.off >= 0


@few
@given(spent, st.sampled_from([NOVEMBER, QUARTER]))
def test_without_credits_no_day_is_below_nothing_and_no_end_below_what_is_spent(
    cents: list[int], period: Period
) -> None:
    (each,) = told(facts(cents), period)
    assert min(each.forecast) >= 0
    assert each.band[0] >= each.spent.quantize(CENT)


@few
@given(moved)
def test_a_quarter_is_its_months(cents: list[int]) -> None:
    known = facts(cents)
    (month,), (next_month,), (quarter,) = (told(known, period) for period in (NOVEMBER, DECEMBER, QUARTER))
    october = sum(
        (each.sums["cost"] for each in known if each.day in Period(QUARTER.start, NOVEMBER.start)), Decimal(0)
    )
    assert quarter.forecast == (*month.forecast, *next_month.forecast)
    assert quarter.spent == october + month.spent
    assert quarter.end == october + month.end + next_month.end
    assert quarter.to_come == month.to_come + next_month.to_come


@few
@given(spent, moved)
def test_another_team_changes_nothing_of_a_team(cents: list[int], others: list[int]) -> None:
    (alone,) = told(facts(cents), by=Dimension.TEAM)
    both = {each.name: each for each in told(facts(cents) + facts(others, team="young"), by=Dimension.TEAM)}
    beside = both["search"]
    assert replace(beside, forecast=(), off=Decimal(0)) == replace(alone, forecast=(), off=Decimal(0))
    assert all(abs(a - b) <= CENT for a, b in zip(alone.forecast, beside.forecast, strict=True))
    assert abs(alone.off - beside.off) <= CENT


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.sampled_from(ZONES))
def test_no_day_counts_as_over_that_goes_on_anywhere_it_matters(at: datetime, zone: str) -> None:
    now = at.replace(tzinfo=UTC)
    first = open_day(day_in(zone, now), now)
    ends = (datetime.combine(first, datetime.min.time(), ZoneInfo(each)).astimezone(UTC) for each in (zone, "UTC"))
    assert max(ends) <= now
    later = first + timedelta(days=1)
    goes_on = (datetime.combine(later, datetime.min.time(), ZoneInfo(each)).astimezone(UTC) for each in (zone, "UTC"))
    assert max(goes_on) > now
