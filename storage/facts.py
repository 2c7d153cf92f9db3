"""Facts: a batch is read, checked, labelled, summed up and published, all of it or nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import Engine
from sqlmodel import Session

from finops.audit import Entry
from finops.batch import Batch, Change, Changes, Dataset, Delivery
from finops.errors import BadFile
from finops.exchange import Exchange
from finops.normalise import Owners
from finops.prices import Prices
from storage import beside, coarse
from storage.chain import append
from storage.checking import typed
from storage.database import Turn, reading, take
from storage.deriving import derived
from storage.doubting import Loss, forget, losses, waits
from storage.exchanging import exchanged
from storage.exclusive import covered
from storage.holding import HeldPrices
from storage.ingest.charge_publication import ChargePublication
from storage.ingest.request_publication import RequestPublication
from storage.ingest.requests import Household
from storage.ingest.runs import Options, new_entry, new_run
from storage.manifest import Day, days_that_stay, in_force, manifest, quarantine, switch
from storage.quoting import literal
from storage.rollup import rolled, summed
from storage.staging import MOST_HELD, stage
from storage.tables import FactFile
from storage.workbench import LACKING, MEMORY, resources, workbench

_SHOWN = 5
_AT_ONCE = 100


@dataclass(frozen=True)
class Facts:
    """Takes batches in. *home* holds the files, *engine* the manifest, *key* seals the audit entry of each. With no
    *exchange* what is not in *currency* is held back, or unpriced."""

    home: Path
    engine: Engine
    key: bytes
    prices: Prices
    owners: Owners
    currency: str = "USD"
    exchange: Exchange | None = None
    memory: str = MEMORY
    named_users: bool = False

    @property
    def folder(self) -> Path:
        """Where the files of facts lie."""
        return self.home / "facts"

    def publish(
        self,
        batch: Batch,
        now: datetime,
        strict: bool = False,
        *,
        routine: bool = False,
        doubting: bool = False,
        dry_run: bool = False,
        who: str = "",
        entry: Entry | None = None,
    ) -> Delivery:
        """What became of *batch*; BadFile if a file is refused. *strict* publishes nothing if a row was held back.
        What comes by *routine* is entered in the audit chain only if it changed something. *doubting* publishes
        nothing the first time that most of what is known would be taken away. *dry_run* says what would change and
        keeps nothing. *who* gave the files by hand, if anybody did; *entry* replaces the usual entry in the audit
        chain."""
        options = Options(strict, routine, doubting, dry_run, who, entry)
        if batch.dataset is Dataset.REQUESTS:
            with _bounded(batch):
                return self._requests().publish(batch, now, options)
        if batch.dataset is Dataset.CHARGES:
            with _bounded(batch):
                return self._charges().publish(batch, now, options)
        with workbench(self.home, self.memory) as db, _bounded(batch):
            found = stage(db, batch)
            batch, unfit = derived(db, batch)
            wrong = [found.held(*each) for each in (*unfit, *found.few(self._checked(db, batch)))]
            found.read += len(batch.rejected)
            held = found.sorted([*found.broken, *wrong, *batch.rejected])
            batch = replace(batch, rejected=tuple(held))  # days whose rows were all held back keep what is known
            kept = found.read - len(held) if batch.derived else _count(db, "good")
            delivery = Delivery(found.read, kept, 0, len(held), tuple(held), tuple(sorted(found.ignored)),
                                published=False, notes=tuple(found.notes))  # fmt: skip
            if (not kept and (held or not batch.withdraws)) or (strict and held):
                self._held_back(batch, delivery, now, options)
                return replace(delivery, kept=0, examples=tuple(held[:_SHOWN]))
            prices = HeldPrices(self.engine, self.prices)
            days, unfinished = self._summed(db, batch)
            lost = losses(db, self.engine, self.folder, batch, days) if doubting else ()
        refusal = covered(self.engine, batch, days)
        if refusal:
            unfinished.unlink()
            beside.drop(unfinished)
            raise BadFile(refusal)
        if dry_run:
            changes = _dry(self.engine, batch, days)
            unfinished.unlink()
            beside.drop(unfinished)
            return replace(delivery, changes=changes, examples=tuple(held[:_SHOWN]),
                           notes=(*delivery.notes, "Dry run: nothing was kept."))  # fmt: skip
        if lost and self._doubted(batch, delivery, lost, days, now, options):
            unfinished.unlink()
            beside.drop(unfinished)
            return replace(delivery, kept=0, examples=tuple(held[:_SHOWN]), doubted=True)
        stay = days_that_stay(self.engine, batch, days)
        told, changed = self._switched(batch, delivery, days, unfinished, now, options, tuple(found.called), prices)
        return replace(told, replaced=told.changes.replaced.rows, changed=changed, examples=tuple(held[:_SHOWN]),
                       published=True, notes=(*told.notes, *stay))  # fmt: skip

    def _requests(self) -> RequestPublication:
        household = Household(self.owners, self.prices, self.currency, self.key, self.named_users)
        return RequestPublication(self.home, self.engine, self.key, household, self.exchange, self.memory)

    def _charges(self) -> ChargePublication:
        return ChargePublication(
            self.home, self.engine, self.key, self.owners, self.currency, self.exchange, self.memory
        )

    def sum_up(self) -> int:
        """How many files of facts without sums beside them, as an earlier version published, were gone through now,
        newest first."""
        files = {each.file: None for each in reversed(manifest(self.engine).files) if each.dataset in coarse.DATASETS}
        paths = [self.folder / name for name in files]
        missing = [each for each in paths if each.exists() and not coarse.beside(each).exists()][:_AT_ONCE]
        with workbench(self.home, self.memory) as db:
            for each in missing:
                coarse.write(db, each, coarse.stored(each))
        return len(missing)

    def _checked(self, db: duckdb.DuckDBPyConnection, batch: Batch) -> list[tuple[str, int, str]]:
        exchanged(db, batch, self.currency, self.exchange)
        told = typed(batch, self.currency, exchanges=self.exchange is not None)
        db.execute(f"CREATE TEMP TABLE checked AS {told}")
        db.execute("CREATE TEMP TABLE good AS SELECT * FROM checked WHERE _problem IS NULL")
        bad = db.execute(
            "SELECT DISTINCT _file, _row, _problem FROM checked WHERE _problem IS NOT NULL ORDER BY 1, 2 "
            f"LIMIT {MOST_HELD}"
        )
        return bad.fetchall()

    def _summed(self, db: duckdb.DuckDBPyConnection, batch: Batch) -> tuple[list[Day], Path]:
        """Write what drivers or outcomes come to; its days, and the unfinished file."""
        db.execute(f"CREATE TEMP VIEW summed AS {summed(batch, self.currency)}")
        db.execute(f"CREATE TEMP TABLE rolled AS {rolled(batch)}")
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f"unfinished-{secrets.token_hex(8)}"
        db.execute(f"COPY (FROM rolled ORDER BY ALL) TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd)")
        days = db.execute(
            "SELECT feed, day, bit_xor(md5_number(r::VARCHAR))::VARCHAR || '/' || count(*), sum(r.rows)::BIGINT "
            "FROM rolled r GROUP BY feed, day ORDER BY feed, day"
        ).fetchall()
        return [Day(feed, day, sha, rows) for feed, day, sha, rows in days], unfinished

    def _held_back(self, batch: Batch, delivery: Delivery, now: datetime, options: Options) -> None:
        """Remember the rows of a delivery by routine of which nothing could be kept."""
        if options.routine and not options.strict:
            with Session(self.engine) as session, session.begin():
                run = new_run(batch, replace(delivery, kept=0), [], now, options, doubted=True)
                session.add(run)
                session.flush()
                quarantine(session, batch, delivery, [file.name for file in batch.files], run, now)

    def _doubted(
        self, batch: Batch, delivery: Delivery, lost: tuple[Loss, ...], days: list[Day], now: datetime, options: Options
    ) -> bool:
        """Whether *delivery* is not believed yet; then it is remembered, and nothing else."""
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            forget(session, batch, days, but=lost)
            young = waits(session, batch, lost, now)
            if young:
                session.add(new_run(batch, delivery, days, now, options, doubted=True))
        return young

    def _switched(
        self,
        batch: Batch,
        delivery: Delivery,
        days: list[Day],
        unfinished: Path,
        now: datetime,
        options: Options,
        files: tuple[str, ...],
        prices: HeldPrices,
    ) -> tuple[Delivery, int]:
        """*delivery* with what it changed, and how many days of feeds changed."""
        name = f"{batch.dataset}-{hashlib.sha256(unfinished.read_bytes()).hexdigest()[:32]}.parquet"
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            delivery = replace(delivery, changes=_changes(in_force(session, batch, days), days))
            run = new_run(batch, delivery, days, now, options, files)
            beside.move(unfinished, self.folder / name)
            unfinished.replace(self.folder / name)  # in this turn, so that no sweep comes between file and manifest
            forget(session, batch, days)
            _, changed = switch(session, batch, days, name, run, now)
            quarantine(session, batch, delivery, files, run, now)
            prices.remember(session, now)
            if changed or not options.routine:
                append(session, self.key, new_entry(batch, delivery, changed, now, options))
            return delivery, changed


def _dry(engine: Engine, batch: Batch, days: list[Day]) -> Changes:
    """What publishing *days* would change."""
    with Session(reading(engine)) as session:
        return _changes(in_force(session, batch, days), days)


def _changes(old: Sequence[FactFile], days: Sequence[Day]) -> Changes:
    """What *days* change beside the *old* ones, in rows: days that are new, said anew, said again, or said no more."""
    fresh, known = {(each.feed, each.day): each for each in days}, {(each.feed, each.day): each for each in old}
    same = {key for key in fresh.keys() & known.keys() if fresh[key].sha == known[key].sha}
    again = fresh.keys() & known.keys() - same
    return Changes(
        added=Change(sum(fresh[key].rows for key in fresh.keys() - known.keys())),
        replaced=Change(sum(fresh[key].rows for key in again)),
        previous=Change(sum(known[key].rows for key in again)),
        unchanged=Change(sum(fresh[key].rows for key in same)),
        removed=Change(sum(known[key].rows for key in known.keys() - fresh.keys())),
    )


@contextmanager
def _bounded(batch: Batch) -> Iterator[None]:
    """Sums beyond all bounds, and a lack of memory or room, refuse the delivery."""
    try:
        yield
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        names = ", ".join(file.name for file in batch.files)
        raise BadFile(f"{names}: its rows add up to more than can be kept exactly; nothing of it was kept.") from None
    except LACKING as error:
        if lacking := resources(error):
            raise BadFile(lacking) from None
        raise


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
