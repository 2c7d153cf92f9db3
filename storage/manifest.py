"""The manifest: which days of which feeds are published in which files; switched in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, and_, not_, or_, true
from sqlmodel import Session, col, func, select

from finops.batch import Batch, Dataset, Delivery
from finops.period import Period
from finops.stamp import LedgerName
from storage import choosing
from storage.database import reading
from storage.rollup import LATE
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
    per_call: bool = False

    @property
    def source(self) -> str:
        """Who told it."""
        return self.feed.partition("/")[0]

    @property
    def said_by(self) -> tuple[str, str]:
        """The source and the dataset."""
        return self.source, self.dataset


@dataclass(frozen=True)
class Manifest:
    """What readers see at one moment, by day: every day's file in force. *version* moves with every delivery; *read*
    is when each source was last read (UTC), by source and dataset, whether or not anything had changed; *complete* is
    up to when those that say so are complete."""

    version: int
    files: tuple[Published, ...]
    read: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    complete: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def read_at(self, file: Published) -> datetime:
        """When the source of *file* was last read."""
        return self.read.get(file.said_by, file.published_at)

    def watermark(self, file: Published) -> datetime | None:
        """Up to when the source of *file* says it is complete."""
        return self.complete.get(file.said_by)

    def as_of(self, file: Published) -> datetime:
        """As of when *file* is known: when it was published, or as far as its source said that it was complete."""
        return min(file.published_at, self.complete.get(file.said_by, file.published_at))

    @cached_property
    def summed(self) -> tuple[Published, ...]:
        """The files of what is summed by day: all but outcomes, which are kept one by one."""
        return tuple(file for file in self.files if file.dataset != Dataset.OUTCOMES)

    @cached_property
    def billed(self) -> tuple[Published, ...]:
        """The files of the billed ledger."""
        return choosing.billed(self.files)

    @cached_property
    def metered(self) -> tuple[Published, ...]:
        """The files of the metered ledger."""
        return choosing.metered(self.files)

    @property
    def by_ledger(self) -> Mapping[LedgerName, tuple[Published, ...]]:
        """The files of each ledger."""
        return {LedgerName.BILLED: self.billed, LedgerName.METERED: self.metered}

    @cached_property
    def drivers(self) -> tuple[Published, ...]:
        """The files of business drivers."""
        return choosing.drivers(self.files)


_SHOWN = 5
_AT_ONCE = 200
"""How many feeds a database is asked about at once: SQLite bears no expression deeper than a thousand."""
_READ = (
    FactFile.dataset,
    FactFile.feed,
    FactFile.day,
    FactFile.file,
    FactFile.rows,
    FactFile.published_at,
    FactFile.per_call,
)
CALLS = "calls"
"""The dataset of files that hold requests as rows; questions read their sums."""


def version(engine: Engine) -> int:
    """The number of the newest delivery; 0 before the first."""
    with Session(reading(engine)) as session:
        return session.exec(select(func.max(IngestRun.id))).one() or 0


def manifest(engine: Engine, at: datetime | None = None) -> Manifest:
    """The manifest as it stands now, or as it stood *at* a moment of the last thirty days."""
    with Session(reading(engine)) as session:
        newest = session.exec(select(func.max(IngestRun.id))).one() or 0
        known = select(*map(col, _READ)).where(_in_force_at(at) if at else col(FactFile.retired_at).is_(None))
        known = known.where(col(FactFile.dataset) != CALLS)
        rows = session.connection().execute(known.order_by(col(FactFile.day), col(FactFile.id)))
        return Manifest(newest, tuple(map(Published._make, rows)), *_read_at(session, at))


def _in_force_at(at: datetime) -> ColumnElement[bool]:
    return and_(
        col(FactFile.published_at) <= at, or_(col(FactFile.retired_at).is_(None), col(FactFile.retired_at) > at)
    )


_At = dict[tuple[str, str], datetime]


def _read_at(session: Session, at: datetime | None) -> tuple[_At, _At]:
    """When each was last read, and up to when those that say so are complete."""
    newest = func.max(IngestRun.started_at), func.max(IngestRun.watermark)
    last = select(IngestRun.source, IngestRun.dataset, *newest)
    believed = last.where(col(IngestRun.doubted).is_(False), *([col(IngestRun.started_at) <= at] if at else []))
    rows = list(session.exec(believed.group_by(IngestRun.source, IngestRun.dataset)))
    read = {(source, dataset): read for source, dataset, read, _ in rows}
    return read, {(source, dataset): until for source, dataset, _, until in rows if until}


def switch(
    session: Session, batch: Batch, days: Sequence[Day], file: str, run: IngestRun, now: datetime
) -> tuple[int, int]:
    """Publish *days* of *file* in place of what their feeds held there: rows replaced, and days that changed.
    A feed's days between its first and last in the batch are replaced as a whole (apart: only those it names; whole:
    all it has), and so is all that the batch covers, feeds of its source that have nothing there any more included.
    The caller has the turn to publish."""
    session.add(run)
    session.flush()
    fresh = {(day.feed, day.day): day for day in days}
    replaced, changed = 0, 0
    for old in in_force(session, batch, days):
        new = fresh.get((old.feed, old.day))
        replaced += old.rows
        if new and new.sha == old.sha:
            del fresh[old.feed, old.day]
            continue
        old.retired_at, old.retired_by, changed = now, run.id, changed + 1
        session.add(old)
    session.add_all(_row(batch, day, file, run, now) for day in fresh.values())
    return replaced, changed + len(fresh)


def days_that_stay(engine: Engine, batch: Batch, days: Sequence[Day]) -> tuple[str, ...]:
    """What is said of the days that *batch*, with its *days*, would leave empty and that stay as they are, because some
    of its rows were held back and may be theirs; nothing if there are none."""
    if not batch.rejected:
        return ()
    with Session(reading(engine)) as session:
        held = in_force(session, replace(batch, rejected=()), days)
        stay = sorted({file.day for file in held} - {day.day for day in days})
    some = ", ".join(map(str, stay[:_SHOWN])) + (" …" if stay[_SHOWN:] else "")
    return (f"{some}: no row could be kept, and some are quarantined, so what was known stays.",) if stay else ()


def in_force(session: Session, batch: Batch, days: Sequence[Day]) -> list[FactFile]:
    """What is in force of what *batch*, with its *days*, replaces: where rows were held back, no day without rows."""
    own = or_(col(FactFile.feed) == batch.source, col(FactFile.feed).startswith(f"{batch.source}/", autoescape=True))
    spans = _covered(batch)
    for feed in {day.feed for day in days}:
        mine = [day.day for day in days if day.feed == feed]
        span = col(FactFile.day).in_(mine) if batch.apart else _within(Period(min(mine), max(mine) + timedelta(days=1)))
        spans.append(and_(col(FactFile.feed) == feed, true() if batch.whole else span))
    if batch.rejected:
        own = and_(own, col(FactFile.day).in_({day.day for day in days}))
    known = select(FactFile).where(own, col(FactFile.dataset) == batch.dataset, col(FactFile.retired_at).is_(None))
    parts = [spans[n : n + _AT_ONCE] for n in range(0, len(spans), _AT_ONCE)]
    return list({old.id: old for part in parts for old in session.exec(known.where(or_(*part)))}.values())


def _covered(batch: Batch) -> list[ColumnElement[bool]]:
    """What the batch gives completely: all of the days that it covers, or all that was billed in their months."""
    if not batch.covers:
        return []
    if not batch.by_billing:
        return [_within(batch.covers)]
    months = sorted({f"{day:%Y-%m}" for day in batch.covers})
    own = and_(_within(batch.covers), not_(col(FactFile.feed).contains(LATE, autoescape=True)))
    return [own, *(col(FactFile.feed).endswith(f"{LATE}{month}", autoescape=True) for month in months)]


def _within(period: Period) -> ColumnElement[bool]:
    return and_(col(FactFile.day) >= period.start, col(FactFile.day) < period.end)


def _row(batch: Batch, day: Day, file: str, run: IngestRun, now: datetime) -> FactFile:
    return FactFile(dataset=batch.dataset, feed=day.feed, day=day.day, file=file, rows=day.rows, sha=day.sha,
                    ledger=batch.ledger, run=run.id or 0, published_at=now)  # fmt: skip


def quarantine(
    session: Session, batch: Batch, delivery: Delivery, files: Sequence[str], run: IngestRun, now: datetime
) -> None:
    """Remember the rows held back by *run*; those of an earlier delivery of the same *files* are forgotten."""
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
