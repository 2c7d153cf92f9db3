"""Forecasts are kept until 400 days after what they are of has ended, so that last year's can be looked up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine

from finops.forecasting.made import Made
from finops.money import Money
from finops.period import Period, month_of, quarter_of
from storage.forecasts import StoredForecasts
from storage.sweeping import Sweeping

DAY = date(2026, 11, 4)
MONTH, QUARTER = month_of(DAY), quarter_of(DAY)


def made(period: Period, team: str) -> Made:
    amount = Money(Decimal(1))
    return Made(DAY, team, period, DAY, amount, amount, amount, amount)


def swept(engine: Engine, home: Path, after: int) -> int:
    """How many are forgotten so many days after the month has ended."""
    now = datetime(MONTH.end.year, MONTH.end.month, MONTH.end.day, 3, tzinfo=UTC) + timedelta(days=after)
    return Sweeping(home, engine).swept(now)["forecasts"]


def test_they_go_400_days_after_their_period_and_not_a_day_before(engine: Engine, tmp_path: Path) -> None:
    kept = StoredForecasts(engine)
    kept.keep([made(period, team) for period in (MONTH, QUARTER) for team in ("", "search")],
              datetime(2026, 11, 4, 6, tzinfo=UTC))  # fmt: skip
    assert swept(engine, tmp_path, 399) == 0
    assert swept(engine, tmp_path, 400) == 2
    assert (kept.made(MONTH), len(kept.made(QUARTER))) == ((), 2)
    assert swept(engine, tmp_path, 400 + (QUARTER.end - MONTH.end).days) == 2
    assert kept.made(QUARTER) == ()
