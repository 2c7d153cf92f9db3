"""A day of which no row could be kept is not emptied: what was known of it stays, and that is said."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from finops.batch import Batch, Dataset, Format, Quarantined
from finops.period import Period
from finops.question import Grain, Measure, Question
from finops.stamp import LedgerName
from sources._base import alike, written
from tests.storage.facts.conftest import House

PERIOD = Period(date(2026, 11, 1), date(2026, 11, 4))
REJECTED = Quarantined("costs.jsonl.gz", 7, "amount", "is not a number")
COLUMNS = alike(("day_start", "billed_cost", "effective_cost", "currency"), ("sku",))
CALLS = alike(("request_id", "started_at", "model"), ("input_tokens", "spend"))


def charges(folder: Path, days: dict[int, str], *rejected: Quarantined) -> Batch:
    rows = [{"day_start": f"2026-11-0{day}", "billed_cost": cost, "effective_cost": cost, "currency": "USD"}
            for day, cost in days.items()]  # fmt: skip
    file = written(rows, folder / "costs.jsonl.gz")
    return Batch("acme", Dataset.CHARGES, Format.JSONL, (file,), COLUMNS, ("provider",), {"provider": "Acme"},
                 covers=PERIOD, rejected=rejected)  # fmt: skip


def requests(folder: Path, days: dict[int, str], *rejected: Quarantined) -> Batch:
    rows = [{"request_id": f"{day}", "started_at": f"2026-11-0{day}", "model": "m", "spend": cost, "input_tokens": 1}
            for day, cost in days.items()]  # fmt: skip
    file = written(rows, folder / "costs.jsonl.gz")
    return Batch("acme", Dataset.REQUESTS, Format.JSONL, (file,), CALLS, ("provider",), {"provider": "acme"},
                 covers=PERIOD, ledger=LedgerName.METERED, rejected=rejected)  # fmt: skip


def costs(house: House, ledger: LedgerName) -> list[int]:
    asked = Question((Measure.COST,), PERIOD, grain=Grain.DAY, ledger=ledger)
    return [int(row.values[Measure.COST]) for row in house.ledger.answer(asked).rows]


@pytest.mark.parametrize(("made", "ledger"), [(charges, LedgerName.BILLED), (requests, LedgerName.METERED)])
def test_only_days_with_a_sound_row_are_replaced(house: House, tmp_path: Path, made, ledger) -> None:  # type: ignore[no-untyped-def]
    house.publish(made(tmp_path, {1: "1", 2: "2", 3: "3"}))
    delivery = house.publish(made(tmp_path, {1: "10", 3: "30"}, REJECTED))
    assert (delivery.read, delivery.kept, delivery.quarantined, delivery.examples) == (3, 2, 1, (REJECTED,))
    assert any("2026-11-02: no row could be kept" in note for note in delivery.notes)
    assert costs(house, ledger) == [10, 2, 30]
    assert not house.publish(made(tmp_path, {1: "10", 3: "30"})).notes
    assert costs(house, ledger) == [10, 30]


@pytest.mark.parametrize(("made", "ledger"), [(charges, LedgerName.BILLED), (requests, LedgerName.METERED)])
def test_a_row_that_is_held_back_by_the_checks_keeps_its_day_too(house: House, tmp_path: Path, made, ledger) -> None:  # type: ignore[no-untyped-def]
    house.publish(made(tmp_path, {1: "1", 2: "2", 3: "3"}))
    delivery = house.publish(made(tmp_path, {1: "10", 2: "many", 3: "30"}))
    assert (delivery.kept, delivery.quarantined) == (2, 1)
    assert costs(house, ledger) == [10, 2, 30]


def test_where_no_row_is_sound_nothing_is_published(house: House, tmp_path: Path) -> None:
    house.publish(charges(tmp_path, {1: "1"}))
    delivery = house.publish(replace(charges(tmp_path, {}, REJECTED)))
    assert delivery.useless
    assert not delivery.published
    assert costs(house, LedgerName.BILLED)[0] == 1
