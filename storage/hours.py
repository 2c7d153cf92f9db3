"""Hours: what was told of AI requests with their time, beside the facts of the days and while it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from finops.batch import Batch, Dataset
from finops.period import Period
from finops.question import HOURS, WEEKDAYS
from storage.quoting import literal
from storage.rollup import exchanged_sums

KEPT = timedelta(days=92)
"""For how long hours are kept: they are up to 24 times as many as days."""
SUFFIX = ".hours"
"""What the name of a file of hours has more than that of the facts of its days."""
_TIMED = "SELECT DISTINCT provider, day FROM good WHERE good.at::TIME <> TIME '00:00'"
"""What is all told of midnight is told of days."""
_TABLE = "CREATE TEMP TABLE clock (day DATE, hour BIGINT, local_hour VARCHAR, local_weekday VARCHAR)"


def since(now: datetime) -> date:
    """The first day whose hours are kept *now*."""
    return (now - KEPT).date()


def sum_up(db: duckdb.DuckDBPyConnection, batch: Batch) -> dict[tuple[str, date], str]:
    """Fill `hourly` with what is `summed` by hour of days of which hours were told; fingerprints of it."""
    if batch.dataset is not Dataset.REQUESTS:
        return {}
    hours = f"(SELECT * FROM summed SEMI JOIN ({_TIMED}) USING (provider, day) WHERE hour IS NOT NULL)"
    db.execute(f"CREATE TEMP TABLE hourly AS {exchanged_sums(hours)}")
    found = db.execute("SELECT feed, day, bit_xor(md5_number(h::VARCHAR))::VARCHAR FROM hourly h GROUP BY feed, day")
    return {(feed, day): f"/{said}" for feed, day, said in found.fetchall()}


def write(db: duckdb.DuckDBPyConnection, facts: Path) -> None:
    """Write what is in `hourly` beside the file of *facts*."""
    beside = literal(f"{facts}{SUFFIX}")
    db.execute(f"COPY (FROM hourly ORDER BY ALL) TO {beside} (FORMAT parquet, COMPRESSION zstd)")


def clock(db: duckdb.DuckDBPyConnection, period: Period, zone: str) -> None:
    """Fill `clock`: which hour and weekday it was in *zone* when an hour of *period* (UTC) began."""
    db.execute(_TABLE)
    columns = [list(column) for column in zip(*_hours(period, ZoneInfo(zone)), strict=True)]
    db.execute("INSERT INTO clock SELECT unnest(?), unnest(?), unnest(?), unnest(?)", columns)


def _hours(period: Period, zone: ZoneInfo) -> Iterator[tuple[date, int, str, str]]:
    for day in period:
        for hour in range(24):
            local = datetime.combine(day, time(hour), UTC).astimezone(zone)
            yield day, hour, HOURS[local.hour], WEEKDAYS[local.weekday()]
