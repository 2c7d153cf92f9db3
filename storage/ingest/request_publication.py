"""Requests published: rows merged with those that are known, summed, and switched in one transaction."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import duckdb
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from finops.batch import Batch, Changes, Dataset, Delivery, Quarantined
from finops.exchange import Exchange
from finops.prices import PRICED_IN
from storage import hours
from storage.chain import append
from storage.database import Turn, reading, take
from storage.deriving import derived
from storage.doubting import Loss, forget, losses, waits
from storage.exchanging import exchanged, unpriced
from storage.exclusive import refuse_covered
from storage.holding import HeldPrices
from storage.ingest import plain_logs, request_rows, request_sums, requests, same_calls, sum_files, typed_requests
from storage.ingest.request_changes import difference
from storage.ingest.requests import Candidates, Household
from storage.ingest.runs import Options, new_entry, new_run
from storage.ingest.sum_files import SumFile
from storage.manifest import CALLS, Day, days_that_stay, quarantine, switch
from storage.quoting import literal
from storage.staging import MOST_HELD, Staged, files_of, stage
from storage.tables import FactFile, IngestRun
from storage.workbench import workbench

_SHOWN = 5
_TRIES = 3
_Key = tuple[str, date]


@dataclass(frozen=True)
class Written:
    """What is to be published of a batch: files of rows by day, files of sums, and which days are written anew (their
    sums replace all that calls of any source came to). The files lie in a folder that goes with the batch."""

    rows: Mapping[str, tuple[Path, ...]]
    sums: tuple[SumFile, ...]
    anew: frozenset[str] = frozenset()
    changes: Changes = field(default_factory=Changes)
    joined: int = 0
    seen: frozenset[int] = frozenset()


@dataclass(frozen=True)
class RequestPublication:
    """Takes batches of AI requests in. *home* holds the files, *engine* the manifest, *key* seals the audit entry."""

    home: Path
    engine: Engine
    key: bytes
    household: Household
    exchange: Exchange | None
    memory: str

    def publish(self, batch: Batch, now: datetime, options: Options) -> Delivery:
        """What became of *batch*; BadFile if a file is refused."""
        prices = HeldPrices(self.engine, self.household.prices)
        household = replace(self.household, prices=prices)
        with workbench(self.home, self.memory) as db, self._scratch() as scratch:
            batch, found, problems = self._checked(db, batch, scratch)
            delivery, refused = self._read(db, batch, found, problems)
            batch = replace(batch, rejected=tuple(refused))  # days whose rows were all held back keep what is known
            nothing = not delivery.kept
            if (nothing and (delivery.quarantined or not batch.withdraws)) or (options.strict and delivery.quarantined):
                self._held_back(batch, delivery, now, options)
                return replace(delivery, kept=0, examples=delivery.examples[:_SHOWN])
            rows = self._candidates(db, batch, household, scratch)
            days = _row_days(db, batch, rows)
            refuse_covered(self.engine, batch, days)
            lost = self._lost(db, batch, days, options)
            if lost and self._doubted(batch, delivery, lost, days, now, options):
                return replace(delivery, kept=0, examples=delivery.examples[:_SHOWN], doubted=True)
            stay = () if batch.per_call else days_that_stay(self.engine, batch, days)
            done = self._published(db, batch, rows, delivery, days, now, options, prices, found)
            return replace(done, notes=(*done.notes, *stay))

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder below the facts, so that files in it can be moved there; gone at the end."""
        folder = self.home / "facts" / f"unfinished-{secrets.token_hex(8)}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _checked(self, db: duckdb.DuckDBPyConnection, batch: Batch, scratch: Path
                 ) -> tuple[Batch, Staged, list[tuple[str, int, str]]]:  # fmt: skip
        """The batch with the columns that its rows have from now on, what was found in its files, and the rows that
        cannot be kept; fills `typed`."""
        files, currency = files_of(db, batch), self.household.currency
        plain = plain_logs.read(db, batch, files, scratch) if currency == PRICED_IN else None
        if plain:
            return batch, plain, []
        found = stage(db, batch, files)
        batch, unfit = derived(db, batch)
        exchanged(db, batch, currency, self.exchange)
        sound = typed_requests.check(db, batch, scratch, currency)
        total = int(db.execute("SELECT count(*) FROM raw").fetchall()[0][0])
        bad = typed_requests.problems(db, batch, MOST_HELD) if sound < total else []
        return batch, found, [*unfit, *found.few(bad)]

    def _read(self, db: duckdb.DuckDBPyConnection, batch: Batch, found: Staged, problems: list[tuple[str, int, str]]
              ) -> tuple[Delivery, list[Quarantined]]:  # fmt: skip
        """What was read of *batch*, and the rows of it that are held back; fills `repeated`."""
        currency = self.household.currency
        earlier = self._earlier(db, batch) if batch.per_call and not (batch.replace or batch.covers) else []
        told = [found.held(*each) for each in (*problems, *(each[:3] for each in earlier))]
        held = found.sorted([*found.broken, *batch.rejected, *told])
        refused = sum(each[3] - 1 for each in earlier)
        repeated, others = requests.find_repeated(db, batch)
        kept = int(db.execute("SELECT count(*) FROM typed").fetchall()[0][0]) - repeated
        if batch.derived:
            kept = found.read - len(held)
        notes = [*found.notes, *_notes(db, repeated, others), *unpriced_notes(db, currency, self.exchange)]
        notes += [f"{each[3]} rows of {each[4]} were not taken: an earlier version imported that day without ids. "
                  "Import it with --replace to have the file's rows instead." for each in earlier]  # fmt: skip
        delivery = Delivery(found.read + len(batch.rejected), kept, 0, len(held) + refused, tuple(held),
                            tuple(sorted(found.ignored)), published=False, notes=tuple(notes))  # fmt: skip
        return delivery, held

    def _earlier(self, db: duckdb.DuckDBPyConnection, batch: Batch) -> list[tuple[str, int, str, int, str]]:
        """The first row of each day of which an earlier version kept sums without rows, with the reason, how many rows
        there are and the day; they are taken out of `typed`."""
        with Session(reading(self.engine)) as session:
            days = {file.day for file in self._sums_in_force(session, batch) if not file.per_call}
        if not days:
            return []
        listed = ", ".join(f"DATE '{day}'" for day in sorted(days))
        found = db.execute(f"SELECT arg_min(_file, _row), min(_row), count(*), day::VARCHAR FROM typed "
                           f"WHERE day IN ({listed}) GROUP BY day ORDER BY day").fetchall()  # fmt: skip
        if found:
            (made,) = db.execute("SELECT sql FROM duckdb_views() WHERE view_name = 'typed'").fetchall()[0]
            told = made[made.index("SELECT") :].rstrip("; ")
            db.execute(f"CREATE OR REPLACE TEMP VIEW typed AS SELECT * FROM ({told}) WHERE day NOT IN ({listed})")
        reason = "started_at|lies on a day that an earlier version imported without ids"
        return [(file, row, reason, count, day) for file, row, count, day in found]

    def _candidates(
        self, db: duckdb.DuckDBPyConnection, batch: Batch, household: Household, scratch: Path
    ) -> Candidates:
        columns = typed_requests.told_columns(db)
        requests.label(db, household, columns)
        requests.price(db, household, columns)
        db.execute(request_sums.MACROS)
        return requests.write(db, batch, household, columns, scratch / "new")

    def _lost(self, db: duckdb.DuckDBPyConnection, batch: Batch, days: list[Day], options: Options) -> tuple[Loss, ...]:
        adds = batch.per_call and not batch.replace and batch.covers is None  # takes nothing away
        return losses(db, self.engine, self.home / "facts", batch, days) if options.doubting and not adds else ()

    def _held_back(self, batch: Batch, delivery: Delivery, now: datetime, options: Options) -> None:
        """Remember the rows of a delivery by routine of which nothing could be kept."""
        if options.routine and not (options.strict or options.dry_run):
            with Session(self.engine) as session, session.begin():
                run = new_run(batch, replace(delivery, kept=0), [], now, options, doubted=True)
                session.add(run)
                session.flush()
                quarantine(session, batch, delivery, [file.name for file in batch.files], run, now)

    def _doubted(self, batch: Batch, delivery: Delivery, lost: tuple[Loss, ...], days: list[Day], now: datetime,
                 options: Options) -> bool:  # fmt: skip
        """Whether *delivery* is not believed yet; then it is remembered, and nothing else."""
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            forget(session, batch, days, but=lost)
            young = waits(session, batch, lost, now)
            if young:
                session.add(new_run(batch, delivery, days, now, options, doubted=True))
        return young

    def _published(self, db: duckdb.DuckDBPyConnection, batch: Batch, rows: Candidates, delivery: Delivery,
                   days: list[Day], now: datetime, options: Options, prices: HeldPrices, found: Staged
                   ) -> Delivery:  # fmt: skip
        """Publish, again if somebody else published meanwhile; the last time while nobody else may."""
        examples = delivery.examples[:_SHOWN]
        for left in reversed(range(_TRIES)):
            written = self._merged(db, batch, rows, now) if left or options.dry_run else None
            if written and options.dry_run:
                told = _told(delivery, written)
                return replace(told, examples=examples, notes=(*told.notes, "Dry run: nothing was kept."))
            with Session(self.engine) as session, session.begin():
                take(session, Turn.PUBLISH)
                if written is None:
                    written = self._merged(db, batch, rows, now, session)
                if written.seen != _calls_in_force(session):
                    continue
                told = _told(delivery, written)
                run = new_run(batch, told, days, now, options, tuple(found.called))
                places: dict[Path, str] = {}
                changed = self._switched(session, batch, written, run, now, places)
                forget(session, batch, days)
                quarantine(session, batch, told, tuple(found.called), run, now)
                prices.remember(session, now)
                if changed or not options.routine:
                    append(session, self.key, new_entry(batch, told, changed, now, options))
                for file, name in places.items():  # last, so that nothing lies there of what was not published
                    file.replace(self.home / "facts" / name)
                return replace(told, replaced=told.changes.replaced.rows, changed=changed, examples=examples,
                               published=True)  # fmt: skip
        raise AssertionError("the last try publishes or raises")

    def _merged(self, db: duckdb.DuckDBPyConnection, batch: Batch, rows: Candidates, now: datetime,
                session: Session | None = None) -> Written:  # fmt: skip
        """What is to be published of *rows*, beside what is in force now."""
        if session is None:
            with Session(reading(self.engine)) as only:
                return self._merged(db, batch, rows, now, only)
        facts, folder = self.home / "facts", rows.folder.parent
        since, currency = hours.since(now), self.household.currency
        if not batch.per_call:
            if rows.rows:
                _candidate_view(db, batch.source, rows, rows.files)
            sums = sum_files.write_whole(db, "counted", rows.columns, since, currency, folder) if rows.rows else []
            changes = difference(db, session, facts, batch, sums)
            return Written({}, tuple(sums), changes=changes, seen=_calls_in_force(session))
        known = _files_of_rows(session)
        window = _window(db, batch, rows)
        if known or "response_id" in rows.columns or {"trace_id", "span_id"} <= rows.columns:
            plan = same_calls.plan(db, batch, rows.files, [str(facts / each.file) for each in known], window)
        else:
            plan = same_calls.first(db, rows.files)
        anew = folder / "anew"
        shutil.rmtree(anew, ignore_errors=True)
        if plan.rewrite or plan.filtered:
            same_calls.write(db, plan, anew)
        files = _by_day(anew) | {day: files for day, files in _by_day(rows.folder).items() if day in plan.added}
        every = [str(file) for day in sorted(files) for file in files[day]]
        alike = not (plan.rewrite or plan.filtered)
        if alike and every:
            _candidate_view(db, batch.source, rows, every)
        else:
            view(db, "counted", every)
        sums = sum_files.write(db, "counted", rows.columns if alike else (), since, currency, folder) if every else []
        seen = frozenset(each.id for each in known if each.id is not None)  # others may have published since
        return Written(files, tuple(sums), frozenset(plan.rewrite), plan.changes, plan.joined, seen)

    def _switched(self, session: Session, batch: Batch, written: Written, run: IngestRun, now: datetime,
                  places: dict[Path, str]) -> int:  # fmt: skip
        """Put *written* in force, and say in *places* what each of its files is called from now on; how many days of
        feeds changed."""
        if not batch.per_call:
            name = _named(written.sums[0], places) if written.sums else ""
            return switch(session, batch, [day for one in written.sums for day in one.days], name, run, now)[1]
        session.add(run)
        session.flush()
        changed: set[_Key] = set()
        for old in self._replaced(session, batch, written):
            old.retired_at, old.retired_by = now, run.id
            session.add(old)
            if old.dataset == Dataset.REQUESTS:
                changed.add((old.feed, old.day))
        for day, files in written.rows.items():
            places |= {file: _row_file_name(file, day) for file in files}
            session.add_all(_manifest_row(CALLS, batch.source, date.fromisoformat(day), places[file], run, now)
                            for file in files)  # fmt: skip
        for one in written.sums:
            name = _named(one, places)
            for each in one.days:
                session.add(_manifest_row(Dataset.REQUESTS, each.feed, each.day, name, run, now, each))
                changed.add((each.feed, each.day))
        return len(changed)

    def _replaced(self, session: Session, batch: Batch, written: Written) -> list[FactFile]:
        """What is in force of days that are written anew, and the sums without rows that *batch* says anew."""
        live = select(FactFile).where(col(FactFile.retired_at).is_(None))
        anew = [date.fromisoformat(day) for day in written.anew]
        found: list[FactFile] = []
        for n in range(0, len(anew), 200):
            these = live.where(col(FactFile.day).in_(anew[n : n + 200]))
            found += session.exec(these.where(col(FactFile.dataset) == CALLS))
            found += session.exec(these.where(col(FactFile.dataset) == Dataset.REQUESTS, col(FactFile.per_call)))
        return found + [
            old for old in self._sums_in_force(session, batch) if not old.per_call and self._says(batch, old, written)
        ]

    def _says(self, batch: Batch, old: FactFile, written: Written) -> bool:
        """Whether *batch* says anew what *old*, sums of its own without rows, says."""
        if batch.covers is not None:
            return old.day in batch.covers
        days = [date.fromisoformat(day) for day in written.rows]
        return batch.replace and bool(days) and min(days) <= old.day <= max(days)

    def _sums_in_force(self, session: Session, batch: Batch) -> list[FactFile]:
        mine = col(FactFile.feed).startswith(f"{batch.source}/", autoescape=True)
        return list(session.exec(select(FactFile).where(
            mine, col(FactFile.dataset) == Dataset.REQUESTS, col(FactFile.retired_at).is_(None))))  # fmt: skip


def view(db: duckdb.DuckDBPyConnection, name: str, files: Sequence[str]) -> None:
    """Make the view *name* over those rows of *files* that count."""
    db.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM ({request_rows.read(files)}) WHERE counted")


def _candidate_view(db: duckdb.DuckDBPyConnection, source: str, rows: Candidates, files: Sequence[str]) -> None:
    """Make the view `counted` over new *files* of *rows*, with the columns that they have: all rows count."""
    listed = ", ".join(map(literal, files))
    silent = "".join(f", '' AS {name}" for name in ("env", "tier") if name not in rows.columns)
    db.execute(f"CREATE OR REPLACE TEMP VIEW counted AS SELECT *, {literal(source)} AS source{silent} "
               f"FROM read_parquet([{listed}], union_by_name = true)")  # fmt: skip


def _row_days(db: duckdb.DuckDBPyConnection, batch: Batch, rows: Candidates) -> list[Day]:
    """The feeds and days of *rows*, and how many rows each has."""
    if not rows.rows:
        return []
    _candidate_view(db, batch.source, rows, rows.files)
    told = db.execute(
        "SELECT source || '/' || provider, day, count(*) FROM counted GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [Day(feed, day, "", count) for feed, day, count in told]


def _window(db: duckdb.DuckDBPyConnection, batch: Batch, rows: Candidates) -> tuple[str, str] | None:
    """The first and last day of which the batch says all that its source has, if it says that of any."""
    if batch.covers is not None:
        return str(batch.covers.start), str(batch.covers.last)
    if not batch.replace or not rows.rows:
        return None
    first, last = db.execute("SELECT min(day)::VARCHAR, max(day)::VARCHAR FROM typed").fetchall()[0]
    return first, last


def _files_of_rows(session: Session) -> list[FactFile]:
    live = select(FactFile).where(col(FactFile.dataset) == CALLS, col(FactFile.retired_at).is_(None))
    return list(session.exec(live.order_by(col(FactFile.day), col(FactFile.id))))


def _calls_in_force(session: Session) -> frozenset[int]:
    live = select(FactFile.id).where(col(FactFile.dataset) == CALLS, col(FactFile.retired_at).is_(None))
    return frozenset(each for each in session.exec(live) if each is not None)


def _by_day(folder: Path) -> dict[str, tuple[Path, ...]]:
    days: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("*/*.parquet")):
        days.setdefault(file.parent.name.partition("=")[2], []).append(file)
    return {day: tuple(files) for day, files in days.items()}


def _row_file_name(file: Path, day: str) -> str:
    """What the *file* of rows of *day* is called from now on."""
    _, _, _, _, _, source, authority, *_ = file.name.split("-")
    return request_rows.file_name(day, source, int(authority), secrets.token_hex(12))


def _named(one: SumFile, places: dict[Path, str]) -> str:
    """The name of *one* from now on; it and what lies beside it are entered in *places*."""
    name = f"{request_sums.NAME}{secrets.token_hex(16)}.parquet"
    places |= {part: f"{name}{part.name.removeprefix(one.path.name)}" for part in sum_files.parts(one.path)}
    return name


def _manifest_row(dataset: str, feed: str, day: date, file: str, run: IngestRun, now: datetime,
                  told: Day | None = None) -> FactFile:  # fmt: skip
    return FactFile(dataset=dataset, feed=feed, day=day, file=file, rows=told.rows if told else 0,
                    sha=told.sha if told else "", ledger="metered", run=run.id or 0, published_at=now,
                    per_call=True)  # fmt: skip


def _told(delivery: Delivery, written: Written) -> Delivery:
    joined = written.joined
    rows = "1 row describes a call" if joined == 1 else f"{joined} rows describe calls"
    notes = (f"{rows} that another row or source describes too; each call counts once.",) if joined else ()
    return replace(delivery, changes=written.changes, notes=(*delivery.notes, *notes))


def _notes(db: duckdb.DuckDBPyConnection, repeated: int, others: int) -> Iterator[str]:
    if repeated:
        rows = "1 row names an AI request" if repeated == 1 else f"{repeated} rows name AI requests"
        yield f"{rows} again; the last of each was kept."
    if others:
        rows = "1 row repeats an id" if others == 1 else f"{others} rows repeat an id"
        yield f"{rows} with another model or more than a day apart; each counts as a call of its own."
    count = typed_requests.contradictory(db)
    if count:
        calls = "1 AI request names" if count == 1 else f"{count} AI requests name"
        yield f"{calls} more tokens in a part (cache, reasoning) than in the whole; parts count as told."


def unpriced_notes(db: duckdb.DuckDBPyConnection, currency: str, exchange: Exchange | None) -> list[str]:
    """What is to be said of requests whose prices cannot be told in *currency*."""
    db.execute("CREATE OR REPLACE TEMP VIEW good AS FROM typed")
    return unpriced(db, currency, exchange)
