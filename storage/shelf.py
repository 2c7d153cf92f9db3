"""The shelf: the facts of one manifest before DuckDB, in memory; what is published later is seen in the next one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import duckdb
from ibis import ir
from sqlalchemy import Engine

from finops.allocation import By, Shared, Slice, Used, slices
from finops.period import Period, month_of
from storage import coarse, hours
from storage.ingest import request_sums
from storage.manifest import Manifest, manifest, version
from storage.questions import columns, sql
from storage.quoting import literal
from storage.rollup import later
from storage.sharing import COLUMN, UNSHARED, split, usage

_REMEMBERED = 512
Told = TypeVar("Told")
PARTS = ("summed", "billed", "metered", "drivers")
SHARED_PARTS = ("billed", "metered")
_TIMED = f"SELECT * REPLACE (left(file, -{len(hours.SUFFIX)}) AS file) FROM ({{}}) JOIN clock USING (day, hour)"
_VALUES = """SELECT {name} FROM combinations WHERE {name} <> '' GROUP BY {name} ORDER BY sum(cost) DESC, {name}"""
METERED = frozenset({By.TOKENS, By.REQUESTS})


class Shelved:
    """Answers expressions over the files of *manifest* that lie in *folder*; any number of threads may ask. What is
    *shared* is split among teams."""

    def __init__(self, folder: Path, manifest: Manifest, shared: tuple[Shared, ...] = ()) -> None:
        self.folder, self.manifest, self.shared = folder, manifest, shared
        self._told: dict[Hashable, Any] = {}
        self._turns: dict[Hashable, Lock] = {}
        self._db = duckdb.connect()
        self._db.execute(request_sums.MACROS)
        for part in PARTS:
            files = getattr(manifest, part)
            columns = [[str(folder / each.file) for each in files], [each.day for each in files],
                       [each.feed for each in files]]  # fmt: skip
            self._db.execute(f"CREATE TABLE {part} AS SELECT unnest(?::VARCHAR[]) AS file, unnest(?::DATE[]) AS day, "
                             "unnest(?::VARCHAR[]) AS feed", columns)  # fmt: skip

    def rows(
        self, expression: ir.Table, part: str, period: Period, *, whole: bool = False, zone: str = ""
    ) -> list[Any]:
        """The rows of *expression* over `facts`, which are the days of *part* (one of PARTS) that lie in *period*;
        none where there are no such days, whatever is asked. *whole*: teams do not matter, so nothing need be split.
        *zone*: of what was told by the hour only, with the hours and weekdays there."""
        named, splits = columns(expression), self._splits(part, whole=whole)
        cut = None if zone or splits else coarse.fitting(named)
        with self.facts(part, period, whole=whole, zone=zone, cut=cut, named=None if splits else named) as db:
            return db.execute(sql(expression)).fetchall() if db else []

    def values(self, combinations: ir.Table, names: Sequence[str], period: Period) -> list[tuple[str, ...]]:
        """The values of each of *names* in what *combinations* tells of the days in *period*, dearest first."""
        with self.facts("summed", period, named=columns(combinations)) as db:
            if db is None:
                return [() for _ in names]
            db.execute(f"CREATE TEMP TABLE combinations AS {sql(combinations)}")
            return [tuple(value for (value,) in db.execute(_VALUES.format(name=name)).fetchall()) for name in names]

    @contextmanager
    def facts(
        self,
        part: str,
        period: Period,
        *,
        whole: bool = False,
        zone: str = "",
        cut: int | None = None,
        named: frozenset[str] | None = None,
    ) -> Iterator[duckdb.DuckDBPyConnection | None]:
        """A connection whose view `facts` holds the days of *part* that lie in *period*; None if there are none.
        *whole*: what is shared, too, as it was told. *zone*: see `rows`. *cut*: summed up so where that is known;
        *named*: the only columns that are asked for (None: all may be)."""
        names = sorted({each.file for each in getattr(self.manifest, part) if each.day in period})
        names = [name for name in names if (self.folder / f"{name}{hours.SUFFIX}").exists()] if zone else names
        if not names:
            yield None
            return
        told = _TIMED.format(self._hours(names, named)) if zone else self._told_by(names, cut, named)
        inside = f"day >= DATE '{period.start}' AND day < DATE '{period.end}'"
        with self._db.cursor() as db:
            if zone:
                hours.clock(db, period, zone)
            db.execute(f"CREATE TEMP VIEW whole AS SELECT f.* FROM ({told}) f "
                       f"SEMI JOIN {part} USING (file, day, feed) WHERE {inside}")  # fmt: skip
            if self._splits(part, whole=whole):
                split(db, self.shared, self._slices(part, period))
            else:
                db.execute(f"CREATE TEMP VIEW facts AS {UNSHARED}")
            yield db

    def _splits(self, part: str, *, whole: bool) -> bool:
        return bool(self.shared) and not whole and part in SHARED_PARTS

    def _told_by(self, names: Sequence[str], cut: int | None, named: frozenset[str] | None) -> str:
        """SQL: the rows of the files called *names*, of those that are summed up by *cut* their sums."""
        if cut is None:
            return later(_facts(self._paths(names), named))
        summed = {name: coarse.beside(self.folder / name, cut).exists() for name in names}
        sums, facts = (self._paths([name for name in names if summed[name] is known]) for known in (True, False))
        found = [*([coarse.read(sums, cut)] if sums else []), *([_facts(facts, named)] if facts else [])]
        return later(" UNION ALL BY NAME ".join(found))

    def _hours(self, names: Sequence[str], named: frozenset[str] | None) -> str:
        """SQL: what the files called *names* tell by the hour."""
        return later(_facts([f"{path}{hours.SUFFIX}" for path in self._paths(names)], named, ("file", "hour")))

    def _paths(self, names: Sequence[str]) -> list[str]:
        return [str(self.folder / name) for name in names]

    def _slices(self, part: str, period: Period) -> list[tuple[int, Slice]]:
        months = sorted({each.day.replace(day=1) for each in getattr(self.manifest, part) if each.day in period})
        cuts = (self.remembered((part, each), partial(self._cut, part, month_of(each))) for each in months)
        return [each for month in cuts for each in month]

    def _cut(self, part: str, month: Period) -> list[tuple[int, Slice]]:
        """How what is shared in *month* is cut, by the number of its rule: tokens and calls are those that were
        metered, costs those of the same ledger."""
        told = {
            by: self._usage("metered" if by in METERED else part, month) for by in {each.by for each in self.shared}
        }
        found = ((number, rule, told[rule.by]) for number, rule in enumerate(self.shared))
        return [(number, each) for number, rule, rows in found for each in slices(rule, _used(rule.by, rows), month)]

    def _usage(self, part: str, month: Period) -> list[Any]:
        with self.facts(part, month, whole=True) as db:
            return db.execute(usage(self.shared)).fetchall() if db else []

    def remembered(self, key: Hashable, make: Callable[[], Told]) -> Told:
        """What *make* told under *key* the first time: over one manifest it never changes. Who asks meanwhile waits."""
        told: Told | None = self._told.get(key)
        if told is not None:
            return told
        with self._turns.setdefault(key, Lock()):
            try:
                return self._first(key, make)
            finally:
                self._turns.pop(key, None)

    def _first(self, key: Hashable, make: Callable[[], Told]) -> Told:
        told: Told | None = self._told.get(key)
        if told is None:
            told = make()
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            self._told[key] = told
        return told


def _used(by: By, rows: Sequence[Any]) -> Used:
    used: dict[date, dict[str, Decimal]] = {}
    for row in rows:
        used.setdefault(row[0], {})[row[1]] = row[COLUMN[by]]
    return used


def _facts(paths: Sequence[str], named: frozenset[str] | None, extra: Sequence[str] = ("file",)) -> str:
    """SQL: the facts in the files at *paths*: sums of requests hold a class of tokens in each column."""
    wide = [path for path in paths if Path(path).name.startswith(request_sums.NAME)]
    rest = [path for path in paths if path not in {*wide}]
    listed = ", ".join(map(literal, rest))
    long = f"SELECT * FROM read_parquet([{listed}], filename = 'file', union_by_name = true)"
    sums = f"SELECT * FROM ({request_sums.facts(request_sums.read(wide), named, extra=extra)})"
    return " UNION ALL BY NAME ".join([*([long] if rest else []), *([sums] if wide else [])])


class Shelf:
    """Opens the newest manifest of *engine*, whose files lie below *home*, and keeps it open until a newer one; what is
    *shared* is split."""

    def __init__(self, home: Path, engine: Engine, shared: tuple[Shared, ...] = ()) -> None:
        self.home, self.engine, self.shared = home, engine, shared
        self._folder, self._lock = home / "facts", Lock()
        self._newest: Shelved | None = None

    def opened(self) -> Shelved:
        """The facts as they are published now."""
        with self._lock:
            if self._newest is None or self._newest.manifest.version != version(self.engine):
                self._newest = Shelved(self._folder, manifest(self.engine), self.shared)
            return self._newest

    def close(self) -> None:
        """Let go of what is open; whoever asks again opens anew."""
        with self._lock:
            self._newest = None


class Earlier(Shelf):
    """The facts as they were published at a moment of the last thirty days, whatever came since."""

    def __init__(self, shelf: Shelf, at: datetime) -> None:
        super().__init__(shelf.home, shelf.engine, shelf.shared)
        self._at = at

    def opened(self) -> Shelved:
        """The facts as they were published then."""
        with self._lock:
            if self._newest is None:
                self._newest = Shelved(self._folder, manifest(self.engine, self._at), self.shared)
            return self._newest
