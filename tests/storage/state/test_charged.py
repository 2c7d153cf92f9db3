"""What questions cost is kept to a millionth of the company's currency, in any currency, however much it is."""

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from finops.period import Period
from storage.failures import Failures

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TODAY = Period(date(2026, 11, 24), date(2026, 11, 25))


def test_a_day_may_cost_more_than_two_thousand_of_a_small_currency(engine: Engine) -> None:
    rupiah = Failures(engine, "IDR")
    for cost in ("24750.000001", "165000"):
        rupiah.asked("aws_cost_explorer", 150, NOW, Decimal(cost))
    assert rupiah.charged(TODAY) == {date(2026, 11, 24): Decimal("189750.000001")}
    assert Failures(engine, "USD").charged(TODAY) == {}
