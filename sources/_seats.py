"""Seats as driver counts: how many are paid for and how many are in use, by app, team and day; nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from finops.batch import Batch, Dataset, Format
from finops.period import Period
from finops.question import LICENCES
from sources._base import alike, written

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


def counted(source: str, app: str, day: date, seats: Iterable[Seat], into: Path) -> Batch:
    """The batch of *source* that says how many *seats* of *app* there are on *day*, and how many are in use."""
    file = written(_rows(app, day, seats), into / f"{source}-seats.jsonl.gz")
    today = Period(day, day + timedelta(days=1))
    return Batch(source, Dataset.DRIVERS, Format.JSONL, (file,), COLUMNS, FEED, covers=today)


def _rows(app: str, day: date, seats: Iterable[Seat]) -> Iterator[dict[str, Any]]:
    every = list(seats)
    paid, used = Counter(seat.team for seat in every), Counter(seat.team for seat in every if seat.active)
    for team in sorted(paid) or [""]:
        for driver, count in ((SEATS, paid[team]), (ACTIVE, used[team])):
            yield {"day": day.isoformat(), "app": app, "driver": driver, "count": count, "team": team or None}
