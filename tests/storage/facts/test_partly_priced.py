"""A call costs what its gateway says, once, whichever of its tokens a list prices; else its list price."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.charge import TokenClass
from finops.period import Period
from finops.prices import Offer, Rates
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from sources.requests import Requests
from tests.storage.facts.conftest import House

HEAD = "request_id,ts_start,provider,model,team,input_tokens,cached_input_tokens,output_tokens,spend_usd\n"
DAY = Period(date(2026, 11, 2), date(2026, 11, 3))
ASKED = Question((Measure.COST, Measure.TOKEN_COST, Measure.TOKENS, Measure.UNPRICED_TOKENS, Measure.REQUESTS), DAY,
                 ledger=LedgerName.METERED)  # fmt: skip
INPUT, READ, OUTPUT = TokenClass.UNCACHED_INPUT, TokenClass.CACHE_READ, TokenClass.OUTPUT
PRICES = {"whole": {INPUT: Decimal("0.003"), READ: Decimal("0.0001"), OUTPUT: Decimal("0.02")},
          "no-output": {INPUT: Decimal("0.003"), READ: Decimal("0.0001")}, "only-output": {OUTPUT: Decimal("0.02")},
          "none": {}}  # fmt: skip


class Some:
    """A list that prices some classes of each model."""

    lists: Sequence[str] = ("ours",)

    def offers(self, provider: str, models: Sequence[str], day: date) -> tuple[Offer, ...]:
        rates = next((PRICES[model] for model in models if model in PRICES), {})
        return ((Rates(rates, "ours"),),) if rates else ()


Call = tuple[str, dict[TokenClass, int], Decimal | None]


def listed(call: Call) -> Decimal | None:
    """What the list makes of it; None where a class that it has is not priced."""
    model, tokens, _ = call
    parts = [PRICES[model][kind] * many if kind in PRICES[model] else None for kind, many in tokens.items() if many]
    return None if None in parts else sum((each for each in parts if each is not None), Decimal(0))


def calls(seed: int, many: int) -> list[Call]:
    """Calls with any of the classes, whose gateway says nothing, the list price, nearly that, or something else."""
    dice, made = random.Random(seed), []
    for _ in range(many):
        tokens = {kind: dice.choice((0, 1, 7, 1000)) for kind in (INPUT, READ, OUTPUT)} | {INPUT: dice.choice((1, 50))}
        call = (dice.choice(list(PRICES)), tokens, None)
        price = listed(call) or Decimal(1)
        told = dice.choice((None, price, price * Decimal("1.004"), price * Decimal("0.8"), price * 3))
        made.append((*call[:2], told))
    return made


@pytest.mark.parametrize("seed", range(3))
def test_what_a_call_costs_is_counted_once(tmp_path: Path, seed: int) -> None:
    house, every = House(tmp_path, Some()), calls(seed, 60)
    rows = [f"{n},2026-11-02T10:00:00Z,acme,{model},t{n},{tokens[INPUT] + tokens[READ]},{tokens[READ]},"
            f"{tokens[OUTPUT]},{'' if told is None else told}"
            for n, (model, tokens, told) in enumerate(every)]  # fmt: skip
    (tmp_path / "calls.csv").write_text(HEAD + "\n".join(rows))
    assert house.publish(Requests().batch((tmp_path / "calls.csv",))).kept == len(every)
    found = {
        row.key[Dimension.TEAM]: row.values for row in house.ledger.answer(replace(ASKED, by=(Dimension.TEAM,))).rows
    }
    for n, call in enumerate(every):
        _, tokens, told = call
        price, whole = listed(call), sum(tokens.values())
        cost = told if told is not None else price or 0
        unpriced = whole if told is None and price is None else 0
        assert [found[f"t{n}"][each] for each in ASKED.measures] == [cost, cost, whole, unpriced, 1], call
