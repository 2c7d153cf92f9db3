"""Outcomes of AI requests: kept one by one beside the figures, unknown types in their own words."""

import csv
import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from finops.errors import BadFile
from finops.period import Period
from finops.question import Measure, Question
from sources.drivers import Drivers
from sources.outcomes import Outcomes
from tests.sources.test_logs import SHARED
from tests.storage.facts.conftest import House

HEAD = "ts,request_id,session_id,type,value"
ROWS = (
    "2026-11-01T23:59:59Z,r1,s1,accepted,",
    "2026-11-02T00:00:00Z,r2,,Thumbs_Up,1",
    "2026-11-02T00:00:01Z,,s2,pr_merged,",
    "2026-11-02T00:00:02Z,r3,,applauded,loudly",
)


def told(house: House, tmp_path: Path, *rows: str) -> tuple[int, int]:
    (tmp_path / "o.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    delivery = house.publish(Outcomes().batch((tmp_path / "o.csv",)))
    return delivery.read, delivery.quarantined


def kept(house: House) -> Counter[tuple[str, ...]]:
    files = house.ledger.shelf.opened().manifest.files
    names = sorted({str(house.facts.folder / file.file) for file in files if file.dataset == "outcomes"})
    with duckdb.connect() as db:
        columns = "request_id, session_id, type, said, value"
        return Counter(db.execute(f"SELECT {columns} FROM read_parquet(?)", [names]).fetchall())


def test_outcomes_are_kept_and_counted_and_unknown_ones_as_unknown(house: House, tmp_path: Path) -> None:
    assert told(house, tmp_path, *ROWS, ROWS[0]) == (5, 0)
    assert kept(house) == Counter({
        ("r1", "s1", "accepted", "accepted", ""): 1, ("r2", "", "thumbs_up", "Thumbs_Up", "1"): 1,
        ("", "s2", "pr_merged", "pr_merged", ""): 1, ("r3", "", "unknown", "applauded", "loudly"): 1})  # fmt: skip
    [feed] = house.ledger.freshness()
    assert (feed.feed, feed.dataset, feed.first_day.day, feed.last_day.day, feed.rows) == (
        "outcomes",
        "outcomes",
        1,
        2,
        4,
    )


@pytest.mark.parametrize(
    "row", ["soon,r1,,accepted,", "2026-11-01T00:00:00Z,,,accepted,", "2026-11-01T00:00:00Z,r1,,,"]
)
def test_an_outcome_that_cannot_be_is_held_back(house: House, tmp_path: Path, row: str) -> None:
    assert told(house, tmp_path, ROWS[0], row) == (2, 1)
    assert sum(kept(house).values()) == 1


def test_outcomes_are_no_part_of_any_figure(house: House, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("date,app,driver,count\n2026-11-01,desk,tickets,7\n")
    house.publish(Drivers().batch((tmp_path / "d.csv",)))
    told(house, tmp_path, *ROWS)
    november = Period(date(2026, 11, 1), date(2026, 12, 1))
    assert house.ledger.answer(Question((Measure.DRIVERS,), november)).total[Measure.DRIVERS] == 7
    assert "desk" in str(house.ledger.known())
    assert [feed.dataset for feed in house.ledger.narrowed(("search",)).freshness()] == []


def test_a_file_without_types_is_refused(house: House, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("ts,request_id\n2026-11-01T00:00:00Z,r1\n")
    with pytest.raises(BadFile, match="type"):
        house.publish(Outcomes().batch((tmp_path / "o.csv",)))


def test_the_events_of_a_company_are_all_kept(house: House) -> None:
    file = SHARED / "small_seed12" / "events.csv.gz"
    if not file.exists():
        pytest.skip("the shared data are not here")
    with gzip.open(file, "rt") as text:
        rows = {(row["request_id"], row["session_id"], row["type"], row["ts"]) for row in csv.DictReader(text)}
    house.publish(Outcomes().batch((file,)))
    assert Counter(type for _, _, type, _, _ in kept(house).elements()) == Counter(type for _, _, type, _ in rows)
