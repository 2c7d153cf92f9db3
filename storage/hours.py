"""Hours: what was told of AI requests with their time, beside the facts of the days and while it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb

from finops.period import Period
from finops.question import HOURS, WEEKDAYS

KEPT = timedelta(days=92)
"""For how long hours are kept: they are up to 24 times as many as days."""
SUFFIX = ".hours"
"""What the name of a file of hours has more than that of the facts of its days."""
_TABLE = "CREATE TEMP TABLE clock (day DATE, hour BIGINT, local_hour VARCHAR, local_weekday VARCHAR)"


def since(now: datetime) -> date:
    """The first day whose hours are kept *now*."""
    return (now - KEPT).date()


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
