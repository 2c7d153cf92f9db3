"""What is pushed to us: the shape that each row must have, and the batch that its file becomes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from finops.batch import Batch, Column, Dataset, Format

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Named = Annotated[Name, StringConstraints(min_length=1)]


class Pushed(BaseModel):
    """One row. What it has no field for is refused, so that a slip of the pen is not lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DriverCount(Pushed):
    """How often something was done on a day: tickets solved, orders placed; it replaces what was said before."""

    date: date
    driver: Named
    count: Annotated[Decimal, Field(ge=0, le=10**15, decimal_places=6)]
    app: Name = ""
    team: Name = ""


def driver_counts(files: tuple[Path, ...]) -> Batch:
    """One push of driver counts; each app, driver and team speaks for itself, of the days that it names."""
    return Batch("push", Dataset.DRIVERS, Format.JSONL, files, _DRIVERS, feed_by=("app", "driver", "team"), apart=True)


_DRIVERS = {
    "day": Column(("date",), mandatory=True),
    "driver": Column(("driver",), mandatory=True),
    "count": Column(("count",), mandatory=True),
    "app": Column(("app",)),
    "team": Column(("team",)),
}
