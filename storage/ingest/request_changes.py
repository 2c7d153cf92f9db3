"""What sums of requests without rows change beside those in force, in rows and money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from sqlmodel import Session

from finops.batch import Batch, Change, Changes
from storage.ingest import request_sums
from storage.ingest.sum_files import SumFile
from storage.manifest import Day, in_force
from storage.quoting import literal
from storage.tables import FactFile

_Key = tuple[str, date]


def difference(
    db: duckdb.DuckDBPyConnection, session: Session, folder: Path, batch: Batch, sums: Iterable[SumFile]
) -> Changes:
    """What sums without rows change: the days that are new, that say the same, something else, or nothing any more."""
    days = [day for one in sums for day in one.days]
    fresh = {(day.feed, day.day): day for day in days}
    old = {(each.feed, each.day): each for each in in_force(session, batch, days)}
    session.expunge_all()
    amounts: Mapping[_Key, Decimal] = _amounts(db, [str(one.path) for one in sums])
    before = _amounts(db, sorted({str(folder / each.file) for each in old.values()}))
    same = {key for key, each in fresh.items() if key in old and old[key].sha == each.sha}

    def change(keys: Iterable[_Key], rows: Mapping[_Key, Day | FactFile], told: Mapping[_Key, Decimal]) -> Change:
        listed = [*keys]
        return Change(
            sum(rows[key].rows for key in listed), sum((told.get(key, Decimal(0)) for key in listed), Decimal(0))
        )

    return Changes(
        added=change(fresh.keys() - old.keys(), fresh, amounts),
        replaced=change(fresh.keys() & old.keys() - same, fresh, amounts),
        previous=change(fresh.keys() & old.keys() - same, old, before),
        unchanged=change(same, fresh, amounts),
        removed=change(old.keys() - fresh.keys(), old, before),
    )


def _amounts(db: duckdb.DuckDBPyConnection, files: Sequence[str]) -> dict[_Key, Decimal]:
    """What the files of sums come to, by feed and day, in the reporting currency."""
    found: dict[_Key, Decimal] = {}
    for file in files:
        wide = Path(file).name.startswith((request_sums.NAME, "unfinished-"))
        told = f"({request_sums.facts(request_sums.read([file]), set())})" if wide else f"read_parquet({literal(file)})"
        for feed, day, amount in db.execute(f"SELECT feed, day, sum(cost) FROM {told} GROUP BY ALL").fetchall():
            found[feed, day] = amount
    return found
