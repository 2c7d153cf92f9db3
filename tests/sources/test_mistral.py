"""Mistral, as recorded: what was paid for at the prices in the answer, and what is not told by day."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

from finops.period import Period
from finops.question import Dimension, Grain, Measure, Question
from finops.stamp import LedgerName
from tests.answering import Says
from tests.sources.conftest import KEY, Reading, recordings
from tests.sources.summing import sums
from tests.storage.facts.conftest import House

(RECORDING,) = (each for each in recordings() if each.name == "mistral-month")
MONTH = RECORDING.period
BILLED = LedgerName.BILLED
LARGE = "mistral-large-2411"


def told(**changed: Any) -> Says:
    """The month with other things in it."""
    return Says(copy.deepcopy(RECORDING.exchanges[0]["answer"]) | changed)


def test_what_was_paid_for_is_billed_to_the_last_digit_and_all_that_was_used_is_listed(full: House) -> None:
    answer = full.ledger.answer(Question((Measure.COST, Measure.LIST_COST), MONTH, grain=Grain.DAY))
    assert {row.day: [*row.values.values()] for row in answer.rows if any(row.values.values())} == {
        date(2026, 11, 1): [Decimal("1.25"), Decimal("1.25")],
        date(2026, 11, 3): [Decimal("2.40000000009"), Decimal("2.6000000001")],
        date(2026, 11, 4): [Decimal("1.04000000005"), Decimal("1.04000000005")],
        date(2026, 11, 9): [Decimal(2), Decimal(2)],
        date(2026, 11, 10): [Decimal("1.2"), Decimal("1.2")],
    }


def test_tokens_are_told_by_model_and_class_and_pages_are_none(full: House) -> None:
    counted = sums(full, MONTH, Measure.TOKENS, Dimension.MODEL, Dimension.TOKEN_CLASS, ledger=BILLED)
    assert {name: count for name, count in counted.items() if count != "0"} == {
        f"{LARGE} · uncached_input": "1500000", f"{LARGE} · cache_read": "200000", f"{LARGE} · output": "100000",
        "open-model · uncached_input": "70000"}  # fmt: skip
    assert sums(full, MONTH, Measure.COST, Dimension.MODEL, ledger=BILLED) == {
        LARGE: "3.44000000014", "no model": "2.45", "mistral-ocr-2505": "2", "open-model": "0"}  # fmt: skip


def test_the_month_is_asked_for_once_and_with_the_key_in_its_own_header(reading: Reading) -> None:
    days = Period(date(2026, 11, 20), date(2026, 11, 24))
    (batch,) = reading.source.fetch(reading.web, days, reading.into)
    assert batch.covers == MONTH
    (asked,) = reading.server.asked
    assert (asked.path, asked.query) == ("/usage", {"month": ["11"], "year": ["2026"]})
    assert {name.lower(): value for name, value in asked.headers.items()}["x-api-key"] == KEY


def test_what_was_paid_for_without_a_price_is_rejected_and_not_free(reading: Reading, house: House) -> None:
    reading.server.says(told(prices=[]))
    (batch,) = reading.batches()
    assert {each.reason for each in batch.rejected} == {"was paid for, but the answer names no price of it"}
    assert sums(house, MONTH, Measure.COST, ledger=BILLED) == {}


def test_a_category_that_nobody_knew_counts_too(reading: Reading, house: House) -> None:
    entry = {"billing_metric": "web-search", "billing_group": "calls", "value": 100}
    reading.server.says(told(agents={"models": {"x": {"input": [entry]}}}))
    for batch in reading.batches():
        house.publish(batch)
    assert sums(house, MONTH, Measure.COST, ledger=BILLED) == {"total": "10.89000000014"}
