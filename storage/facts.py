"""Facts: a batch is read, checked, labelled, summed up and published, all of it or nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import Engine
from sqlmodel import Session

from finops.audit import Entry
from finops.batch import Batch, Dataset, Delivery, Quarantined
from finops.errors import BadFile
from finops.normalise import Owners
from finops.prices import Prices
from storage.chain import append
from storage.checking import CONTRADICTORY, typed
from storage.database import Turn, take
from storage.labelling import label_charges, label_requests
from storage.manifest import Day, quarantine, switch
from storage.quoting import literal
from storage.rollup import rolled
from storage.staging import Staged, stage
from storage.tables import IngestRun

_SHOWN = 5


@dataclass(frozen=True)
class Facts:
    """Takes batches in. *home* holds the files, *engine* the manifest, *key* seals the audit entry of each."""

    home: Path
    engine: Engine
    key: bytes
    prices: Prices
    owners: Owners
    currency: str = "USD"

    @property
    def folder(self) -> Path:
        """Where the files of facts lie."""
        return self.home / "facts"

    def publish(
        self, batch: Batch, now: datetime, strict: bool = False, *, routine: bool = False, entry: Entry | None = None
    ) -> Delivery:
        """What became of *batch*; BadFile if a file is refused. *strict* publishes nothing if a row was held back.
        What comes by *routine* is entered in the audit chain only if it changed something; *entry* says who gave it,
        where it is more than an import."""
        with duckdb.connect() as db, _bounded(batch):
            db.execute("SET threads = 2; SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
            found = stage(db, batch)
            held = found.sorted([*found.broken, *self._checked(db, batch, found)])
            kept = _count(db, "good")
            delivery = Delivery(found.read, kept, 0, len(held), tuple(held), tuple(sorted(found.ignored)),
                                published=False, notes=_notes(found, kept, len(held)))  # fmt: skip
            if (not kept and (held or not batch.withdraws)) or (strict and held):
                return replace(delivery, kept=0, examples=tuple(held[:_SHOWN]))
            self._labelled(db, batch)
            db.execute(f"CREATE TEMP TABLE rolled AS {rolled(batch, self.currency)}")
            days, unfinished = self._written(db)
        replaced, changed = self._switched(
            batch, delivery, days, unfinished, now, strict, routine, tuple(found.called), entry
        )
        return replace(delivery, replaced=replaced, changed=changed, examples=tuple(held[:_SHOWN]), published=True)

    def _checked(self, db: duckdb.DuckDBPyConnection, batch: Batch, found: Staged) -> list[Quarantined]:
        db.execute(f"CREATE TEMP TABLE checked AS {typed(batch, self.currency)}")
        last = "QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY _file DESC, _row DESC) = 1"
        once = last if batch.dataset is Dataset.REQUESTS else ""
        db.execute(f"CREATE TEMP TABLE good AS SELECT * FROM checked WHERE _problem IS NULL {once}")
        if batch.dataset is Dataset.REQUESTS:
            found.notes += _contradictory(db)
        bad = db.execute(
            "SELECT _file, _row, _problem FROM checked WHERE _problem IS NOT NULL ORDER BY 1, 2"
        ).fetchall()
        return [found.held(*each) for each in bad]

    def _labelled(self, db: duckdb.DuckDBPyConnection, batch: Batch) -> None:
        if batch.dataset is Dataset.CHARGES:
            label_charges(db, self.owners)
        elif batch.dataset is Dataset.REQUESTS:
            label_requests(db, self.owners, self.prices)

    def _written(self, db: duckdb.DuckDBPyConnection) -> tuple[list[Day], Path]:
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f"unfinished-{secrets.token_hex(8)}"
        db.execute(f"COPY (FROM rolled ORDER BY ALL) TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd)")
        days = db.execute(
            "SELECT feed, day, bit_xor(md5_number(r::VARCHAR))::VARCHAR || '/' || count(*), sum(r.rows)::BIGINT "
            "FROM rolled r GROUP BY feed, day ORDER BY feed, day"
        ).fetchall()
        return [Day(*each) for each in days], unfinished

    def _switched(
        self,
        batch: Batch,
        delivery: Delivery,
        days: list[Day],
        unfinished: Path,
        now: datetime,
        strict: bool,
        routine: bool,
        files: tuple[str, ...],
        entry: Entry | None,
    ) -> tuple[int, int]:
        digest = hashlib.sha256("".join(day.sha for day in days).encode()).hexdigest()
        run = IngestRun(source=batch.source, dataset=batch.dataset, started_at=now, read=delivery.read,
                        kept=delivery.kept, replaced=0, quarantined=delivery.quarantined, strict=strict,
                        digest=digest)  # fmt: skip
        name = f"{batch.dataset}-{hashlib.sha256(unfinished.read_bytes()).hexdigest()[:32]}.parquet"
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            unfinished.replace(self.folder / name)  # in this turn, so that no sweep comes between file and manifest
            run.replaced, changed = switch(session, batch, days, name, run, now)
            quarantine(session, batch, delivery, files, run, now)
            if changed or not routine:
                append(session, self.key, entry or _entry(batch, delivery, changed, now))
            return run.replaced, changed


def _entry(batch: Batch, delivery: Delivery, changed: int, now: datetime) -> Entry:
    counts = {"read": delivery.read, "kept": delivery.kept, "quarantined": delivery.quarantined, "days": changed}
    return Entry(now, "tuppence", "import", f"feed/{batch.source}/{batch.dataset}",
                 {name: str(count) for name, count in counts.items()})  # fmt: skip


def _notes(found: Staged, kept: int, held: int) -> tuple[str, ...]:
    again = found.read - kept - held
    rows = "1 row names an AI request" if again == 1 else f"{again} rows name AI requests"
    return (*found.notes, *((f"{rows} again; the last of each was kept.",) if again else ()))


def _contradictory(db: duckdb.DuckDBPyConnection) -> list[str]:
    """Sources disagree on whether the cache is part of the input; where it cannot be, that is said."""
    (count,) = db.execute(CONTRADICTORY).fetchall()[0]
    calls = "1 AI request names" if count == 1 else f"{count} AI requests name"
    return (
        [f"{calls} more tokens in a part (cache, reasoning) than in the whole; parts count as told."] if count else []
    )


@contextmanager
def _bounded(batch: Batch) -> Iterator[None]:
    """Sums beyond all bounds refuse the delivery."""
    try:
        yield
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        names = ", ".join(file.name for file in batch.files)
        raise BadFile(f"{names}: its rows add up to more than can be kept exactly; nothing of it was kept.") from None


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
