"""Factors: the parts add up to the difference exactly, and each is what its name says."""

from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from finops.moving.factors import split

numbers = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**9)
pairs = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4)


def fractions(*numbers: int) -> list[Fraction]:
    return list(map(Fraction, numbers))


def test_one_factor_that_changed_alone_made_the_whole_difference() -> None:
    assert split(fractions(2, 3, 5), fractions(2, 4, 5)).parts == (Decimal(0), Decimal(10), Decimal(0))


def test_of_two_that_changed_each_made_its_own_and_half_of_what_they_made_together() -> None:
    found = split(fractions(10, 10), fractions(12, 11))
    assert (found.before, found.now, found.parts) == (Decimal(100), Decimal(132), (Decimal(21), Decimal(11)))


def test_three_factors_are_treated_alike_but_for_the_last_digit() -> None:
    first, *others = split(fractions(1, 1, 1), fractions(2, 2, 2)).parts
    assert [str(first), *map(str, others)] == ["2.333333333333333334", *["2.333333333333333333"] * 2]


@given(pairs)
def test_the_parts_add_up_exactly(factors: list[tuple[Fraction, Fraction]]) -> None:
    found = split([before for before, _ in factors], [now for _, now in factors])
    with localcontext(prec=120):
        assert found.before + sum(found.parts, Decimal(0)) == found.now


@given(pairs)
def test_no_part_is_further_from_its_exact_share_than_rounding_takes_it(
    factors: list[tuple[Fraction, Fraction]],
) -> None:
    before, now = [a for a, _ in factors], [b for _, b in factors]
    back, there = split(now, before).parts, split(before, now).parts
    with localcontext(prec=120):
        assert all(abs(a + b) <= Decimal("1e-17") for a, b in zip(back, there, strict=True))
