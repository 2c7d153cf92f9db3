"""The manifest: which days of which feeds are published in which files; switched in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from finops.batch import Batch, Delivery
from storage.database import Turn, reading, take
from storage.tables import FactFile, IngestRun, QuarantineRow


@dataclass(frozen=True)
class Day:
    """One day of a feed as it is to be published: its fingerprint and how many rows it sums up."""

    feed: str
    day: date
    sha: str
    rows: int


def published(engine: Engine) -> tuple[FactFile, ...]:
    """What readers see: every day's file in force."""
    with Session(reading(engine)) as session:
        rows = session.exec(select(FactFile).where(col(FactFile.retired_at).is_(None)).order_by(col(FactFile.day)))
        return tuple(rows)


def switch(
    session: Session, batch: Batch, days: Sequence[Day], file: str, run: IngestRun, now: datetime
) -> tuple[int, int]:
    """Publish *days* of *file* in place of what their feeds held there: rows replaced, and days that changed.
    A feed's days between its first and last in the batch are replaced as a whole, and so are all it covers."""
    take(session, Turn.PUBLISH)
    session.add(run)
    session.flush()
    replaced, changed = 0, 0
    for feed in sorted({day.feed for day in days}):
        fresh = {day.day: day for day in days if day.feed == feed}
        held = _held(session, batch, feed, min(fresh), max(fresh))
        for old in held:
            new = fresh.get(old.day)
            replaced += old.rows
            if new and new.sha == old.sha:
                del fresh[old.day]
                continue
            old.retired_at, changed = now, changed + 1
            session.add(old)
        changed += len(fresh)
        session.add_all(_row(batch, day, file, run, now) for day in fresh.values())
    return replaced, changed


def _held(session: Session, batch: Batch, feed: str, first: date, last: date) -> list[FactFile]:
    if batch.covers:
        first, last = min(first, batch.covers.start), max(last, batch.covers.last)
    return list(
        session.exec(
            select(FactFile)
            .where(col(FactFile.feed) == feed, col(FactFile.dataset) == batch.dataset)
            .where(col(FactFile.retired_at).is_(None), col(FactFile.day) >= first, col(FactFile.day) <= last)
        )
    )


def _row(batch: Batch, day: Day, file: str, run: IngestRun, now: datetime) -> FactFile:
    return FactFile(dataset=batch.dataset, feed=day.feed, day=day.day, file=file, rows=day.rows, sha=day.sha,
                    ledger=batch.ledger, run=run.id or 0, published_at=now)  # fmt: skip


def quarantine(session: Session, batch: Batch, delivery: Delivery, run: IngestRun, now: datetime) -> None:
    """Remember the rows held back by *run*; those of an earlier delivery of the same files are forgotten."""
    files = sorted({each.file for each in delivery.examples})
    earlier = session.exec(
        select(QuarantineRow).where(col(QuarantineRow.feed) == batch.source, col(QuarantineRow.file).in_(files))
    )
    for row in earlier:
        session.delete(row)
    session.add_all(
        QuarantineRow(run=run.id or 0, feed=batch.source, file=each.file, row=each.row, field=each.field,
                      reason=each.reason, at=now)
        for each in delivery.examples
    )  # fmt: skip
