"""What is due on a local date, taken on by exactly one replica, exactly once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from finops.decision import Effect
from storage.database import reading
from storage.effects import row_of
from storage.tables import DueRow
from storage.writing import added


@dataclass(frozen=True)
class Due:
    """The due rows: a name and a local date each."""

    engine: Engine

    def claim(self, name: str, day: date, effect: Effect, now: datetime) -> bool:
        """Take on *name* for the local date *day*: *effect* waits from now on. False if somebody has it already."""
        with Session(self.engine) as session, session.begin():
            ours = added(session, DueRow, name=name, day=day, at=now)
            if ours:
                session.add(row_of(effect))
            return ours

    def last(self, name: str, before: date) -> datetime | None:
        """When *name* was last taken on for a local date *before* that one; None if not in the last thirty days."""
        earlier = (col(DueRow.name) == name, col(DueRow.day) < before)
        with Session(reading(self.engine)) as session:
            return session.exec(select(func.max(DueRow.at)).where(*earlier)).one()

    def taken(self, name: str, day: date, now: datetime) -> bool:
        """Take on *name* for *day*, to be done at once; False if somebody has it already."""
        with Session(self.engine) as session, session.begin():
            return added(session, DueRow, name=name, day=day, at=now)
