"""The manifest: which days of which feeds are published in which files; switched in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from finops.batch import Batch, Delivery
from storage import choosing
from storage.database import Turn, reading, take
from storage.tables import FactFile, IngestRun, QuarantineRow


@dataclass(frozen=True)
class Day:
    """One day of a feed as it is to be published: its fingerprint and how many rows it sums up."""

    feed: str
    day: date
    sha: str
    rows: int


class Published(NamedTuple):
    """One day of a feed that is in force, and the file that holds it."""

    dataset: str
    feed: str
    day: date
    file: str
    rows: int
    published_at: datetime


@dataclass(frozen=True)
class Manifest:
    """What readers see at one moment, by day: every day's file in force. *version* moves with every delivery."""

    version: int
    files: tuple[Published, ...]

    @cached_property
    def billed(self) -> tuple[Published, ...]:
        """The files of the billed ledger."""
        return choosing.billed(self.files)

    @cached_property
    def metered(self) -> tuple[Published, ...]:
        """The files of the metered ledger."""
        return choosing.metered(self.files)

    @cached_property
    def drivers(self) -> tuple[Published, ...]:
        """The files of business drivers."""
        return choosing.drivers(self.files)


_READ = (FactFile.dataset, FactFile.feed, FactFile.day, FactFile.file, FactFile.rows, FactFile.published_at)


def version(engine: Engine) -> int:
    """The number of the newest delivery; 0 before the first."""
    with Session(reading(engine)) as session:
        return session.exec(select(func.max(IngestRun.id))).one() or 0


def manifest(engine: Engine) -> Manifest:
    """The manifest as it stands now."""
    with Session(reading(engine)) as session:
        newest = session.exec(select(func.max(IngestRun.id))).one() or 0
        in_force = select(*map(col, _READ)).where(col(FactFile.retired_at).is_(None))
        rows = session.connection().execute(in_force.order_by(col(FactFile.day), col(FactFile.id)))
        return Manifest(newest, tuple(map(Published._make, rows)))


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
