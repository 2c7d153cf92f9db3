"""Slices of what is shared: in proportion to usage, bordering on one another, ending at the whole."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops.allocation import By, Shared, Slice, slices
from finops.period import Period
from finops.question import Dimension

DAY = date(2026, 11, 5)
TODAY, MONTH = Period(DAY, date(2026, 11, 6)), Period(date(2026, 11, 1), date(2026, 12, 1))
RULE = Shared({Dimension.SERVICE: ("gateway*",)}, By.TOKENS)
COUNT = st.decimals(min_value=-(10**9), max_value=10**15, places=6)


def cut(used: dict[str, Decimal], *among: str) -> list[Slice]:
    return list(slices(Shared(RULE.match, RULE.by, among), {DAY: used}, TODAY))


@settings(deadline=None)
@given(st.dictionaries(st.text("abcdefg", min_size=1, max_size=3), COUNT, max_size=8))
def test_they_border_on_one_another_from_nothing_to_the_whole(used: dict[str, Decimal]) -> None:
    found = cut(used)
    assert [each.team for each in found] == sorted(team for team, count in used.items() if count > 0)
    if found:
        assert (found[0].before, found[-1].upto) == (0, 1)
        assert all(first.upto == second.before for first, second in pairwise(found))
        whole = sum(Fraction(each.used) for each in found)
        worst = max(abs(Fraction(each.upto - each.before) - Fraction(each.used) / whole) for each in found)
        assert worst <= Fraction(1, 10**18)


@pytest.mark.parametrize(
    ("used", "among", "teams"),
    [
        ({"a": "1", "b": "3"}, (), {"a": "0.25", "b": "0.75"}),
        ({"a": "1", "b": "3", "c": "96"}, ("a", "b"), {"a": "0.25", "b": "0.75"}),
        ({"a": "1", "b": "-3"}, (), {"a": "1"}),
        ({"c": "5"}, ("a",), {}),
        ({"": "5"}, (), {}),
    ],
)
def test_they_are_in_proportion_to_what_was_used(used: dict[str, str], among: tuple[str, ...], teams: object) -> None:
    found = cut({team: Decimal(count) for team, count in used.items()}, *among)
    assert {each.team: str(each.upto - each.before) for each in found} == teams


def test_a_day_without_usage_takes_the_usage_of_its_month() -> None:
    used = {DAY: {"a": Decimal(1)}, date(2026, 11, 9): {"b": Decimal(3)}}
    found = {(each.day.day, each.team): (each.upto - each.before, each.of_month) for each in slices(RULE, used, MONTH)}
    assert found[5, "a"] == (1, False)
    assert (found[6, "a"], found[6, "b"]) == ((Decimal("0.25"), True), (Decimal("0.75"), True))
    assert len(found) == 2 + 28 * 2
