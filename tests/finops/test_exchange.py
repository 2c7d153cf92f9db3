"""Dated rates: what a published table says of a day, of the days after it, and of two currencies it does not pair."""

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops.exchange import DatedRates, rates_in

FRIDAY = date(2026, 11, 20)
ECB = [
    "Date,USD,JPY,CYP,",
    "2026-11-20,1.1576,181.23,N/A,",
    "2026-11-19,1.1570,181.00,N/A,",
    "2007-12-31,1.47,164,0.58,",
]
PLAIN = ["date,from,to,rate", "2026-11-20,USD,GBP,0.75", "2026-11-20,eur,CHF,0.93", "2026-11-20,GBP,EUR,1.2"]
RATE = st.decimals(min_value="0.00001", max_value="30000", places=6)


@pytest.mark.parametrize(
    ("sold", "bought", "rate"),
    [
        ("EUR", "USD", "1.1576"),
        ("USD", "EUR", "0.863856254319281272"),
        ("USD", "JPY", "156.556668970283344851"),
        ("JPY", "USD", "0.006387463444242123"),
    ],
)
def test_the_table_of_the_ecb_is_read_as_it_is_published(sold: str, bought: str, rate: str) -> None:
    assert rates_in(ECB).rate(sold, bought, FRIDAY) == Decimal(rate)


@pytest.mark.parametrize(
    ("sold", "bought", "rate"),
    [("USD", "GBP", "0.75"), ("GBP", "USD", "1.333333333333333333"), ("GBP", "CHF", "1.116"), ("CHF", "USD", None)],
)
def test_a_plain_table_knows_its_pairs_their_inverse_and_the_way_over_the_euro(
    sold: str, bought: str, rate: str | None
) -> None:
    assert rates_in(PLAIN).rate(sold, bought, FRIDAY) == (Decimal(rate) if rate else None)


@pytest.mark.parametrize(("back", "known"), [(0, True), (2, True), (7, True), (8, False), (-1, True), (-2, False)])
def test_the_last_rate_before_a_day_holds_for_a_week_and_none_after_it_does(back: int, *, known: bool) -> None:
    rates = DatedRates(
        {FRIDAY: {("EUR", "SEK"): Decimal(11)}, FRIDAY - timedelta(days=1): {("EUR", "SEK"): Decimal(10)}}
    )
    found = rates.rate("EUR", "SEK", FRIDAY + timedelta(days=back))
    assert found == ((Decimal(11) if back >= 0 else Decimal(10)) if known else None)


def test_a_currency_that_is_no_longer_quoted_has_no_rate() -> None:
    assert rates_in(ECB).rate("CYP", "EUR", FRIDAY) is None
    assert rates_in(ECB).rate("CYP", "EUR", date(2008, 1, 2)) == Decimal("1.724137931034482759")


def test_no_rate_is_mixed_of_two_days() -> None:
    thursday = {("EUR", "USD"): Decimal(1), ("EUR", "SEK"): Decimal(10)}
    rates = DatedRates({FRIDAY: {("EUR", "USD"): Decimal(2)}, FRIDAY - timedelta(days=1): thursday})
    assert rates.rate("USD", "SEK", FRIDAY) == 10


@settings(deadline=None)
@given(RATE, RATE)
def test_a_cross_rate_is_one_exact_division_at_eighteen_places(first: Decimal, second: Decimal) -> None:
    rates = DatedRates({FRIDAY: {("EUR", "USD"): first, ("EUR", "SEK"): second}})
    with localcontext(prec=100):
        plain = (second / first).quantize(Decimal("1e-18"), ROUND_HALF_EVEN)
    assert rates.rate("USD", "SEK", FRIDAY) == plain


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "line 1: expected"),
        (["Datum,USD"], "line 1: expected"),
        (["date,from,rate"], "line 1: expected"),
        ([*PLAIN, "2026-11-21,USD,GBP"], "line 5: “2026-11-21,USD,GBP” is no rate"),
        ([*PLAIN, "2026-11-21,USD,GBP,-1"], "line 5"),
        ([*PLAIN, "2026-11-21,dollar,GBP,1"], "line 5"),
        (["Date,USD", "2026-11-20,NaN"], "line 2"),
        (["Date,USD", "20.11.2026,1.1"], "line 2"),
        (["Date,USD", "", "2026-11-20,1,1"], None),
    ],
)
def test_a_line_that_is_no_rate_is_named(lines: list[str], said: str | None) -> None:
    if said is None:
        assert rates_in(lines).rate("EUR", "USD", FRIDAY) == 1
        return
    with pytest.raises(ValueError, match=said):
        rates_in(lines)
