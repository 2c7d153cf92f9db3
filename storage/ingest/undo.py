"""Imports listed, and one taken back: what it published is retired, what it retired is in force again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from finops.audit import Entry
from finops.batch import Changes
from finops.errors import Unclear
from storage.chain import append
from storage.database import Turn, reading, take
from storage.ingest.runs import changes_of, summary
from storage.tables import FactFile, IngestRun

UNDO = "undo"
"""The dataset of a run that took another one back."""


@dataclass(frozen=True)
class Import:
    """One import: its number, when it was (UTC), who gave which files, what of, and what it changed; *undone_by* is the
    number of the run that took it back."""

    number: int
    at: datetime
    who: str
    source: str
    dataset: str
    files: tuple[str, ...]
    changes: Changes
    quarantined: int
    undone_by: int | None


@dataclass(frozen=True)
class Imports:
    """The imports that *engine* remembers; *key* seals the audit entry of one that is taken back."""

    engine: Engine
    key: bytes

    def listed(self, *, everything: bool = False) -> tuple[Import, ...]:
        """The imports, the newest first; those that a source was asked for only if *everything* is wanted."""
        with Session(reading(self.engine)) as session:
            runs = session.exec(
                select(IngestRun).where(col(IngestRun.doubted).is_(False)).order_by(col(IngestRun.id).desc())
            )
            return tuple(_import(run) for run in runs if everything or run.who or run.dataset == UNDO)

    def undo(self, number: int, who: str, now: datetime) -> Import:
        """Take import *number* back, exactly; Unclear if there is none, or something later stands on it."""
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            run = session.get(IngestRun, number)
            if run is None or run.doubted:
                raise Unclear(f"There is no import {number}. `tuppence imports` lists them.")
            if run.undone_by:
                raise Unclear(f"Import {number} was already undone, by run {run.undone_by}.")
            published = session.exec(select(FactFile).where(col(FactFile.run) == number)).all()
            live = [file for file in published if file.retired_at is None]
            _check(session, run, published, live)
            undoing = IngestRun(source=run.source, dataset=UNDO, started_at=now, read=0, kept=0, replaced=0,
                                quarantined=0, strict=False, digest="", who=who, files=run.files,
                                summary=json.dumps({}) if not run.summary else _turned(run))  # fmt: skip
            session.add(undoing)
            session.flush()
            for file in live:
                file.retired_at, file.retired_by = now, undoing.id
                session.add(file)
            for file in _restored(session, number):
                told = file.model_dump(exclude={"id", "published_at", "retired_at", "retired_by"})
                session.add(FactFile(**told, published_at=now))
            run.undone_by = undoing.id
            session.add(run)
            details = {"import": str(number), "days": str(len({(file.feed, file.day) for file in live}))}
            append(session, self.key, Entry(now, who, UNDO, f"feed/{run.source}/{run.dataset}", details))
            return _import(run)


def _check(session: Session, run: IngestRun, published: Sequence[FactFile], live: Sequence[FactFile]) -> None:
    """Unclear if something later replaced what *run* published, or what it replaced is no longer kept."""
    here = {(file.dataset, file.feed, file.day, file.file) for file in live}
    later = {file.retired_by for file in published if (file.dataset, file.feed, file.day, file.file) not in here}
    if later:
        named = ", ".join(str(each) for each in sorted(each for each in later if each)) or "a later one"
        raise Unclear(
            f"Import {run.id} cannot be undone first: import {named} changed the same days. Undo that one first."
        )
    if not published and run.kept and not run.summary:
        raise Unclear(f"Import {run.id} changed nothing that is still remembered.")


def _restored(session: Session, number: int) -> list[FactFile]:
    """What import *number* retired, each file of a day once."""
    retired = session.exec(select(FactFile).where(col(FactFile.retired_by) == number).order_by(col(FactFile.id)))
    return list({(file.dataset, file.feed, file.day, file.file): file for file in retired}.values())


def _turned(run: IngestRun) -> str:
    """What taking *run* back changes: what it added is removed, what it removed is there again."""
    told = changes_of(run)
    return summary(
        replace(told, added=told.removed, removed=told.added, replaced=told.previous, previous=told.replaced)
    )


def _import(run: IngestRun) -> Import:
    files = tuple(json.loads(run.files)) if run.files else ()
    return Import(run.id or 0, run.started_at, run.who, run.source, run.dataset, files, changes_of(run),
                  run.quarantined, run.undone_by)  # fmt: skip
