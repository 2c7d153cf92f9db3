"""Sweeping: what is over for long is forgotten, rows first, and their files a day later."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Delete, Engine, delete, update
from sqlmodel import Session, col, func, select

from storage.beside import every, facts_of
from storage.codec import OPEN_KINDS
from storage.database import Turn, take
from storage.hours import KEPT, SUFFIX
from storage.inbox import Inbox
from storage.ingest.expiry import ROWS_KEPT, expire_rows
from storage.tables import (
    ChartFile,
    DoubtRow,
    DueRow,
    FactFile,
    ForecastRow,
    IngestRun,
    PlaceRow,
    QuarantineRow,
    StateRow,
)
from storage.writing import changed

_DAY = timedelta(days=1)
_LIVING = OPEN_KINDS | {"proposed", "approved"}


@dataclass(frozen=True)
class Sweeping:
    """Sweeps the database behind *engine* and the files below *home*. Requests are kept as rows for *keep_rows* after
    they were imported; their sums stay, and their ids, so that an old file that is imported again changes nothing."""

    home: Path
    engine: Engine
    keep_rows: timedelta = ROWS_KEPT

    def swept(self, now: datetime) -> dict[str, int]:
        """How much of each kind was forgotten now."""
        rows = {"inbox": Inbox(self.engine).swept(now - 2 * _DAY), "due": self._rows(_due(now - 30 * _DAY)),
                "places": self._rows(_places(now - 90 * _DAY)), "charts": self._charts(now)}  # fmt: skip
        rows |= {"retired": self._retired(now), "runs": self._runs(now), "doubts": self._rows(_doubts(now - 30 * _DAY))}
        rows |= {"forecasts": self._rows(_forecasts(now.date() - 400 * _DAY))}
        rows |= {"rows": expire_rows(self.engine, self.home, now - self.keep_rows, now)}
        return rows | {"facts": self._facts(now), "pages": self._pages(now)}

    def _rows(self, which: Delete) -> int:
        with Session(self.engine) as session, session.begin():
            return changed(session, which)

    def _charts(self, now: datetime) -> int:
        """A chart's age begins with the first sweep that sees it."""
        with Session(self.engine) as session, session.begin():
            changed(session, update(ChartFile).where(col(ChartFile.at).is_(None)).values(at=now))
            return changed(session, delete(ChartFile).where(col(ChartFile.at) < now - 30 * _DAY))

    def _retired(self, now: datetime) -> int:
        """Days that were replaced long ago; the age of their files begins anew, so that they stay a day longer."""
        old = col(FactFile.retired_at) < now - 30 * _DAY
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            for name in set(session.exec(select(FactFile.file).where(old))):
                file = self.home / "facts" / name
                for each in (file, *every(file)):
                    if each.exists():
                        os.utime(each, (now.timestamp(), now.timestamp()))
            return changed(session, delete(FactFile).where(old))

    def _runs(self, now: datetime) -> int:
        """Deliveries of long ago that no day and no row held back names, but the last of each source; the last one that
        was believed, and the last that told a watermark, stay too."""
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            return changed(session, _runs(now - 30 * _DAY))

    def _facts(self, now: datetime) -> int:
        """Files of facts that no day names, and what was never finished. Nothing is published meanwhile."""
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            named = set(session.exec(select(FactFile.file).distinct()))
            old = _older(self.home / "facts", now - _DAY)
            over = [*(file for file in old if facts_of(file) not in named), *self._hours(session, now)]
            for file in over:
                if file.is_dir():  # rows of an import that never ended
                    shutil.rmtree(file, ignore_errors=True)
                else:
                    file.unlink(missing_ok=True)
            return len(over)

    def _hours(self, session: Session, now: datetime) -> list[Path]:
        """Files of hours that are all of days of which none are kept."""
        last = func.max(FactFile.day) < (now - KEPT).date()
        over = session.exec(select(FactFile.file).group_by(col(FactFile.file)).having(last))
        beside = (self.home / "facts" / f"{name}{SUFFIX}" for name in over)
        return [file for file in beside if file.exists()]

    def _pages(self, now: datetime) -> int:
        """What earlier runs read from the sources."""
        over = list(_older(self.home / "pages", now - 2 * _DAY))
        for each in over:
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)
        return len(over)


def _older(folder: Path, before: datetime) -> Iterator[Path]:
    for each in sorted(folder.iterdir()) if folder.exists() else ():
        try:
            age = each.stat().st_mtime
        except FileNotFoundError:  # another replica sweeps, too
            continue
        if age < before.timestamp():
            yield each


def _due(before: datetime) -> Delete:
    return delete(DueRow).where(col(DueRow.at) < before)


def _forecasts(before: date) -> Delete:
    """What was forecast of periods that have been over since *before*."""
    return delete(ForecastRow).where(col(ForecastRow.ends) <= before)


def _doubts(before: datetime) -> Delete:
    """Doubts about days that nobody speaks of any more."""
    return delete(DoubtRow).where(col(DoubtRow.since) < before)


def _runs(before: datetime) -> Delete:
    number, each = func.max(IngestRun.id), (IngestRun.source, IngestRun.dataset)
    last = select(number).group_by(*each)
    kept = (last, last.where(col(IngestRun.doubted).is_(False)), last.where(col(IngestRun.watermark).is_not(None)),
            select(FactFile.run), select(QuarantineRow.run))  # fmt: skip
    old = col(IngestRun.started_at) < before
    return delete(IngestRun).where(old, *(col(IngestRun.id).not_in(ids) for ids in kept))


def _places(before: datetime) -> Delete:
    """Messages as old as that, of subjects that nothing has happened to since then and nothing will."""
    living = select(StateRow.subject).where(col(StateRow.kind).in_(_LIVING) | (col(StateRow.at) >= before))
    old = col(PlaceRow.ts) < f"{before.timestamp():.6f}"
    return delete(PlaceRow).where(old, col(PlaceRow.subject).not_in(living))
