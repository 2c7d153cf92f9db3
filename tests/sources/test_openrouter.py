"""OpenRouter, as recorded: dollars exact to the last digit, and only days that it keeps are spoken for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from tests.answering import Answering
from tests.sources.conftest import Reading, recordings
from tests.storage.facts.conftest import House

(RECORDING,) = (each for each in recordings() if each.name == "openrouter-activity")


def test_dollars_are_exact_and_tokens_apart(server: Answering, house: House, tmp_path: Path) -> None:
    for batch in Reading(RECORDING, server, tmp_path / "pages").batches():
        house.publish(batch)
    billed = house.ledger.answer(Question((Measure.BILLED_COST,), RECORDING.period))
    assert billed.total[Measure.BILLED_COST] == Decimal("1.2901234567890123")
    asked = Question((Measure.TOKENS,), RECORDING.period, by=(Dimension.TOKEN_CLASS,), ledger=LedgerName.METERED)
    counted = {row.name: int(row.values[Measure.TOKENS]) for row in house.ledger.answer(asked).rows}
    assert {name: count for name, count in counted.items() if count} == {
        "uncached_input": 1170, "cache_read": 300, "output": 175, "reasoning": 50}  # fmt: skip


def test_days_that_are_no_longer_kept_are_not_said_to_be_empty(server: Answering, tmp_path: Path) -> None:
    long = replace(RECORDING, period=Period(date(2026, 11, 1), date(2026, 11, 25)))
    covers = {batch.covers for batch in Reading(long, server, tmp_path / "pages").batches()}
    assert covers == {RECORDING.period}
    assert [dict(each.query) for each in server.asked] == [{}]
