"""What is cut adds up to what is asked as a whole: to the last of 38 digits, and with what it was before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from finops.batch import Batch, Column, Dataset, Format
from finops.period import Period
from finops.question import Dimension, Grain, Measure, Question
from tests.storage.facts.conftest import NOW, House

COLUMNS = {name: Column((name,)) for name in ("day_start", "provider", "billed_cost", "effective_cost", "tokens")}
NOVEMBER = Period(date(2026, 11, 9), date(2026, 11, 12))
WHOLE = Question((Measure.COST, Measure.TOKENS), NOVEMBER, versus=NOVEMBER.before)
COSTS = {"Acme": "12345678901.000000000000000001", "Zeta": "7.000000000000000003", "Nil": "-0.1"}


@pytest.fixture
def bill(house: House) -> House:
    """Each cost on each of six days."""
    rows = [{"day_start": f"2026-11-{day:02d}T00:00:00Z", "provider": provider, "billed_cost": "1",
             "effective_cost": cost, "tokens": str(day)}
            for day in range(6, 12) for provider, cost in COSTS.items()]  # fmt: skip
    file = house.home / "page.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = {"service": "s", "category": "c", "charge_category": "Usage", "account": "a", "currency": "USD"}
    batch = Batch("acme", Dataset.CHARGES, Format.JSONL, (file,), COLUMNS, constants=said)
    assert house.facts.publish(batch, NOW).kept == len(rows)
    return house


@pytest.mark.parametrize("cut", [
    {"by": (Dimension.PROVIDER,)}, {"grain": Grain.DAY}, {"by": (Dimension.PROVIDER,), "grain": Grain.WEEK},
    {"by": (Dimension.PROVIDER,), "top": 1},
])  # fmt: skip
def test_however_it_is_cut_the_total_is_that_of_the_whole(bill: House, cut: dict[str, object]) -> None:
    whole, found = bill.ledger.answer(WHOLE), bill.ledger.answer(replace(WHOLE, **cut))  # type: ignore[arg-type]
    assert (found.total, found.previous) == (whole.total, whole.previous)
    assert list(map(str, found.total.values())) == list(map(str, whole.total.values()))
    assert found.total[Measure.COST] == Decimal("37037036723.700000000000000012")
    assert found.total[Measure.TOKENS] == 3 * (9 + 10 + 11)
    assert found.previous
    assert found.previous[Measure.TOKENS] == 3 * (6 + 7 + 8)


def test_a_cut_of_nothing_comes_to_nothing(bill: House) -> None:
    asked = Question((Measure.COST,), Period(date(2026, 1, 1), date(2026, 1, 3)), by=(Dimension.PROVIDER,))
    answer = bill.ledger.answer(asked)
    assert (answer.rows, answer.total) == ((), {Measure.COST: 0})
