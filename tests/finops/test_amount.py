"""Amounts as people write them; what can be read in two ways is not read."""

from decimal import Decimal

import pytest

from finops.budgets.amount import Amount, amount_of


@pytest.mark.parametrize(
    ("written", "number", "currency"),
    [
        ("6500", 6500, ""), ("6.5k", 6500, ""), (" 6.5K ", 6500, ""), ("6,500", 6500, ""), ("$6,500.50", "6500.5", "$"),
        ("1.25m", 1_250_000, ""), ("1,234,567", 1_234_567, ""), ("€4.2k", 4200, "€"), ("4.2k €", 4200, "€"),
        ("eur 4200", 4200, "EUR"), ("4200usd", 4200, "USD"), ("0.50", "0.5", ""), ("1.2345k", "1234.5", ""),
        ("999999999", 999_999_999, ""),
    ],
)  # fmt: skip
def test_it_is_read_as_it_is_meant(written: str, number: object, currency: str) -> None:
    assert amount_of(written) == Amount(Decimal(str(number)), currency)


@pytest.mark.parametrize(
    "written", ["1,5k", "1,500k", "5.000", "1.500.000", "6,50", "1,2345", "1.500k", "5,000,0", "1."]
)
def test_what_can_be_read_in_two_ways_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match=r"can be read in two ways; write it like 6500, 6,500 or 6\.5k") as refused:
        amount_of(written)
    assert f"“{written}”" in str(refused.value)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1000m", "too large"), ("1000000000", "too large"), ("9" * 400, "too large"), ("0", "above zero"),
        ("0.0001", "to the cent"), ("-5", "is not an amount"), ("", "is not an amount"), ("NaN", "is not an amount"),
        ("1e9", "is not an amount"), ("²", "is not an amount"),
        ("five", "is not an amount"), ("$€5", "is not an amount"),
    ],
)  # fmt: skip
def test_what_is_no_budget_is_told_why(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        amount_of(written)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize(
    ("written", "currency", "fits"),
    [("$5k", "USD", True), ("5k", "EUR", True), ("€5k", "EUR", True), ("eur 5k", "EUR", True), ("5k CHF", "CHF", True),
     ("€5k", "USD", False), ("$5k", "EUR", False), ("5k CHF", "USD", False), ("£5k", "CHF", False)],
)  # fmt: skip
def test_a_currency_that_is_written_must_be_that_of_the_budget(written: str, currency: str, fits: bool) -> None:
    assert amount_of(written).fits(currency) is fits
