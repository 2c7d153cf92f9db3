"""Units carry their multiplier."""

from decimal import Decimal

import pytest

from finops.units import Unit, unit_of


@pytest.mark.parametrize(
    ("text", "count", "name"),
    [("Tokens", 1, "tokens"), ("1000 Tokens", 1000, "tokens"), ("1M Tokens", 1_000_000, "tokens"),
     ("1000000 Tokens", 1_000_000, "tokens"), ("GPU-Hours", 1, "gpu-hours"), ("1,000 Requests", 1000, "requests")],
)  # fmt: skip
def test_units(text: str, count: int, name: str) -> None:
    assert unit_of(text) == Unit(Decimal(count), name)
