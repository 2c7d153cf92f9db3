"""GitHub Copilot, as recorded: the bill of Copilot alone, after discounts, exact, as SaaS; nobody is named."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from finops.question import Dimension, Grain, Measure, Question
from tests.answering import Answering
from tests.sources.conftest import Reading, recordings
from tests.storage.facts.conftest import House

(RECORDING,) = (each for each in recordings() if each.name == "copilot-organization")


@pytest.fixture
def reading(server: Answering, tmp_path: Path) -> Reading:
    return Reading(RECORDING, server, tmp_path / "pages")


def test_the_bill_of_copilot_is_exact_and_nothing_else_is_in_it(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        house.publish(batch)
    asked = Question((Measure.COST, Measure.BILLED_COST, Measure.LIST_COST), RECORDING.period, (Dimension.SCOPE,))
    (row,) = house.ledger.answer(asked).rows
    assert row.key[Dimension.SCOPE] == "saas"
    assert row.values[Measure.COST] == row.values[Measure.BILLED_COST] == Decimal("52.338963123456")
    assert row.values[Measure.LIST_COST] == Decimal("55.1653242")
    days = house.ledger.answer(Question((Measure.COST,), RECORDING.period, grain=Grain.DAY)).rows
    assert [each.values[Measure.COST] for each in days] == [Decimal("25.738963123456"), Decimal("26.6")]


def test_seats_are_what_is_consumed_and_no_repository_is_kept(reading: Reading) -> None:
    list(reading.batches())
    (file,) = reading.files
    kept = gzip.decompress(file.read_bytes()).decode()
    assert '"consumed_quantity": "1.29", "consumed_unit": "UserMonths"' in kept
    assert "acme/shop" not in kept
    assert len(kept.splitlines()) == 4  # lines of days before and after the period are left out


def test_it_speaks_the_version_of_the_api_that_is_known(reading: Reading) -> None:
    list(reading.batches())
    assert {each.headers["X-GitHub-Api-Version"] for each in reading.server.asked} == {"2026-03-10"}
