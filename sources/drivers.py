"""Business drivers: how many tickets were solved, orders placed or changes merged, counted per day."""

from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Format
from sources._base import FileSource, Signature

_COLUMNS = {
    "day": Column(("date", "day"), mandatory=True),
    "app": Column(("app",)),
    "driver": Column(("driver", "name"), mandatory=True),
    "count": Column(("count", "value"), mandatory=True),
    "team": Column(("team",)),
}


class Drivers(FileSource):
    """Business drivers: CSV with the columns date, app, driver, count and, if known, team."""

    title: ClassVar[str] = "business drivers"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(tuple(column.names for column in _COLUMNS.values() if column.mandatory)),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of driver counts."""
        return Batch("drivers", Dataset.DRIVERS, form or Format.CSV, files, _COLUMNS, feed_by=("app", "driver"))
