"""Deriving: where the rows of a file are not what is kept, but what it is made of: a contract, and each of its days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import duckdb

from finops.batch import Batch, Column, Derived, Unfit
from storage.parts import made_anew
from storage.quoting import quoted

_AT_A_TIME = 20_000
_Row = tuple[Any, ...]


def derived(db: duckdb.DuckDBPyConnection, batch: Batch) -> tuple[Batch, list[tuple[str, int, str]]]:
    """*batch* with the columns that `raw` has from now on, holding the rows that are made, each with the place of what
    it is made of; and the places of rows of which none can be made, with the problem (`field|reason`)."""
    if batch.derived is None:
        return batch, []
    found: list[tuple[str, int, str]] = []
    names = [*batch.columns, *(name for name in batch.constants if name not in batch.columns)]
    db.execute(f"CREATE TEMP TABLE told AS SELECT _file, _row, {', '.join(map(quoted, names))} FROM raw ORDER BY 1, 2")
    made = _made(batch.derived, names, _texts(db), found)
    extra = {name: told for name, told in batch.constants.items() if name not in batch.derived.columns}
    columns = ", ".join(f"{quoted(name)} VARCHAR" for name in (*batch.derived.columns, *extra))
    db.execute(f"CREATE TEMP TABLE made (_file VARCHAR, _row BIGINT, {columns})")
    for rows in iter(lambda: list(islice(made, _AT_A_TIME)), []):
        lists = [list(column) for column in zip(*((*row, *extra.values()) for row in rows), strict=True)]
        db.execute(f"INSERT INTO made SELECT {', '.join('unnest(?)' for _ in lists)}", lists)
    anew = replace(batch, columns={name: Column((name,)) for name in batch.derived.columns})
    made_anew(db, anew, "made")
    return anew, found


def _texts(db: duckdb.DuckDBPyConnection) -> Iterator[_Row]:
    """The rows of `told`, some at a time: a bill has more of them than memory holds."""
    (count,) = db.execute("SELECT count(*) FROM told").fetchall()[0]
    for first in range(0, count, _AT_A_TIME):
        some = "SELECT * FROM told WHERE rowid >= ? AND rowid < ? ORDER BY rowid"
        yield from db.execute(some, [first, first + _AT_A_TIME]).fetchall()


def _made(how: Derived, names: list[str], texts: Iterable[_Row], found: list[tuple[str, int, str]]) -> Iterator[_Row]:
    for file, row, *told in texts:
        try:
            rows = [*how.made(dict(zip(names, told, strict=True)))]
        except Unfit as error:
            found.append((file, row, f"{error.field}|{error.reason}"))
            continue
        yield from ((file, row, *(None if value is None else str(value) for value in each)) for each in rows)
