"""Rows of requests that are kept long enough: what is needed to know them again stays, the rest goes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from sqlalchemy import ColumnElement, Engine
from sqlmodel import Session, col, select

from storage.database import Turn, reading, take
from storage.ingest.request_rows import ids_file_name, ids_only
from storage.manifest import CALLS
from storage.quoting import literal
from storage.tables import FactFile

ROWS_KEPT = timedelta(days=400)
"""For how long rows are kept after they were imported, unless it is configured otherwise."""
_AT_ONCE = 200


def expire_rows(engine: Engine, home: Path, before: datetime, now: datetime) -> int:
    """Put files of ids in the place of files of rows published *before*: how many, some at a time."""
    with Session(reading(engine)) as session:
        old = session.exec(select(FactFile).where(*_old(before)).order_by(col(FactFile.day)).limit(_AT_ONCE)).all()
        session.expunge_all()
    made = {file.id: name for file in old if (name := _ids(home / "facts", file))}
    with Session(engine) as session, session.begin():
        take(session, Turn.PUBLISH)
        for file in session.exec(select(FactFile).where(col(FactFile.id).in_([*made]), *_old(before))):
            told = file.model_dump(exclude={"id", "file", "retired_at", "retired_by"})
            session.add(FactFile(**told, file=made[file.id]))
            file.retired_at = now
            session.add(file)
    return len(made)


def _old(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (col(FactFile.dataset) == CALLS, col(FactFile.retired_at).is_(None), col(FactFile.published_at) < before,
            col(FactFile.file).startswith("rows-"))  # fmt: skip


def _ids(folder: Path, file: FactFile) -> str:
    """The name of the new file of the ids in *file*; empty if that is not there."""
    if not (folder / file.file).exists():
        return ""
    name = ids_file_name(file.file, secrets.token_hex(12))
    begun = folder / f"unfinished-{secrets.token_hex(8)}"
    with duckdb.connect() as db:
        db.execute(
            f"COPY ({ids_only(str(folder / file.file))}) TO {literal(str(begun))} (FORMAT parquet, COMPRESSION zstd)"
        )
    begun.replace(folder / name)
    return name
