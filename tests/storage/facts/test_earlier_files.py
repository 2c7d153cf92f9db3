"""Files of facts that an earlier version wrote have not all columns of today; they are read all the same."""

import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from sqlmodel import Session

from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.focus import Focus
from storage import beside
from storage.rollup import LATER
from storage.tables import FactFile, IngestRun
from tests.storage.facts.conftest import NOW, House

FIXTURES = Path(__file__).parents[2] / "fixtures"
LATE = "(charge_class, gpu_hours)"
YEARS = Period(date(2024, 1, 1), date(2027, 1, 1))
BY_CLASS = Question((Measure.COST, Measure.GPU_HOURS), YEARS, by=(Dimension.CHARGE_CLASS,))


def earlier_requests(house: House) -> None:
    """Let *house* be one that was upgraded: its sums of AI requests, of the logs in test_status and
    test_served_at_tiers, were written by the last version that kept no rows (a fact a class of tokens, and hours)."""
    told = FIXTURES / "earlier_requests"
    house.facts.folder.mkdir(parents=True, exist_ok=True)
    for file in told.glob("requests-*"):
        shutil.copy(file, house.facts.folder)
    with Session(house.facts.engine) as session, session.begin():
        run = IngestRun(source="csv", dataset="requests", started_at=NOW, read=12, kept=12, replaced=0, quarantined=0,
                        strict=False, digest="")  # fmt: skip
        session.add(run)
        session.flush()
        for day in json.loads((told / "manifest.json").read_text()):
            named = day | {"day": date.fromisoformat(day["day"]), "published_at": NOW, "run": run.id}
            session.add(FactFile(**named))


def as_before(house: House) -> None:
    """Take the columns that came later out of every file, and what came to lie beside them."""
    for file in list((house.home / "facts").glob("*.parquet")):
        beside.drop(file)
        kept = file.with_suffix(".kept")
        file.rename(kept)
        with duckdb.connect() as db:
            earlier = f"SELECT * EXCLUDE ({', '.join(LATER)}) FROM read_parquet('{kept}')"
            db.execute(f"COPY ({earlier}) TO '{file}' (FORMAT parquet)")


def test_they_say_nothing_in_a_column_that_came_later(house: House) -> None:
    house.publish(Focus().batch((FIXTURES / "focus10_sample.csv",)))
    total = house.ledger.answer(BY_CLASS).total
    as_before(house)
    fresh = House(house.home)
    (row,) = fresh.ledger.answer(BY_CLASS).rows
    assert (row.key, row.values) == ({Dimension.CHARGE_CLASS: ""}, total)


def test_they_stand_beside_files_of_today(house: House) -> None:
    house.publish(Focus().batch((FIXTURES / "focus10_sample.csv",)))
    as_before(house)
    house.publish(Focus().batch((FIXTURES / "reconcile_bill.csv",)))
    rows = house.ledger.answer(BY_CLASS).rows
    assert {row.key[Dimension.CHARGE_CLASS] for row in rows} == {"", "Correction"}
    assert [row.values[Measure.COST] for row in rows if row.key[Dimension.CHARGE_CLASS]] == [Decimal("-0.45")]


def test_they_are_summed_up_once_and_say_the_same_as_before(house: House) -> None:
    house.publish(Focus().batch((FIXTURES / "focus10_sample.csv",)))
    asked = replace(BY_CLASS, by=(Dimension.MODEL, Dimension.PROVIDER))
    as_before(house)
    said = House(house.home).ledger.answer(asked)
    assert [house.facts.sum_up(), house.facts.sum_up()] == [1, 0]
    assert House(house.home).ledger.answer(asked) == said
    assert said.total[Measure.COST]
