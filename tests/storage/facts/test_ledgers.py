"""Which ledger answers, what is never added, and what a delivery replaces."""

import gzip
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops.batch import Batch, Column, Dataset, Format
from finops.kpis.cost_per_million_tokens import cost_per_million_tokens
from finops.period import Period
from finops.question import Dimension, Filter, Measure, Question
from finops.stamp import LedgerName
from tests.storage.facts.conftest import House

DAY = Period(date(2026, 6, 3), date(2026, 6, 4))
COLUMNS = {name: Column((name,)) for name in (
    "request_id", "started_at", "provider", "model", "team", "input_tokens", "output_tokens", "cached_tokens",
    "cache_write_tokens", "reasoning_tokens", "requests", "spend", "cache_hit", "tags", "app", "key", "status",
)}  # fmt: skip
CALL = {"started_at": "2026-06-03T10:00:00Z", "provider": "openai", "model": "gpt-5-nano", "input_tokens": 1000,
        "output_tokens": 0, "team": "search"}  # fmt: skip


def delivered(house: House, folder: Path, source: str, *calls: dict[str, Any], **more: Any) -> None:
    file = folder / f"{source}.jsonl.gz"
    with gzip.open(file, "wt") as out:
        out.writelines(json.dumps(CALL | {"request_id": str(n)} | call) + "\n" for n, call in enumerate(calls))
    house.publish(Batch(source, Dataset.REQUESTS, Format.JSONL, (file,), COLUMNS, ("provider",),
                        ledger=LedgerName.METERED, **more))  # fmt: skip


def total(house: House, *measures: Measure, **more: Any) -> dict[Measure, Decimal]:
    return dict(house.ledger.answer(Question(measures, DAY, **more)).total)


def test_a_call_that_gateway_and_provider_count_is_one_call(house: House, tmp_path: Path) -> None:
    delivered(house, tmp_path, "litellm", {"spend": 2.5})
    delivered(house, tmp_path, "openai", {"spend": 2.5})
    assert total(house, Measure.COST, Measure.REQUESTS) == {Measure.COST: Decimal("2.5"), Measure.REQUESTS: 1}


def test_other_providers_of_another_source_are_added(house: House, tmp_path: Path) -> None:
    delivered(house, tmp_path, "litellm", {"spend": 2.5})
    delivered(house, tmp_path, "openai", {"spend": 4, "provider": "anthropic"})
    assert total(house, Measure.COST) == {Measure.COST: Decimal("6.5")}


def test_the_tier_of_a_price_goes_by_the_size_of_a_call_not_of_a_row(house: House, tmp_path: Path) -> None:
    small, large = {"model": "gpt-5.4", "input_tokens": 1000}, {"model": "gpt-5.4", "input_tokens": 1_000_000}
    delivered(house, tmp_path, "litellm", small)
    one = total(house, Measure.COST)[Measure.COST]
    delivered(house, tmp_path, "litellm", large | {"requests": 1000})
    assert total(house, Measure.COST)[Measure.COST] == one * 1000
    delivered(house, tmp_path, "litellm", large)
    assert total(house, Measure.COST)[Measure.COST] > one * 1000


def test_what_a_delivery_covers_and_no_longer_tells_is_gone(house: House, tmp_path: Path) -> None:
    both = {"spend": 2}, {"spend": 3, "provider": "anthropic"}
    delivered(house, tmp_path, "litellm", *both, covers=DAY)
    delivered(house, tmp_path, "litellm", both[0], covers=DAY)
    assert total(house, Measure.COST) == {Measure.COST: Decimal(2)}


def test_what_was_paid_in_dollars_is_unpriced_for_a_company_that_reckons_in_euro(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.facts, house.ledger = replace(house.facts, currency="EUR"), replace(house.ledger, currency="EUR")
    delivered(house, tmp_path, "litellm", {"spend": 2.5})
    answer = house.ledger.answer(Question((Measure.COST, Measure.TOKENS), DAY))
    assert answer.total == {Measure.COST: Decimal(0), Measure.TOKENS: Decimal(1000)}
    assert (answer.stamp.currency, answer.stamp.unpriced_share) == ("EUR", Decimal(1))


def test_tokens_without_a_price_do_not_make_the_others_cheaper(house: House, tmp_path: Path) -> None:
    delivered(house, tmp_path, "litellm", {"spend": 1}, {"model": "nobody-knows", "input_tokens": 9000})
    found = total(house, *cost_per_million_tokens.measures)
    assert cost_per_million_tokens.of(found) == Decimal(1) / 1000 * 1_000_000


def test_the_unpriced_share_is_that_of_what_was_asked(house: House, tmp_path: Path) -> None:
    delivered(house, tmp_path, "litellm", {}, {"model": "nobody-knows", "team": "lab"})
    asked = Question((Measure.COST,), DAY, where=(Filter(Dimension.TEAM, ("search",)),))
    assert house.ledger.answer(asked).stamp.unpriced_share == 0
    assert house.ledger.answer(replace(asked, where=())).stamp.unpriced_share == Decimal("0.5")


def test_what_is_divided_by_calls_comes_from_where_calls_are_counted(house: House, tmp_path: Path) -> None:
    delivered(house, tmp_path, "litellm", {"spend": 2})
    answer = house.ledger.answer(Question((Measure.TOKENS, Measure.REQUESTS), DAY))
    assert answer.stamp.ledger is LedgerName.METERED


def test_one_report_is_answered_from_one_ledger(house: House, tmp_path: Path) -> None:
    delivered(house, tmp_path, "litellm", {"spend": 2})
    assert house.ledger.chosen(DAY) is LedgerName.METERED
    assert house.ledger.chosen(DAY, LedgerName.METERED) is LedgerName.METERED
