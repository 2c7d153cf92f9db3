"""Seats as driver counts: how many are paid for and how many are in use, by app, team and day; nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from finops.batch import Batch, Dataset, Format
from finops.period import Period
from finops.question import LICENCES
from sources._base import alike, written
from sources._row_check import RowCheck

SEATS, ACTIVE, *_ = LICENCES
LATELY = timedelta(days=30)
"""A seat is active if it was used within these days."""
COLUMNS = alike(("day", "app", "driver", "count"), ("team",))
FEED = ("app", "driver")


@dataclass(frozen=True)
class Seat:
    """A seat that is paid for: whose it is, if a team's, and whether it is in use."""

    team: str
    active: bool


def seats_file(source: str, into: Path) -> Path:
    """The file that the seats of *source* are written to."""
    return into / f"{source}-seats.jsonl.gz"


def counted(source: str, app: str, day: date, seats: Iterable[Seat], check: RowCheck) -> Batch:
    """The batch of *source* that says how many *seats* of *app* there are on *day*, and how many are in use; nothing
    if *check* rejected all of them."""
    every = list(seats)
    rows = [] if check.rejected and not every else _rows(app, day, every)
    file = written(rows, check.file)
    today = Period(day, day + timedelta(days=1))
    return Batch(source, Dataset.DRIVERS, Format.JSONL, (file,), COLUMNS, FEED, covers=today, rejected=check.rejected)


def _rows(app: str, day: date, every: Sequence[Seat]) -> Iterator[dict[str, Any]]:
    paid, used = Counter(seat.team for seat in every), Counter(seat.team for seat in every if seat.active)
    for team in sorted(paid) or [""]:
        for driver, count in ((SEATS, paid[team]), (ACTIVE, used[team])):
            yield {"day": day.isoformat(), "app": app, "driver": driver, "count": count, "team": team or None}
