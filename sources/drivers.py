"""Business drivers: how many tickets were solved, orders placed or changes merged, counted per day."""

from pathlib import Path

from finops.batch import Batch, Column, Dataset, Format
from sources._base import FileSource

_COLUMNS = {
    "day": Column(("date", "day"), mandatory=True),
    "app": Column(("app",)),
    "driver": Column(("driver", "name"), mandatory=True),
    "count": Column(("count", "value"), mandatory=True),
    "team": Column(("team",)),
}


class Drivers(FileSource):
    """Business drivers: CSV with the columns date, app, driver, count and, if known, team."""

    def batch(self, files: tuple[Path, ...]) -> Batch:
        """One delivery of driver counts."""
        return Batch("drivers", Dataset.DRIVERS, Format.CSV, files, _COLUMNS, feed_by=("app", "driver"))
