"""What a file or a provider can do wrong: bombs, the same rows in another order, days that were not asked for."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from finops.batch import Batch, Column, Dataset, Format
from finops.errors import BadFile
from finops.period import Period
from finops.question import Grain, Measure, Question
from sources.focus import Focus
from tests.storage.facts.conftest import NOW, House

ASKED = Period(date(2026, 11, 9), date(2026, 11, 12))
COLUMNS = {name: Column((name,)) for name in ("day_start", "provider", "billed_cost", "effective_cost")}


def rows(*days: int) -> list[dict[str, Any]]:
    return [{"day_start": f"2026-11-{day:02d}T00:00:00Z", "billed_cost": n + 1, "effective_cost": n + 1}
            for n, day in enumerate(days)]  # fmt: skip


def batch(house: House, *pages: Iterable[dict[str, Any]]) -> Batch:
    """What a source answered, a file a page."""
    files = []
    for number, page in enumerate(pages):
        file = house.home / f"page-{number}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in page))
        files.append(file)
    said = {"provider": "Acme", "service": "s", "category": "c", "charge_category": "Usage", "currency": "USD"}
    return Batch("acme", Dataset.CHARGES, Format.JSONL, tuple(files), COLUMNS, constants=said, covers=ASKED)


def entries(house: House) -> int:
    with house.facts.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit")).scalar_one())


def test_a_file_that_unpacks_to_a_thousand_times_its_size_is_refused_and_soon(house: House, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b" " * 1_000_000, 9) * 300)
    with pytest.raises(BadFile, match=r"bomb\.csv\.gz unpacks to more than 250 times its size"):
        house.publish(Focus().batch((bomb,)))
    assert not list(house.facts.folder.glob("*"))


def test_rows_in_another_order_or_on_other_pages_change_nothing(house: House) -> None:
    told = rows(*(9 + n % 3 for n in range(60)))
    house.facts.publish(batch(house, told[:30], told[30:]), NOW, routine=True)
    before = entries(house)
    mixed = random.Random(7).sample(told, len(told))
    for pages in ((told[30:], told[:30]), (mixed,), (mixed[:5], mixed[5:])):
        delivery = house.facts.publish(batch(house, *pages), NOW, routine=True)
        assert delivery.published
        assert entries(house) == before


@pytest.mark.parametrize("skewed", [8, 12, 13])
def test_a_day_that_was_not_asked_for_takes_the_place_of_nothing(house: House, skewed: int) -> None:
    earlier = batch(house, rows(8, 8, 8, 12, 13))
    house.publish(replace(earlier, covers=Period(date(2026, 11, 8), date(2026, 11, 14))))
    delivery = house.publish(batch(house, rows(9, skewed, 10)))
    assert (delivery.kept, delivery.quarantined) == (2, 1)
    assert delivery.examples[0].reason == f"2026-11-{skewed:02d} is no day that was asked for"
    asked = Question((Measure.COST,), Period(date(2026, 11, 8), date(2026, 11, 14)), grain=Grain.DAY)
    known = {row.day.day: row.values[Measure.COST] for row in house.ledger.answer(asked).rows if row.day}
    assert known == {8: 6, 9: 1, 10: 3, 12: 4, 13: 5}
