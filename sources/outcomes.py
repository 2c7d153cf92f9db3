"""Outcomes of AI requests: accepted, rejected, regenerated, merged; told by request or by session."""

from pathlib import Path

from finops.batch import Batch, Column, Dataset, Format
from sources._base import FileSource

_COLUMNS = {
    "told_at": Column(("ts", "at", "timestamp"), mandatory=True),
    "request_id": Column(("request_id",), mandatory=True),
    "session_id": Column(("session_id",)),
    "type": Column(("type",), mandatory=True),
    "value": Column(("value",)),
}


class Outcomes(FileSource):
    """Outcomes of AI requests: CSV with the columns ts, request_id, type and, if known, session_id and value. A row
    names a request, a session or both; a type that is not known is kept as unknown, in its own words."""

    def batch(self, files: tuple[Path, ...]) -> Batch:
        """One delivery of outcomes."""
        return Batch("outcomes", Dataset.OUTCOMES, Format.CSV, files, _COLUMNS)
