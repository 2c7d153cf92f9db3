"""Files of sums of requests: by day, with the hours, the coarse sums and how long calls took beside each."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from finops.prices import PRICED_IN
from storage import coarse, hours
from storage.ingest import request_sums as sums
from storage.ingest.requests import spans_of_days
from storage.manifest import Day
from storage.quoting import literal

LATENCY = ".latency"
"""What the name of a file of histograms has more than that of the sums of its days."""


@dataclass(frozen=True)
class SumFile:
    """A file of sums that is not published yet, and the days of feeds in it."""

    path: Path
    days: tuple[Day, ...]


def write(
    db: duckdb.DuckDBPyConnection, rows: str, counts: Collection[str], since: date, currency: str, folder: Path
) -> list[SumFile]:
    """Sum up the *rows* (SQL: a relation of requests that count; `day` bounds them), which tell of these *counts* of
    tokens (none: of any), in whole days at a time; hours are kept since the day *since*. The files lie in *folder*."""
    spans = spans_of_days(db, f"SELECT day, count(*) FROM {rows} GROUP BY 1 ORDER BY 1")
    return [_span(db, rows, counts, since, currency, folder, days) for days in spans]


def write_whole(
    db: duckdb.DuckDBPyConnection, rows: str, counts: Collection[str], since: date, currency: str, folder: Path
) -> list[SumFile]:
    """Sum up the *rows* in one file."""
    first, last = db.execute(f"SELECT min(day)::VARCHAR, max(day)::VARCHAR FROM {rows}").fetchall()[0]
    return [_span(db, rows, counts, since, currency, folder, (first, last))]


def _span(db: duckdb.DuckDBPyConnection, rows: str, counts: Collection[str], since: date, currency: str, folder: Path,
          days: tuple[str, str]) -> SumFile:  # fmt: skip
    within = f"(FROM {rows} WHERE day BETWEEN DATE '{days[0]}' AND DATE '{days[1]}')"
    path = folder / f"unfinished-{secrets.token_hex(8)}"
    db.execute(f"CREATE OR REPLACE TEMP TABLE hour_sums AS "
               f"{sums.summed(within, counts, f'DATE {literal(str(since))}', currency)}")  # fmt: skip
    db.execute(f"CREATE OR REPLACE TEMP TABLE day_sums AS {sums.added('hour_sums', hourly=False)}")
    _copy(db, "FROM day_sums ORDER BY day", path)
    if days[1] >= str(since):
        timed = f"(SELECT DISTINCT provider, day FROM {within} WHERE \"at\"::TIME <> TIME '00:00')"
        hourly = f"(FROM hour_sums SEMI JOIN {timed} USING (provider, day) WHERE hour IS NOT NULL)"
        _copy(db, sums.added(hourly, hourly=True), Path(f"{path}{hours.SUFFIX}"))
    plain = f"({sums.coarser('day_sums')})" if currency == PRICED_IN else "day_sums"
    coarse.write(db, path, f"({sums.facts(f'FROM {plain}', extra=())})")
    _latency(db, within, path)
    found = db.execute("SELECT feed, day, bit_xor(hash(s))::VARCHAR || '/' || count(*), sum(s.rows)::BIGINT "
                       "FROM day_sums s GROUP BY feed, day ORDER BY feed, day").fetchall()  # fmt: skip
    return SumFile(path, tuple(Day(*each) for each in found))


def _latency(db: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    if db.execute(f"SELECT bool_or(latency_ms >= 0 OR ttft_ms >= 0) FROM {rows}").fetchall()[0][0]:
        _copy(db, sums.histograms(rows), Path(f"{path}{LATENCY}"))


def _copy(db: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    db.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")


def parts(path: Path) -> Sequence[Path]:
    """The file of sums at *path* and what lies beside it."""
    return [each for each in (path, *(Path(f"{path}{suffix}") for suffix in (hours.SUFFIX, coarse.SUFFIX, LATENCY)))
            if each.exists()]  # fmt: skip
