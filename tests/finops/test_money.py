"""Money is exact and says itself the way people do."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops.money import Money, abbreviated, from_nanos, plain


@pytest.mark.parametrize(
    ("amount", "said"),
    [("18432.1", "$18.4k"), ("0", "$0"), ("412", "$412"), ("4.118", "$4.12"), ("0.04182", "$0.0418"),
     ("999.96", "$1k"), ("1234567", "$1.23M"), ("-63.5", "−$63.5"), ("999999", "$1M")],
)  # fmt: skip
def test_prose_has_three_digits(amount: str, said: str) -> None:
    assert Money(Decimal(amount)).short == said


def test_tables_have_cents() -> None:
    assert Money(Decimal("6500")).cents == "$6,500.00"


def test_a_currency_without_sign_is_named() -> None:
    assert Money(Decimal("1.5"), "SEK").cents == "1.50 SEK"


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(ValueError, match="without a rate"):
        Money(Decimal(1), "USD") + Money(Decimal(1), "EUR")


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_nanos_come_back_exact(nanos: int) -> None:
    assert from_nanos(nanos, "USD").nanos == nanos


def test_finer_than_a_nano_is_refused() -> None:
    with pytest.raises(ValueError, match="finer"):
        _ = Money(Decimal("0.0000000001")).nanos


@given(st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False))
def test_abbreviations_never_have_more_than_three_digits(number: Decimal) -> None:
    digits = [d for d in abbreviated(number).lstrip("0.") if d.isdigit()]
    assert len(digits) <= 3 or number >= 10**12


def test_plain_keeps_every_digit() -> None:
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("0.0000008000")) == "0.0000008"
