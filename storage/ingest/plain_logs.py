"""Plain logs: a CSV of requests of which every row is sound as it stands is read once, straight into typed rows.

Most logs are such; reading them once instead of staging their texts first halves what taking them in costs. A file that
writes dates or numbers in another way, that guards its texts, or that has a row to be held back, is staged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from finops.batch import Batch, Format
from finops.errors import BadFile
from storage import columns
from storage.dates import is_iso
from storage.ingest import request_rows as row
from storage.ingest import typed_requests
from storage.opening import Opened, header_of
from storage.quoting import literal, quoted
from storage.staging import Staged, csv_rows
from storage.workbench import resources

_DECIDED = ("started_at", "spend", "requests", *row.COUNTS, "uncached_tokens", "visible_tokens")
"""Columns of which a blank beside the value is found out, because such a row is not sound."""
_BLANKS = (" ", "\u00a0", "\u202f", "\u3000")
_SMALL = ("latency_ms", "ttft_ms", "temperature", "max_tokens")


def read(db: duckdb.DuckDBPyConnection, batch: Batch, files: Sequence[Opened], folder: Path) -> Staged | None:
    """Fill `typed` from the *files* of *batch*, whose money is told in dollars as is the reporting currency, by a
    Parquet file in *folder*; None if they have to be staged."""
    if batch.format is not Format.CSV or batch.derived or batch.kinds or batch.covers or not batch.per_call:
        return None
    found, parts, there = Staged(), list[str](), set[str]()
    try:
        for file in found.apart(files):
            header = header_of(file)
            told = _told(batch, header, found.names(batch, file, header))
            there |= told.keys()
            named = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in told.items())
            parts.append(f"SELECT {literal(file.name)} AS _file, row_number() OVER () AS _row, {named} "
                         f"FROM {csv_rows(file, header)}")  # fmt: skip
        db.execute(f"CREATE OR REPLACE TEMP VIEW raw AS {' UNION ALL BY NAME '.join(parts)}")
        some = replace(batch, columns={name: said for name, said in batch.columns.items() if name in there})
        db.execute("SET preserve_insertion_order = false")  # rows know their numbers
        found.read = typed_requests.check_plain(db, some, folder, _odd(some))
    except (BadFile, duckdb.Error) as error:
        if isinstance(error, duckdb.Error) and resources(error):
            raise
        return None
    finally:
        db.execute("SET preserve_insertion_order = true")
    return found if found.read and _whole(db, folder, found.read, len(parts)) else None


def _whole(db: duckdb.DuckDBPyConnection, folder: Path, sound: int, files: int) -> bool:
    """Whether every one of *files* has rows, and no more rows are there than those *sound*."""
    rows, filled = db.execute(f"""SELECT count(*), count(DISTINCT _file)
        FROM read_parquet({literal(str(folder / typed_requests.TYPED))})""").fetchall()[0]  # fmt: skip
    (rejected,) = db.execute("SELECT count(*) FROM reject_errors").fetchall()[0]
    return bool(rows == sound and filled == files and not rejected)


def _told(batch: Batch, header: Sequence[str], names: columns.Present) -> dict[str, str]:
    """SQL of each of our columns that a file with this *header* tells, by name; blanks stay around those of which one
    column of the file is all that is said."""
    values = dict(zip(batch.columns, columns.texts(batch, header, names)[0], strict=True))
    tags = values.get("tags", "")  # columns that name an owner may be told among them
    alone = {ours: quoted(said[0]) for ours, said in names.items()
             if len(said) == 1 and ours not in batch.constants and not batch.columns[ours].part
             and (ours != "tags" or "json" not in tags)}  # fmt: skip
    return {ours: sql for ours, sql in (values | alone).items() if not sql.startswith("NULL")}


def _odd(batch: Batch) -> str:
    """SQL: whether a row writes something in a way that the whole column has to decide on, or a blank beside an id."""
    there = batch.columns.keys()
    dated = f"(length(started_at) = 20 AND suffix(started_at, 'Z')) OR {is_iso('started_at')}"
    arms = [f"NOT ({dated})"]
    arms += [f"TRY_CAST({name} AS DOUBLE) IS NULL OR contains({name}, ',') OR {name} LIKE '%.___'"
             for name in _SMALL if name in there]  # fmt: skip
    for name in there - {*_DECIDED, *_SMALL}:
        signs = [chr(39)] if batch.guarded else []
        arms += [f"starts_with({quoted(name)}, {literal(sign)})" for sign in signs]
        if name not in typed_requests.LATER:
            arms += [f"starts_with({quoted(name)}, {literal(blank)}) OR suffix({quoted(name)}, {literal(blank)})"
                     for blank in _BLANKS]  # fmt: skip
    return " OR ".join(f"coalesce({arm}, false)" for arm in arms)
