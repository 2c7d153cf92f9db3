"""The shelf: the facts of one manifest before DuckDB, in memory; what is published later is seen in the next one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import duckdb
from ibis import ir
from sqlalchemy import Engine

from finops.period import Period
from storage.manifest import Manifest, manifest, version
from storage.questions import sql
from storage.quoting import literal
from storage.rollup import LATER

_REMEMBERED = 512
Told = TypeVar("Told")
PARTS = ("summed", "billed", "metered", "drivers")


class Shelved:
    """Answers expressions over the files of *manifest* that lie in *folder*; any number of threads may ask."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.manifest = folder, manifest
        self._told: dict[Hashable, Any] = {}
        self._db = duckdb.connect()
        for part in PARTS:
            files = getattr(manifest, part)
            columns = [[str(folder / each.file) for each in files], [each.day for each in files],
                       [each.feed for each in files]]  # fmt: skip
            self._db.execute(f"CREATE TABLE {part} AS SELECT unnest(?::VARCHAR[]) AS file, unnest(?::DATE[]) AS day, "
                             "unnest(?::VARCHAR[]) AS feed", columns)  # fmt: skip

    def rows(self, expression: ir.Table, part: str, period: Period) -> list[Any]:
        """The rows of *expression* over `facts`, which are the days of *part* (one of PARTS) that lie in *period*;
        none where there are no such days, whatever is asked."""
        with self.facts(part, period) as db:
            return db.execute(sql(expression)).fetchall() if db else []

    @contextmanager
    def facts(self, part: str, period: Period) -> Iterator[duckdb.DuckDBPyConnection | None]:
        """A connection whose view `facts` holds the days of *part* that lie in *period*; None if there are none."""
        names = sorted({each.file for each in getattr(self.manifest, part) if each.day in period})
        if not names:
            yield None
            return
        listed = ", ".join(literal(str(self.folder / name)) for name in names)
        inside = f"day >= DATE '{period.start}' AND day < DATE '{period.end}'"
        with self._db.cursor() as db:
            db.execute(f"CREATE TEMP VIEW facts AS SELECT f.* FROM {_read(listed)} f "
                       f"SEMI JOIN {part} USING (file, day, feed) WHERE {inside}")  # fmt: skip
            yield db

    def remembered(self, key: Hashable, make: Callable[[], Told]) -> Told:
        """What *make* told under *key* the first time: over one manifest it never changes."""
        told: Told | None = self._told.get(key)
        if told is None:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            told = self._told[key] = make()
        return told


def _read(listed: str) -> str:
    """SQL: the rows of the files that are *listed*, nothing for what came LATER in those of earlier versions."""
    said = ", ".join(f"coalesce({name}, {nothing}) AS {name}" for name, (_, nothing) in LATER.items())
    none = ", ".join(f"NULL::{kind} AS {name}" for name, (kind, _) in LATER.items())
    files = f"SELECT * FROM read_parquet([{listed}], filename = 'file', union_by_name = true)"
    return f"(SELECT * REPLACE ({said}) FROM ({files} UNION ALL BY NAME SELECT {none} WHERE false))"


class Shelf:
    """Opens the newest manifest of *engine*, whose files lie below *home*, and keeps it open until a newer one."""

    def __init__(self, home: Path, engine: Engine) -> None:
        self.engine = engine
        self._folder, self._lock = home / "facts", Lock()
        self._newest: Shelved | None = None

    def opened(self) -> Shelved:
        """The facts as they are published now."""
        with self._lock:
            if self._newest is None or self._newest.manifest.version != version(self.engine):
                self._newest = Shelved(self._folder, manifest(self.engine))
            return self._newest

    def close(self) -> None:
        """Let go of what is open; whoever asks again opens anew."""
        with self._lock:
            self._newest = None
