"""Charges published: checked, summed and labelled, laid beside what is known, and switched in one transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from finops.batch import Batch, Changes, Delivery
from finops.errors import BadFile
from finops.exchange import Exchange
from finops.normalise import Owners
from storage import beside
from storage.chain import append
from storage.database import Turn, reading, take
from storage.deriving import derived
from storage.doubting import forget, losses, waits
from storage.exclusive import covered
from storage.ingest import charge_facts
from storage.ingest.charge_units import Units
from storage.ingest.charges import Charges
from storage.ingest.runs import Options, new_entry, new_run
from storage.manifest import Day, days_that_stay, in_force, quarantine, switch
from storage.staging import MOST_HELD, Staged, stage
from storage.tables import FactFile
from storage.workbench import workbench

_SHOWN = 5
_TRIES = 3


@dataclass(frozen=True)
class Written:
    """A file of facts that is not published yet, its *days*, how the manifest is to be switched (*batch*), and the
    manifest rows that it was laid beside."""

    path: Path
    days: tuple[Day, ...]
    batch: Batch
    seen: frozenset[int]
    changes: Changes
    notes: tuple[str, ...]

    def drop(self) -> None:
        """Remove the file; it was never published."""
        self.path.unlink(missing_ok=True)
        beside.drop(self.path)


@dataclass(frozen=True)
class ChargePublication:
    """Takes batches of charges in. *home* holds the files, *engine* the manifest, *key* seals the audit entry. Money is
    kept in *currency*, and what *exchange* can convert to it."""

    home: Path
    engine: Engine
    key: bytes
    owners: Owners
    currency: str
    exchange: Exchange | None
    memory: str

    def publish(self, batch: Batch, now: datetime, options: Options) -> Delivery:
        """What became of *batch*; BadFile if a file is refused."""
        with workbench(self.home, self.memory) as db:
            found = stage(db, batch)
            batch, unfit = derived(db, batch)
            charges = Charges(db, batch, _columns(batch, found), self.owners, self.currency, self.exchange)
            delivery = self._read(charges, found, unfit)
            batch = replace(batch, rejected=delivery.examples)  # days whose rows were all held back keep what is known
            nothing = not delivery.kept and (delivery.quarantined or not batch.withdraws)
            if nothing or (options.strict and delivery.quarantined):
                self._held_back(batch, delivery, now, options)
                return replace(delivery, kept=0, examples=delivery.examples[:_SHOWN])
            charges.label()
            charge_facts.sum_up(db, batch)
            units = Units(db, batch, self.home / "facts", self.currency)
            refusal = covered(self.engine, batch, [Day(feed, day, "", 0) for feed, day in units.days()])
            if refusal:
                raise BadFile(refusal)
            return self._published(units, delivery, tuple(found.called), now, options)

    def _held_back(self, batch: Batch, delivery: Delivery, now: datetime, options: Options) -> None:
        """Remember the rows of a delivery by routine of which nothing could be kept."""
        if options.routine and not options.strict:
            with Session(self.engine) as session, session.begin():
                run = new_run(batch, replace(delivery, kept=0), [], now, options, doubted=True)
                session.add(run)
                session.flush()
                quarantine(session, batch, delivery, [file.name for file in batch.files], run, now)

    def _read(self, charges: Charges, found: Staged, unfit: Sequence[tuple[str, int, str]]) -> Delivery:
        """What was read, and what of it is held back."""
        batch = charges.batch
        bad = found.few(charges.checked(MOST_HELD))
        held = found.sorted([*found.broken, *batch.rejected, *(found.held(*each) for each in (*unfit, *bad))])
        read = found.read + len(batch.rejected)
        kept = read - len(held) if batch.derived else charges.rows()
        return Delivery(read, kept, 0, len(held), tuple(held), tuple(sorted(found.ignored)), published=False,
                        notes=tuple(found.notes))  # fmt: skip

    def _published(self, units: Units, delivery: Delivery, files: tuple[str, ...], now: datetime, options: Options
                   ) -> Delivery:  # fmt: skip
        """Publish, again if somebody else published meanwhile; the last time while nobody else may."""
        examples = delivery.examples[:_SHOWN]
        for left in reversed(range(_TRIES)):
            written = self._written(units) if left or options.dry_run or options.doubting else None
            if written and options.dry_run:
                written.drop()
                notes = (*delivery.notes, *written.notes, "Dry run: nothing was kept.")
                return replace(delivery, changes=written.changes, examples=examples, notes=notes)
            if written and options.doubting and self._doubted(units, written, delivery, now, options):
                written.drop()
                return replace(delivery, kept=0, examples=examples, doubted=True)
            stay = days_that_stay(self.engine, written.batch, written.days) if written else ()
            with Session(self.engine) as session, session.begin():
                take(session, Turn.PUBLISH)
                written = written or self._written(units, session)
                if left and written.seen != _seen(in_force(session, written.batch, written.days)):
                    written.drop()
                    continue
                told = replace(delivery, changes=written.changes, notes=(*delivery.notes, *written.notes, *stay))
                changed = self._switched(session, written, told, files, now, options)
                return replace(told, replaced=told.changes.replaced.rows, changed=changed, examples=examples,
                               published=True)  # fmt: skip
        raise AssertionError("the last try publishes or raises")

    def _written(self, units: Units, session: Session | None = None) -> Written:
        """The facts to be published, laid beside what is in force now."""
        if session is None:
            with Session(reading(self.engine)) as only:
                return self._written(units, only)
        days = units.days()
        batch = units.replacing(days)
        old = in_force(session, batch, [Day(feed, day, "", 0) for feed, day in days])
        others = self._others(session, batch, days) if units.by_unit and days else []
        order = units.roll(old)
        folder = self.home / "facts"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"unfinished-{secrets.token_hex(8)}"
        written = Written(path, (), batch, _seen(old), Changes(), ())
        try:
            found = tuple(charge_facts.store(units.db, path, order))
            known = {(each.feed, each.day): each.sha for each in old}
            same = [(each.feed, each.day) for each in found if known.get((each.feed, each.day)) == each.sha]
            changes, notes = units.compare(old, same)
        except (duckdb.Error, BadFile, OSError):
            written.drop()
            raise
        return replace(written, days=found, changes=changes, notes=(*notes, *units.untouched(others)))

    def _others(self, session: Session, batch: Batch, days: Sequence[tuple[str, date]]) -> list[FactFile]:
        """What is in force of the feeds and months of *days*, but of other days."""
        feeds, spoken = sorted({feed for feed, _ in days}), {*days}
        months = {(feed, day.replace(day=1)) for feed, day in days}
        first, last = min(day for _, day in days).replace(day=1), max(day for _, day in days) + timedelta(days=31)
        live = select(FactFile).where(col(FactFile.dataset) == batch.dataset, col(FactFile.retired_at).is_(None),
                                      col(FactFile.day) >= first, col(FactFile.day) <= last)  # fmt: skip
        found = [each for n in range(0, len(feeds), 200)
                 for each in session.exec(live.where(col(FactFile.feed).in_(feeds[n : n + 200])))]  # fmt: skip
        return [each for each in found if (each.feed, each.day) not in spoken
                and (each.feed, each.day.replace(day=1)) in months]  # fmt: skip

    def _doubted(self, units: Units, written: Written, delivery: Delivery, now: datetime, options: Options) -> bool:
        """Whether *delivery* is not believed yet; then it is remembered, and nothing else."""
        lost = losses(units.db, self.engine, self.home / "facts", written.batch, written.days)
        if not lost:
            return False
        with Session(self.engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            forget(session, written.batch, written.days, but=lost)
            young = waits(session, written.batch, lost, now)
            if young:
                session.add(new_run(written.batch, delivery, written.days, now, options, doubted=True))
        return young

    def _switched(self, session: Session, written: Written, told: Delivery, files: tuple[str, ...], now: datetime,
                  options: Options) -> int:  # fmt: skip
        """Put *written* in force; how many days of feeds changed."""
        batch, days, folder = written.batch, written.days, self.home / "facts"
        name = f"{batch.dataset}-{hashlib.sha256(written.path.read_bytes()).hexdigest()[:32]}.parquet"
        run = new_run(batch, told, days, now, options, files)
        beside.move(written.path, folder / name)
        written.path.replace(folder / name)  # in this turn, so that no sweep comes between file and manifest
        forget(session, batch, days)
        _, changed = switch(session, batch, days, name, run, now)
        quarantine(session, batch, told, files, run, now)
        if changed or not options.routine:
            append(session, self.key, new_entry(batch, told, changed, now, options))
        return changed


def _columns(batch: Batch, found: Staged) -> frozenset[str]:
    """Our columns that hold anything."""
    if batch.derived:
        return frozenset(batch.columns)
    owners = {"tags"} & batch.columns.keys()  # columns that name an owner become tags
    return frozenset().union(owners, *found.called.values())


def _seen(old: Sequence[FactFile]) -> frozenset[int]:
    return frozenset(each.id for each in old if each.id is not None)
