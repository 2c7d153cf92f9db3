"""Files of facts that an earlier version wrote have not all columns of today; they are read all the same."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.focus import Focus
from storage import beside
from storage.rollup import LATER
from tests.storage.facts.conftest import House

FIXTURES = Path(__file__).parents[2] / "fixtures"
LATE = "(charge_class, gpu_hours)"
YEARS = Period(date(2024, 1, 1), date(2027, 1, 1))
BY_CLASS = Question((Measure.COST, Measure.GPU_HOURS), YEARS, by=(Dimension.CHARGE_CLASS,))


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
