"""Why a cost moved: the parts add up to the last digit, whatever is new, gone, free, credited or without a price."""

from datetime import date
from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from finops.moving.cost import report
from finops.period import Period
from finops.question import Dimension, Measure, Question
from tests.finops.fakes_ledger import Fact, RowLedger, fact

NOW, BEFORE = date(2026, 11, 9), date(2026, 11, 2)
ASKED = Question((Measure.COST,), Period(NOW, date(2026, 11, 16)), by=(Dimension.TEAM,), versus=Period(BEFORE, NOW))
digits = st.decimals(-(10**9), 10**9, places=9)
lines = st.tuples(
    st.sampled_from([NOW, BEFORE]),
    st.sampled_from(["search", "support", ""]),
    st.sampled_from(["big", "small", "new", ""]),
    st.sampled_from(["output", "uncached_input", ""]),
    st.sampled_from([0, 1, 7, 10**12]),
    st.just(Decimal(0)) | digits,
)


def told(rows: list[tuple[date, str, str, str, int, Decimal]]) -> list[Fact]:
    return [fact(day, cost, tokens, team=team, model=model, token_class=kind)
            for day, team, model, kind, tokens, cost in rows]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(lines, max_size=12))
def test_the_parts_and_the_movers_add_up_to_the_whole_move(
    rows: list[tuple[date, str, str, str, int, Decimal]],
) -> None:
    found = report(RowLedger(told(rows)), ASKED).figures
    assert found is not None
    assert found.total is not None
    with localcontext(prec=120):
        whole = sum((cost if day == NOW else -cost for day, *_, cost in rows), Decimal(0))
        assert sum((part or Decimal(0) for _, part in found.rows), Decimal(0)) == found.total == whole


def test_what_is_new_gone_credited_and_free_is_all_in_it() -> None:
    rows = [(NOW, "search", "new", "output", 10, Decimal("4")), (BEFORE, "search", "gone", "output", 5, Decimal("3")),
            (NOW, "", "", "", 0, Decimal("-2")), (NOW, "search", "small", "output", 7, Decimal(0)),
            (BEFORE, "search", "small", "output", 7, Decimal("0.7"))]  # fmt: skip
    found = report(RowLedger(told(rows)), ASKED).figures
    assert found is not None
    parts = {row["part"]: value for row, value in found.rows}
    assert set(parts) == {"volume", "mix", "price", "without tokens"}
    assert parts["without tokens"] == -2
    assert parts["price"] == Decimal("-0.7")
    assert found.total == Decimal("-1.7")
