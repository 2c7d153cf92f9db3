"""Parts: where the rows of each file of a batch lie as Parquet, and the views over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from finops.batch import Batch
from storage.leaving_out import others
from storage.opening import Opened
from storage.quoting import literal, quoted

WRITTEN = ("day_start", "billed_from", "billed_cost", "effective_cost", "list_cost", "token_cost", "consumed_quantity",
           "tokens")  # fmt: skip
"""Columns that are also there as the file has them: trimming a million texts takes longer than reading the numbers."""
AS_WRITTEN = "_written_"
"""What stands before the name of such a column."""
_PATH = "_tuppence path"


@dataclass(frozen=True)
class Part:
    """A file as it was staged: its *name*, the *path* of the Parquet file, SQL for each of our columns (*values*, in
    the order of the batch), what holds one of them as it is *written* there, the number of a *row*, and *where*: which
    of its rows are meant. *kinds* are the types of a file that people wrote."""

    name: str
    path: Path
    values: Sequence[str]
    written: Mapping[str, str]
    row: str = "file_row_number + 1"
    where: str = ""
    kinds: tuple[tuple[str, str], ...] = ()

    @property
    def shape(self) -> tuple[object, ...]:
        """What is alike for files that can be read together."""
        return (*self.values, *self.written.items(), self.row, self.where, self.kinds)


def copied(db: duckdb.DuckDBPyConnection, file: Opened, wanted: str, source: str) -> Path:
    """The Parquet file that has what is *wanted* (SQL) of the rows of *source*, in their order, beside *file*."""
    path = file.path.with_name(f"{file.path.name}.parquet")
    db.execute(f"COPY (SELECT {wanted} FROM {source}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION snappy)")
    return path


def views(db: duckdb.DuckDBPyConnection, batch: Batch, parts: Sequence[Part]) -> None:
    """Make the views `staged` and `raw` of *parts*."""
    db.execute(f"CREATE OR REPLACE TEMP VIEW staged AS {rows_of(batch, parts)}")
    db.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT {', '.join(_named(batch))} FROM staged")


def made_anew(db: duckdb.DuckDBPyConnection, batch: Batch, table: str) -> None:
    """Let `staged` and `raw` be the rows of *table*, which has the columns of *batch*."""
    written = "".join(f", {quoted(name)} AS {AS_WRITTEN}{name}" for name in WRITTEN if name in batch.columns)
    db.execute(f"CREATE OR REPLACE TEMP VIEW staged AS SELECT *{written} FROM {table}")
    db.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT {', '.join(_named(batch))} FROM staged")


def rows_of(batch: Batch, parts: Sequence[Part], *, whole: bool = False) -> str:
    """SQL: the rows of *parts* as our columns, also (*whole*) those that are none the batch speaks of."""
    alike: dict[tuple[object, ...], list[Part]] = {}
    for part in parts:
        alike.setdefault(part.shape, []).append(part)
    rows = " UNION ALL ".join(_selected(batch, each) for each in alike.values()) or _none(batch)
    other = "" if whole else others(batch)
    return f"SELECT * FROM ({rows}) WHERE NOT {other}" if other else rows


def _selected(batch: Batch, parts: Sequence[Part]) -> str:
    first = parts[0]
    paths = ", ".join(literal(str(part.path)) for part in parts)
    names = ", ".join(f"{literal(str(part.path))}: {literal(part.name)}" for part in parts)
    values = [f"MAP {{{names}}}[{quoted(_PATH)}]", first.row, *first.values]
    values += [literal(batch.constants[name]) for name in _extra(batch)]
    each = [f"{value} AS {name}" for value, name in zip(values, _named(batch), strict=True)]
    each += [f"{first.written[name] if name in first.written else quoted(name)} AS {AS_WRITTEN}{name}"
             for name in WRITTEN if name in batch.columns]  # fmt: skip
    where = f" WHERE {first.where}" if first.where else ""
    return (f"SELECT {', '.join(each)} FROM read_parquet([{paths}], file_row_number=true, "
            f"filename={literal(_PATH)}){where}")  # fmt: skip


def _none(batch: Batch) -> str:
    """SQL: no rows, of the same columns."""
    names = [*_named(batch), *(f"{AS_WRITTEN}{name}" for name in WRITTEN if name in batch.columns)]
    kinds = ", ".join(f"NULL::{'BIGINT' if name == '_row' else 'VARCHAR'} AS {name}" for name in names)
    return f"SELECT {kinds} WHERE false"


def _named(batch: Batch) -> list[str]:
    return ["_file", "_row", *map(quoted, (*batch.columns, *_extra(batch)))]


def _extra(batch: Batch) -> list[str]:
    return [name for name in batch.constants if name not in batch.columns]
