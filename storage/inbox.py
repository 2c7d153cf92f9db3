"""The inbox: which presses and submissions were seen already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete
from sqlmodel import Session, col

from storage.tables import InboxRow
from storage.writing import added, changed


@dataclass(frozen=True)
class Inbox:
    """Keys of what came in, until they are swept."""

    engine: Engine

    def first(self, key: str, now: datetime) -> bool:
        """Whether *key* comes in for the first time; of several at once, one is first."""
        with Session(self.engine) as session, session.begin():
            return added(session, InboxRow, key=key, at=now)

    def swept(self, before: datetime) -> int:
        """How many keys that came in *before* were forgotten now."""
        with Session(self.engine) as session, session.begin():
            return changed(session, delete(InboxRow).where(col(InboxRow.at) < before))

    def forget(self, key: str) -> None:
        """*key* may come in again: what it asked for was refused, and nothing was done."""
        with Session(self.engine) as session, session.begin():
            changed(session, delete(InboxRow).where(col(InboxRow.key) == key))
