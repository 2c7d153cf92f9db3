"""Files of sums of requests: by day, with the hours, the coarse sums and how long calls took beside each."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from finops.charge import TokenClass
from finops.prices import PRICED_IN
from storage import beside, coarse, hours
from storage.ingest import request_sums as sums
from storage.ingest.requests import spans_of_days
from storage.manifest import Day
from storage.quoting import literal


@dataclass(frozen=True)
class SumFile:
    """A file of sums that is not published yet, and the days of feeds in it."""

    path: Path
    days: tuple[Day, ...]


def write(
    db: duckdb.DuckDBPyConnection, rows: str, columns: Collection[str], since: date, currency: str, folder: Path
) -> list[SumFile]:
    """Sum up the *rows* (SQL: a relation of requests that count; `day` bounds them), which have these *columns* (none:
    all), in whole days at a time; hours are kept since the day *since*. The files lie in *folder*."""
    spans = spans_of_days(db, f"SELECT day, count(*) FROM {rows} GROUP BY 1 ORDER BY 1")
    return [_span(db, rows, columns, since, currency, folder, days) for days in spans]


def write_whole(
    db: duckdb.DuckDBPyConnection, rows: str, columns: Collection[str], since: date, currency: str, folder: Path
) -> list[SumFile]:
    """Sum up the *rows* in one file."""
    first, last = db.execute(f"SELECT min(day)::VARCHAR, max(day)::VARCHAR FROM {rows}").fetchall()[0]
    return [_span(db, rows, columns, since, currency, folder, (first, last))]


def _span(db: duckdb.DuckDBPyConnection, rows: str, columns: Collection[str], since: date, currency: str, folder: Path,
          days: tuple[str, str]) -> SumFile:  # fmt: skip
    within = f"(FROM {rows} WHERE day BETWEEN DATE '{days[0]}' AND DATE '{days[1]}')"
    path = folder / f"unfinished-{secrets.token_hex(8)}"
    classes = sums.kinds(columns)
    db.execute(f"CREATE OR REPLACE TEMP TABLE hour_sums AS "
               f"{sums.summed(within, columns, f'DATE {literal(str(since))}', currency)}")  # fmt: skip
    db.execute(f"CREATE OR REPLACE TEMP TABLE day_sums AS {sums.added('hour_sums', classes)}")
    _copy(db, "FROM day_sums ORDER BY day", path)
    if days[1] >= str(since):
        timed = _timed(db, within)
        _copy(db, f"FROM hour_sums {timed} WHERE hour IS NOT NULL", Path(f"{path}{hours.SUFFIX}"))
    coarse.write(db, path, lambda kept: _coarser(classes, currency, kept), "day_sums")
    _latency(db, within, path, columns)
    found = db.execute("SELECT feed, day, bit_xor(hash(s))::VARCHAR || '/' || count(*), sum(s.rows)::BIGINT "
                       "FROM day_sums s GROUP BY feed, day ORDER BY feed, day").fetchall()  # fmt: skip
    return SumFile(path, tuple(Day(*each) for each in found))


def _coarser(classes: Sequence[TokenClass], currency: str, kept: Collection[str]) -> str:
    wide = sums.coarser("day_sums", classes, kept) if currency == PRICED_IN else "FROM day_sums"
    return f"({sums.facts(wide, extra=(), classes=classes)})"


def _timed(db: duckdb.DuckDBPyConnection, rows: str) -> str:
    """SQL: what keeps of sums only those of providers and days of which any of the *rows* tells more than the day."""
    db.execute(f"""CREATE OR REPLACE TEMP TABLE untimed AS SELECT provider, day FROM {rows} GROUP BY ALL
        HAVING max("at") = min("at") AND max("at")::TIME = TIME '00:00'""")
    some = db.execute("SELECT 1 FROM untimed LIMIT 1").fetchall()
    return "ANTI JOIN untimed USING (provider, day)" if some else ""


def _latency(db: duckdb.DuckDBPyConnection, rows: str, path: Path, columns: Collection[str]) -> None:
    measures = [name for name in sums.BUCKETS if not columns or f"{name}_ms" in columns]
    there = f"SELECT bool_or({' OR '.join(f'{name}_ms >= 0' for name in measures)}) FROM {rows}"
    if measures and db.execute(there).fetchall()[0][0]:
        told = sums.histograms(rows, measures, requests="requests" in columns or not columns)
        _copy(db, told, Path(f"{path}{beside.LATENCY}"))


def _copy(db: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    db.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")


def parts(path: Path) -> Sequence[Path]:
    """The file of sums at *path* and what lies beside it."""
    return [each for each in (path, *beside.every(path)) if each.exists()]
