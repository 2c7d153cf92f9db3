"""Doubting: what a delivery by routine would take away is compared with what is in force, and a large loss must be
said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import duckdb
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from finops.batch import Batch, Dataset
from finops.doubt import BELIEVED_AFTER, Doubt
from finops.period import Period
from storage.database import reading
from storage.manifest import Day, in_force
from storage.quoting import literal
from storage.tables import DoubtRow, FactFile

_KEEPS = 2


@dataclass(frozen=True)
class Loss:
    """A day that had rows, and how many it would have from now on."""

    day: date
    had: int
    said: int


def losses(
    db: duckdb.DuckDBPyConnection, engine: Engine, folder: Path, batch: Batch, days: Sequence[Day]
) -> tuple[Loss, ...]:
    """The days that *days*, rolled up in *db*, would empty; and all that they would make poorer, if less than half of
    the rows (of charges: or of the cost before credits) of the days that they replace would remain."""
    with Session(reading(engine)) as session:
        held = in_force(session, batch, days)
        session.expunge_all()
    had, said = Counter[date](), Counter[date]()
    for file in held:
        had[file.day] += file.rows
    for day in days:
        said[day.day] += day.rows
    every = [Loss(day, rows, said[day]) for day, rows in sorted(had.items())]
    if sum(each.said for each in every) * _KEEPS < sum(had.values()):
        return tuple(each for each in every if each.said < each.had)
    if batch.dataset is Dataset.CHARGES and held and _cost_halved(db, folder, held):
        return tuple(every)
    return tuple(each for each in every if not each.said)


def _cost_halved(db: duckdb.DuckDBPyConnection, folder: Path, held: Sequence[FactFile]) -> bool:
    """Credits are lawful and take away as much as they like, so only what is above zero counts. A file holds days that
    an earlier one, which says the same of them, still stands for."""
    names = ", ".join(literal(str(folder / name)) for name in sorted({file.file for file in held}))
    db.execute("CREATE OR REPLACE TEMP TABLE held AS SELECT unnest(?::VARCHAR[]) AS file, "
               "unnest(?::VARCHAR[]) AS feed, unnest(?::DATE[]) AS day", [[str(folder / file.file) for file in held],
                [file.feed for file in held], [file.day for file in held]])  # fmt: skip
    files = f"read_parquet([{names}], filename = 'file', union_by_name = true)"
    before = _cost(db, f"{files} SEMI JOIN held USING (file, feed, day)")
    return _cost(db, "rolled SEMI JOIN held USING (day)") * _KEEPS < before


def _cost(db: duckdb.DuckDBPyConnection, facts: str) -> Decimal:
    (cost,) = db.execute(f"SELECT coalesce(sum(greatest(cost, 0)), 0) FROM {facts}").fetchall()[0]
    return Decimal(cost)


def waits(session: Session, batch: Batch, lost: Sequence[Loss], now: datetime) -> bool:
    """Whether one of the days *lost* was not doubted for long enough to be believed; the doubt is remembered. Days of
    which even less is said than last time are doubted anew. The caller has the turn to publish."""
    young = False
    for each in lost:
        row = session.get(DoubtRow, (batch.source, str(batch.dataset), each.day))
        if row is None or each.said < row.said:
            row = row or DoubtRow(source=batch.source, dataset=batch.dataset, day=each.day, had=0, said=0, since=now)
            row.had, row.said, row.since = each.had, each.said, now
            session.add(row)
        young = young or now - row.since < BELIEVED_AFTER
    return young


def forget(session: Session, batch: Batch, days: Sequence[Day], but: Sequence[Loss] = ()) -> None:
    """Doubt nothing any more of what *batch*, not published yet, speaks of, but the days lost as before."""
    mine = select(DoubtRow).where(col(DoubtRow.source) == batch.source, col(DoubtRow.dataset) == batch.dataset)
    rows = session.exec(mine).all()
    if not rows:
        return
    spoken = {*(batch.covers or ()), *(day.day for day in days), *(old.day for old in in_force(session, batch, days))}
    for row in rows:
        if row.day in spoken - {each.day for each in but}:
            session.delete(row)
    session.flush()


def doubts(engine: Engine, *, untold: bool = False) -> tuple[Doubt, ...]:
    """What is doubted now, by source and dataset; only what the operators have not heard of if *untold*."""
    with Session(reading(engine)) as session:
        found = select(DoubtRow).order_by(col(DoubtRow.source), col(DoubtRow.dataset), col(DoubtRow.day))
        rows = [row for row in session.exec(found) if not (untold and row.told)]
        return tuple(_each(rows))


def heard(engine: Engine, source: str) -> None:
    """The operators know what is doubted of *source*."""
    with Session(engine) as session, session.begin():
        for row in session.exec(select(DoubtRow).where(col(DoubtRow.source) == source)):
            row.told = True
            session.add(row)


def _each(rows: Sequence[DoubtRow]) -> Iterator[Doubt]:
    for (source, dataset), group in groupby(rows, key=lambda row: (row.source, row.dataset)):
        days = list(group)
        period = Period(days[0].day, days[-1].day + timedelta(days=1))
        yield Doubt(source, dataset, period, len(days), sum(day.had for day in days),
                    sum(day.said for day in days), min(day.since for day in days))  # fmt: skip
