"""How much fits in an amount, which lever alone suffices, and what more of the same would cost."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plain import plain
from finops.errors import Unclear
from finops.whatif.composed import Plan, composed
from finops.whatif.inverse import fits, sufficing
from finops.whatif.levers import Batch, Cache, Trim
from finops.whatif.mix import Mix
from tests.finops.fakes_ledger import TODAY
from tests.finops.test_whatif import LISTED, asked, mix
from tests.finops.whatif_company import FRESH, OUT, calls


def told(words: str) -> str:
    return plain(asked(words), "UTC")


def test_what_fits_is_told_as_a_share_a_volume_and_the_levers_that_suffice() -> None:
    text = told("fits $300 team:search")  # 14 a day: 425.83 a month, 100 requests a day
    assert "70.4% of it fits in $300 a month; all of it is $426." in text
    assert "2.14k requests a month, at $0.14 each" in text
    assert "trim 41.4%" in text  # 125.83 of 304.17
    assert "batch 59.1%" in text  # 125.83 of 212.92
    assert "cache 52.8%" in text  # 125.83 of 238.77: 10 a day less 0.9 read and 1.25 written
    assert "swap" not in text


use = st.lists(st.tuples(st.sampled_from(["big", "small"]), st.integers(0, 10**7), st.integers(0, 10**6)), min_size=1,
               max_size=3).filter(lambda pools: any(fresh + out for _, fresh, out in pools))  # fmt: skip


def whole(pools: list[tuple[str, int, int]]) -> tuple[Mix, Plan]:
    facts = [each for ago in range(1, 29) for n, (model, fresh, out) in enumerate(pools)
             for each in calls(TODAY - timedelta(days=ago), model, {FRESH: fresh, OUT: out}, team=f"t{n}")]  # fmt: skip
    found = mix(facts)
    return found, composed(found, (), LISTED)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(use, st.decimals("0.01", "0.9999", places=4))
def test_what_suffices_does_and_with_a_tenth_of_a_per_cent_less_it_does_not(
    pools: list[tuple[str, int, int]], part: Decimal
) -> None:
    found, now = whole(pools)
    most = now.now * part
    for lever, then in sufficing(found, now, most, LISTED):
        assert composed(found, (lever,), LISTED).then == then <= most
        if isinstance(lever, Trim | Cache | Batch) and (less := lever.share - Decimal("0.001")):
            assert composed(found, (replace(lever, share=less),), LISTED).then > most


@settings(max_examples=25, deadline=None, derandomize=True)
@given(use, st.decimals("0.01", "0.9", places=4), st.decimals("0.001", "0.09", places=4))
def test_with_more_money_every_lever_that_sufficed_still_does_and_needs_no_larger_share(
    pools: list[tuple[str, int, int]], part: Decimal, more: Decimal
) -> None:
    found, now = whole(pools)
    less, then = (
        {type(lever): getattr(lever, "share", 1) for lever, _ in sufficing(found, now, now.now * each, LISTED)}
        for each in (part, part + more)
    )
    assert less.keys() <= then.keys()
    assert all(then[kind] <= share for kind, share in less.items())


def test_at_the_edge_all_fits_to_the_nano_and_what_fits_is_never_rounded_up() -> None:
    found, now = whole([("big", 10**6, 10**5)])
    assert "It fits" in plain(fits(found, now.now, LISTED), "UTC")
    assert "99.9% of it fits" in plain(fits(found, now.now - Decimal("1e-9"), LISTED), "UTC")
    most = round(now.now * Decimal("0.75"), 9)
    assert next(lever.name for lever, _ in sufficing(found, now, most, LISTED)) == "trim 35%"
    less = most - Decimal("1e-9")  # what 35 % leave is rounded to the nano above it
    assert next(lever.name for lever, _ in sufficing(found, now, less, LISTED)) == "trim 35.1%"


def test_a_swap_suffices_where_another_model_is_in_use() -> None:
    assert "swap big to small" in told("fits $100")
    assert "trim" not in told("fits $100")


def test_what_fits_already_needs_no_lever_and_what_cannot_fit_is_told() -> None:
    assert "It fits: $426 a month, of $500." in told("fits 500 team:search")
    assert "No single lever suffices" in told("fits $1 team:search")


def test_a_new_use_costs_what_one_like_it_does_by_request() -> None:
    text = told("new 20k requests/day like app:ranker")
    assert "$85.2k a month for 608k requests like app:ranker." in text  # 14 by 100 requests, 20,000 a day
    assert told("new 608333.33 calls per month like app:ranker").splitlines()[1].startswith("$85.2k")


@pytest.mark.parametrize(
    ("words", "said"),
    [("fits", "is not an amount"), ("fits €4k", "Costs are in USD"), ("fits $4k team:serch", "mean team search"),
     ("new many requests/day", "is no number of requests"), ("new 20k", "I don't understand")],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_an_example(words: str, said: str) -> None:
    with pytest.raises(Unclear, match=said) as raised:
        asked(words)
    assert raised.value.example.startswith(f"whatif {words.split()[0]}")
