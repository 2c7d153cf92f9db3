"""Places: every message that shows a subject, so that it can be kept current."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from storage.database import reading
from storage.tables import PlaceRow
from storage.writing import put


@dataclass(frozen=True)
class Shown:
    """One message: its channel, its `ts` there, and the audience it speaks to (empty: none)."""

    channel: str
    ts: str
    audience: str


@dataclass(frozen=True)
class Places:
    """Which messages show which subject."""

    engine: Engine

    def of(self, subject: str) -> tuple[Shown, ...]:
        """The messages that show *subject*, the oldest first."""
        mine = select(PlaceRow).where(col(PlaceRow.subject) == subject)
        with Session(reading(self.engine)) as session:
            rows = session.exec(mine.order_by(col(PlaceRow.ts), col(PlaceRow.channel)))
            return tuple(Shown(row.channel, row.ts, row.audience) for row in rows)

    def remember(self, subject: str, channel: str, ts: str, audience: str) -> None:
        """*subject* is shown by the message *ts* in *channel*; said twice, it is remembered once."""
        keys = ("subject", "channel", "ts")
        with Session(self.engine) as session, session.begin():
            put(session, PlaceRow, keys, subject=subject, channel=channel, ts=ts, audience=audience)
