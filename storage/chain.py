"""The audit chain as it is kept: entries are appended in the transaction of what they tell, and read to verify."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from finops.audit import GENESIS, Entry, Sealed, broken_at, seal
from storage.database import Turn, reading, take
from storage.tables import AuditRow

_CHUNK = 2000


@dataclass(frozen=True)
class Verified:
    """How many entries the chain holds, and the number of the first that does not fit (None: all do)."""

    entries: int
    broken_at: int | None


def append(session: Session, key: bytes, entry: Entry) -> None:
    """Seal *entry* after the newest one. Call it last in a transaction: other writers of entries wait from here on."""
    take(session, Turn.AUDIT)
    last = session.exec(select(AuditRow).order_by(col(AuditRow.number).desc()).limit(1)).first()
    number, before = (last.number + 1, last.seal) if last else (1, GENESIS)
    session.add(AuditRow(number=number, body=entry.canonical, seal=seal(key, before, number, entry.canonical)))
    session.flush()


def verified(engine: Engine, key: bytes) -> Verified:
    """The whole chain read once, in pieces, and checked against *key*."""
    with Session(reading(engine)) as session:
        entries = session.exec(select(func.count()).select_from(AuditRow)).one()
        with closing(_sealed(session)) as chain:
            return Verified(entries, broken_at(key, chain))


def _sealed(session: Session) -> Generator[Sealed]:
    """The entries in order; to be closed, for PostgreSQL holds a cursor open until the last was read."""
    rows = session.exec(select(AuditRow).order_by(col(AuditRow.number)).execution_options(yield_per=_CHUNK))
    with closing(rows):
        yield from (Sealed(row.number, row.body, row.seal) for row in rows)
