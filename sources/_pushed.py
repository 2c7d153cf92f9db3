"""What is pushed to us: the shape that each row must have, and the batch that its file becomes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from finops.batch import Batch, Column, Dataset, Format
from sources._base import alike
from sources._fields import Day, Moment, Quantity

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Named = Annotated[Name, StringConstraints(min_length=1)]


class Pushed(BaseModel):
    """One row. What it has no field for is refused, so that a slip of the pen is not lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _told(value: object) -> object:
    """A number, or yes or no, as JSON writes it; whatever else as it is."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if isinstance(value, int) else value


class DriverCount(Pushed):
    """How often something was done on a day: tickets solved, orders placed; it replaces what was said before."""

    date: Day
    driver: Named
    count: Annotated[Quantity, Field(ge=0, le=10**15, decimal_places=6)]
    app: Name = ""
    team: Name = ""


class OutcomeTold(Pushed):
    """What became of an AI request, or of those of a session; told twice, it is kept once."""

    ts: Moment
    type: Named
    request_id: Name = ""
    session_id: Name = ""
    value: Annotated[Name, BeforeValidator(_told)] = ""

    @model_validator(mode="after")
    def _of_something(self) -> OutcomeTold:
        if not (self.request_id or self.session_id):
            raise ValueError("it names neither request_id nor session_id")
        return self


def driver_counts(files: tuple[Path, ...]) -> Batch:
    """One push of driver counts; each app, driver and team speaks for itself, of the days that it names."""
    return Batch("push", Dataset.DRIVERS, Format.JSONL, files, _DRIVERS, feed_by=("app", "driver", "team"), apart=True)


def outcomes_told(files: tuple[Path, ...]) -> Batch:
    """All outcomes that were pushed of a day."""
    return Batch("push", Dataset.OUTCOMES, Format.JSONL, files, OUTCOMES)


OUTCOMES = alike(("told_at", "type"), ("request_id", "session_id", "value"))
"""The columns of outcomes that we wrote to a file ourselves."""

_DRIVERS = {
    "day": Column(("date",), mandatory=True),
    "driver": Column(("driver",), mandatory=True),
    "count": Column(("count",), mandatory=True),
    "app": Column(("app",)),
    "team": Column(("team",)),
}
