"""Which charts were uploaded already, so that the same picture goes up once."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from storage.database import reading
from storage.tables import ChartFile
from storage.writing import put


@dataclass(frozen=True)
class ChartFiles:
    """Slack's ids of charts, by the hash of their picture."""

    engine: Engine

    def file_id(self, sha: str) -> str | None:
        """The id of the picture with this hash; None if it was never uploaded."""
        with Session(reading(self.engine)) as session:
            row = session.get(ChartFile, sha)
            return row.file_id if row else None

    def keep(self, sha: str, file_id: str) -> None:
        """Remember the id; a later one takes its place."""
        with Session(self.engine) as session, session.begin():
            put(session, ChartFile, ("sha",), sha=sha, file_id=file_id)
