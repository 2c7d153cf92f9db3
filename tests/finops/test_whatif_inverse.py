"""How much fits in an amount, which lever alone suffices, and what more of the same would cost."""

import pytest

from bot.plain import plain
from finops.errors import Unclear
from tests.finops.test_whatif import asked


def told(words: str) -> str:
    return plain(asked(words), "UTC")


def test_what_fits_is_told_as_a_share_a_volume_and_the_levers_that_suffice() -> None:
    text = told("fits $300 team:search")  # 14 a day: 425.83 a month, 100 requests a day
    assert "70.5% of it fits in $300 a month; all of it is $426." in text
    assert "2.14k requests a month, at $0.14 each" in text
    assert "trim 41.4%" in text  # 125.83 of 304.17
    assert "batch 59.1%" in text  # 125.83 of 212.92
    assert "cache 52.8%" in text  # 125.83 of 238.77: 10 a day less 0.9 read and 1.25 written
    assert "swap" not in text


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
