"""The ledger: questions answered by DuckDB, in memory, over the files that the manifest names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
from sqlalchemy import Engine

from finops.period import Period, month_of
from finops.question import Answer, Dimension, Freshness, Grain, Known, Measure, Question, Row, Series, Values
from finops.stamp import Finality, LedgerName, Stamp
from storage import choosing
from storage.freshness import held_back
from storage.manifest import published
from storage.questions import listing, sql, summed
from storage.staging import literal
from storage.tables import FactFile

_SETTLES = timedelta(days=3)
_METERED = (Measure.REQUESTS, Measure.UNPRICED_TOKENS)
_SHARED = (Dimension.TEAM, Dimension.APP, Dimension.DRIVER)
_Key = tuple[object, ...]
_Sums = dict[_Key, dict[Measure, Decimal]]


@dataclass(frozen=True)
class StoredLedger:
    """Answers questions; *teams* narrows everything to what a person may see (none named: all)."""

    home: Path
    engine: Engine
    currency: str
    clock: Callable[[], datetime]
    teams: tuple[str, ...] = ()

    def narrowed(self, teams: tuple[str, ...]) -> StoredLedger:
        """The same ledger, holding nothing but *teams*."""
        return replace(self, teams=teams)

    def answer(self, question: Question) -> Answer:
        """The exact sums asked for. Drivers are cut by team, app and driver only; other cuts repeat their count."""
        files = published(self.engine)
        ledger = choosing.ledger(_forced(question), question.period, files)
        now = self._sums(question, question.period, ledger, files)
        if ledger is LedgerName.BILLED and question.ledger is None and _says_nothing(question, now):
            metered = self._sums(question, question.period, LedgerName.METERED, files)
            if not _says_nothing(question, metered):
                ledger, now = LedgerName.METERED, metered
        versus = question.versus
        before = self._sums(question, versus, ledger, files) if versus else {}
        rows = _rows(question, now, before)
        stamp = self._stamp(question.period, ledger, files)
        total = self._total(question, question.period, ledger, files)
        previous = self._total(question, versus, ledger, files) if versus else None
        return Answer(question, rows[: question.top] if question.top else rows, total, stamp, previous)

    def _total(self, asked: Question, period: Period, ledger: LedgerName, files: Sequence[FactFile]) -> Values:
        return self._sums(replace(asked, by=(), grain=None), period, ledger, files).get((), _zero(asked))

    def series(self, question: Question) -> Series:
        """Daily values of the first measure, by the question's dimensions, as floats; NaN before a series begins."""
        answer = self.answer(replace(question, grain=Grain.DAY, versus=None))
        names = tuple(dict.fromkeys(row.name for row in answer.rows))
        values = np.zeros((len(names), question.period.days))
        place = {name: number for number, name in enumerate(names)}
        for row in answer.rows:
            if row.day:
                values[place[row.name], (row.day - question.period.start).days] = float(
                    row.values[question.measures[0]]
                )
        for line in values:
            begun = np.flatnonzero(line)
            line[: begun[0] if begun.size else 0] = np.nan
        return Series(names, question.period, values)

    def known(self) -> Known:
        """The values that the last ninety days name, dearest first, and the days that are known."""
        files = published(self.engine)
        if not files:
            return Known()
        recent = [file for file in files if file.day > files[-1].day - timedelta(days=90)]
        with self._over(recent) as db:
            values = {
                each: tuple(row[0] for row in db.execute(listing(each, self.teams)).fetchall()) for each in Dimension
            }
        return Known(values, Period(files[0].day, files[-1].day + timedelta(days=1)))

    def freshness(self) -> tuple[Freshness, ...]:
        """How far each feed reaches."""
        held = held_back(self.engine)
        feeds: dict[tuple[str, str], list[FactFile]] = {}
        for file in published(self.engine):
            feeds.setdefault((file.feed, file.dataset), []).append(file)
        return tuple(_fresh(feed, dataset, days, held) for (feed, dataset), days in sorted(feeds.items()))

    def _sums(self, asked: Question, period: Period, ledger: LedgerName, files: Sequence[FactFile]) -> _Sums:
        chosen = choosing.billed(files) if ledger is LedgerName.BILLED else choosing.metered(files)
        plain = [m for m in asked.measures if m not in (*_METERED, Measure.DRIVERS)]
        sums = self._asked(asked, period, plain, chosen)
        _merged(sums, self._asked(asked, period, [m for m in asked.measures if m in _METERED], choosing.metered(files)))
        if Measure.DRIVERS in asked.measures:
            self._add_drivers(sums, asked, period, choosing.drivers(files))
        return {key: _zero(asked) | values for key, values in sums.items()}

    def _add_drivers(self, sums: _Sums, asked: Question, period: Period, files: Sequence[FactFile]) -> None:
        shared = tuple(each for each in asked.by if each in _SHARED)
        where = tuple(each for each in asked.where if each.dimension in _SHARED)
        counted = self._asked(replace(asked, by=shared, where=where), period, [Measure.DRIVERS], files)
        places = [number for number, each in enumerate((*asked.by, "at")) if each in (*_SHARED, "at")]
        for key, values in sums.items():
            values |= counted.get(tuple(key[n] for n in places if n < len(key)), {})
        if len(shared) == len(asked.by):
            _merged(sums, counted)

    def _asked(self, asked: Question, period: Period, measures: Sequence[Measure], files: Sequence[FactFile]) -> _Sums:
        there = [file for file in files if file.day in period]
        if not measures or not there:
            return {}
        with self._over(there) as db:
            rows = db.execute(sql(summed(asked, period, measures, self.teams))).fetchall()
        width = len(asked.by) + bool(asked.grain)
        return {
            row[:width]: {m: Decimal(v) for m, v in zip(measures, row[width:], strict=True)}
            for row in rows
            if any(value is not None for value in row[width:])
        }

    def _over(self, files: Sequence[FactFile]) -> duckdb.DuckDBPyConnection:
        db = duckdb.connect()
        folder = self.home / "facts"
        db.execute("CREATE TEMP TABLE chosen AS SELECT unnest(?) AS file, unnest(?) AS day, unnest(?) AS feed", [
            [str(folder / file.file) for file in files], [file.day for file in files],
            [file.feed for file in files]])  # fmt: skip
        listed = ", ".join(literal(str(folder / name)) for name in sorted({file.file for file in files}))
        db.execute(f"CREATE TEMP VIEW facts AS SELECT f.* FROM read_parquet([{listed}], filename = 'file') f "
                   "SEMI JOIN chosen USING (file, day, feed)")  # fmt: skip
        return db

    def _stamp(self, period: Period, ledger: LedgerName, files: Sequence[FactFile]) -> Stamp:
        chosen = choosing.billed(files) if ledger is LedgerName.BILLED else choosing.metered(files)
        read = [file.published_at for file in chosen if file.day in period]
        tokens = Question((Measure.TOKENS, Measure.UNPRICED_TOKENS), period)
        sums = self._asked(tokens, period, tokens.measures, choosing.metered(chosen)).get((), _zero(tokens))
        share = sums[Measure.UNPRICED_TOKENS] / sums[Measure.TOKENS] if sums[Measure.TOKENS] else Decimal(0)
        return Stamp(max(read, default=None), self._finality(period, ledger), ledger, self.currency, share)

    def _finality(self, period: Period, ledger: LedgerName) -> Finality:
        today = self.clock().astimezone(UTC).date()
        settled = month_of(period.last).end + _SETTLES if ledger is LedgerName.BILLED else period.end + _SETTLES
        return Finality.FINAL if settled <= today else Finality.PROVISIONAL


def _forced(asked: Question) -> LedgerName | None:
    return LedgerName.METERED if not set(asked.measures) - set(_METERED) else asked.ledger


def _says_nothing(asked: Question, sums: _Sums) -> bool:
    """Whether there are no rows, or none that has a name for what it is cut by."""
    return not sums or (bool(asked.by) and not any(any(key[: len(asked.by)]) for key in sums))


def _zero(asked: Question) -> dict[Measure, Decimal]:
    return {measure: Decimal(0) for measure in asked.measures}


def _merged(sums: _Sums, more: _Sums) -> None:
    for key, values in more.items():
        sums.setdefault(key, {}).update(values)


def _rows(asked: Question, now: _Sums, before: _Sums) -> tuple[Row, ...]:
    if not asked.by and not asked.grain:
        return tuple(Row({}, values, before.get((), None)) for values in now.values())
    keys = dict.fromkeys((*now, *before)) if not asked.grain else now
    rows = [_row(asked, key, now.get(key), before) for key in keys]
    first = asked.measures[0]
    return tuple(sorted(rows, key=lambda row: (row.day or date.min, -row.values[first], row.name)))


def _row(asked: Question, key: _Key, values: dict[Measure, Decimal] | None, before: _Sums) -> Row:
    named = {each: str(value) for each, value in zip(asked.by, key, strict=False)}
    previous: Values | None = before.get(key, _zero(asked)) if asked.versus and not asked.grain else None
    at = key[-1] if asked.grain else None
    day = at.date() if isinstance(at, datetime) else at if isinstance(at, date) else None
    return Row(named, values or _zero(asked), previous, day)


def _fresh(feed: str, dataset: str, days: Sequence[FactFile], held: dict[str, int]) -> Freshness:
    read = max(day.published_at for day in days)
    return Freshness(feed, dataset, days[0].day, days[-1].day, read, sum(day.rows for day in days),
                     held.get(feed.split("/")[0], 0))  # fmt: skip
