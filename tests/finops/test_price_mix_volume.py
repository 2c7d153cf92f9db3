"""Price, mix and volume add up to the difference, and each is what its name says."""

from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from finops.moving.price_mix_volume import Parts, parts
from finops.question import Dimension, Measure, Row

TOKENS, COST = Measure.TOKENS, Measure.TOKEN_COST
Sums = tuple[int, int]


def row(model: str, now: Sums, before: Sums) -> Row:
    """A model that used so many tokens for so much, now and before."""
    sums = [{TOKENS: Decimal(tokens), COST: Decimal(cost)} for tokens, cost in (now, before)]
    return Row({Dimension.MODEL: model}, sums[0], sums[1])


def test_more_of_the_same_is_volume() -> None:
    assert parts([row("a", (20, 40), (10, 20))]) == Parts(volume=Decimal(20), mix=Decimal(0), price=Decimal(0))


def test_the_same_at_another_price_is_price() -> None:
    assert parts([row("a", (10, 15), (10, 20))]) == Parts(volume=Decimal(0), mix=Decimal(0), price=Decimal(-5))


def test_a_move_to_a_dearer_model_is_mix() -> None:
    moved = [row("cheap", (0, 0), (10, 10)), row("dear", (20, 100), (10, 50))]
    assert parts(moved) == Parts(volume=Decimal(0), mix=Decimal(40), price=Decimal(0))


def test_what_a_gateway_told_beside_its_tokens_price_belongs_to_the_price_of_its_model() -> None:
    rows = [row("a", (10, 15), (10, 20)), row("b", (10, 10), (10, 10))]
    loose = Row(
        {**rows[0].key, Dimension.TOKEN_CLASS: ""}, *({TOKENS: Decimal(0), COST: Decimal(cost)} for cost in (6, 4))
    )
    assert parts([*rows, loose]) == Parts(volume=Decimal(0), mix=Decimal(0), price=Decimal(-3))


def test_nothing_before_has_no_parts() -> None:
    assert parts([row("a", (10, 20), (0, 0))]) is None


used = st.integers(0, 10**15)


@given(st.lists(st.tuples(st.tuples(used, used), st.tuples(used, used)), min_size=1, max_size=8))
def test_the_parts_add_up_to_the_difference_exactly(models: list[tuple[Sums, Sums]]) -> None:
    rows = [row(str(number), *sums) for number, sums in enumerate(models)]
    found = parts(rows)
    if found:
        with localcontext(prec=60):
            whole = sum((r.values[COST] - (r.previous or {})[COST] for r in rows), Decimal(0))
            assert found.volume + found.mix + found.price == found.total == whole
