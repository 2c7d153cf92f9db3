"""Staging: the rows of a batch's files as texts under our column names, in a table of an in-memory DuckDB."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

import duckdb

from finops.batch import Batch, Format, Quarantined
from finops.errors import BadFile

OWNING = frozenset({"team", "app", "application", "env", "environment", "key", "owner", "project", "cost_center"})
_LONGEST_LINE = 16 * 1024 * 1024
_CSV = ("auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr=['', 'NULL'], parallel=false, "
        f"store_rejects=true, rejects_limit=0, max_line_size={_LONGEST_LINE}")  # fmt: skip
_LINES = (f"auto_detect=false, header=false, delim='\x1f', quote='', escape='', max_line_size={_LONGEST_LINE}, "
          "columns={'line': 'VARCHAR'}, parallel=false")  # fmt: skip


@dataclass
class Staged:
    """What was found: rows read, rows that are no rows, columns that mean nothing to us, what a file calls ours."""

    read: int = 0
    broken: list[Quarantined] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    called: dict[str, dict[str, str]] = field(default_factory=dict)


def literal(text: str) -> str:
    """*text* as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """*name* as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def stage(db: duckdb.DuckDBPyConnection, batch: Batch) -> Staged:
    """Fill the table `raw` (our columns as texts, `_file` and `_row`); BadFile refuses the batch as a whole."""
    names = ", ".join(f"{quoted(name)} VARCHAR" for name in (*batch.columns, *_extra(batch)))
    db.execute(f"CREATE TEMP TABLE raw (_file VARCHAR, _row BIGINT, {names})")
    found = Staged()
    for file in batch.files:
        _whole(file, batch.format)
        reader = {Format.CSV: _csv, Format.PARQUET: _parquet, Format.JSONL: _json_lines}[batch.format]
        try:
            reader(db, batch, file, found)
        except duckdb.Error as error:
            raise BadFile(f"{file.name} cannot be read: {str(error).splitlines()[0][:200]}") from None
    return found


def _extra(batch: Batch) -> list[str]:
    return [name for name in batch.constants if name not in batch.columns]


def _whole(file: Path, form: Format) -> None:
    if not file.is_file():
        raise BadFile(f"{file} is not there." if not file.exists() else f"{file} is not a file.")
    if file.stat().st_size == 0:
        raise BadFile(f"{file.name} is empty.")
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as content:
            quotes = sum(chunk.count(b'"') for chunk in iter(lambda: content.read(1 << 20), b""))
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BadFile(f"{file.name} is cut off or no gzip file; fetch it again. Nothing of it was kept.") from None
    if form is Format.CSV and quotes % 2:
        raise BadFile(f"{file.name} ends inside a quoted text: it is cut off; fetch it again. Nothing of it was kept.")


def _csv(db: duckdb.DuckDBPyConnection, batch: Batch, file: Path, found: Staged) -> None:
    header = _header(file)
    present = _present(batch, file, header, found)
    columns = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header) + "}"
    source = f"read_csv({literal(str(file))}, columns={columns}, {_CSV})"
    values = [_value(batch, name, [quoted(n) for n in present.get(name, ())]) for name in batch.columns]
    values = _with_owners(batch, header, present, values)
    _insert(db, batch, file, "row_number() OVER ()", values, source)
    rejects = db.execute(
        "SELECT line, column_name, error_type FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) "
        "WHERE s.file_path = ? ORDER BY line",
        [str(file)],
    ).fetchall()
    _rejected(db, file, found, rejects)


def _header(file: Path) -> list[str]:
    packed = file.suffix == ".gz"
    try:
        with gzip.open(file, "rb") if packed else file.open("rb") as content:
            text = TextIOWrapper(cast(IO[bytes], content), encoding="utf-8-sig", newline="")
            header = [name.strip() for name in next(csv.reader(text), [])]
    except (UnicodeDecodeError, csv.Error):
        raise BadFile(f"{file.name} is not a CSV file in UTF-8.") from None
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice or not any(header):
        raise BadFile(f"{file.name} names the column {twice[0]} twice." if twice else f"{file.name} has no header.")
    return header


def _present(batch: Batch, file: Path, header: list[str], found: Staged) -> dict[str, tuple[str, ...]]:
    lower = {name.lower(): name for name in header}
    present = {}
    for ours, column in batch.columns.items():
        there = tuple(lower[name.lower()] for name in column.names if name.lower() in lower)
        if column.mandatory and not there:
            raise BadFile(f"{file.name}: the mandatory column {column.names[0]} is missing; nothing of it was kept.")
        if there:
            present[ours] = there
    used = {name for names in present.values() for name in names}
    found.ignored |= {name for name in header if name not in used and name.lower().removeprefix("x_") not in OWNING}
    found.called[file.name] = {ours: names[0] for ours, names in present.items()}
    return present


def _value(batch: Batch, ours: str, sources: list[str]) -> str:
    constant = [literal(batch.constants[ours])] if ours in batch.constants else []
    each = [*sources, *constant]
    return f"trim(coalesce({', '.join(each)}))" if each else "NULL"


def _with_owners(
    batch: Batch, header: list[str], present: Mapping[str, tuple[str, ...]], values: list[str]
) -> list[str]:
    """An owner that a column of its own names (`x_team`) is kept as a tag, where the tags do not say it."""
    used = {name for names in present.values() for name in names}
    owners = [name for name in header if name not in used and name.lower().removeprefix("x_") in OWNING]
    if not owners or "tags" not in batch.columns:
        return values
    pairs = ", ".join(f"{literal(name.lower().removeprefix('x_'))}, {quoted(name)}" for name in owners)
    place = list(batch.columns).index("tags")
    tags = values[place]
    merged = (f"CASE WHEN json_valid({tags}) AND {tags} LIKE '{{%' THEN json_merge_patch(json_object({pairs}), {tags}) "
              f"WHEN {tags} IS NULL THEN json_object({pairs}) ELSE {tags} END::VARCHAR")  # fmt: skip
    return [*values[:place], merged, *values[place + 1 :]]


def _insert(db: duckdb.DuckDBPyConnection, batch: Batch, file: Path, row: str, values: list[str], source: str) -> None:
    extra = [literal(batch.constants[name]) for name in _extra(batch)]
    every = ", ".join([literal(file.name), row, *values, *extra])
    db.execute(f"INSERT INTO raw SELECT {every} FROM {source}")


def _rejected(db: duckdb.DuckDBPyConnection, file: Path, found: Staged, rejects: list[tuple[int, str, str]]) -> None:
    kept = db.execute("SELECT count(*) FROM raw WHERE _file = ?", [file.name]).fetchall()[0][0]
    lines = sorted({line for line, _, _ in rejects})
    found.read += kept + len(lines)
    if kept + len(lines) == 0:
        raise BadFile(f"{file.name} holds a header and no rows.")
    if lines and lines[-1] >= kept + len(lines) + 1:
        raise BadFile(f"{file.name} is cut off in row {lines[-1] - 1}; fetch it again. Nothing of it was kept.")
    why = {line: (column or "", kind) for line, column, kind in reversed(rejects)}
    found.broken += [
        Quarantined(file.name, line - 1, column, kind.lower().replace("_", " ")) for line, (column, kind) in why.items()
    ]
    for line in lines:  # rows after one that is no row move down by it
        db.execute("UPDATE raw SET _row = _row + 1 WHERE _file = ? AND _row >= ?", [file.name, line - 1])


def _parquet(db: duckdb.DuckDBPyConnection, batch: Batch, file: Path, found: Staged) -> None:
    described = db.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(file))})").fetchall()
    nested = {name for name, kind, *_ in described if kind.startswith(("MAP", "STRUCT")) or kind.endswith("[]")}
    present = _present(batch, file, [name for name, *_ in described], found)

    def text(name: str) -> str:
        return f"to_json({quoted(name)})::VARCHAR" if name in nested else f"{quoted(name)}::VARCHAR"

    values = [_value(batch, name, [text(n) for n in present.get(name, ())]) for name in batch.columns]
    source = f"read_parquet({literal(str(file))}, file_row_number=true)"
    _insert(db, batch, file, "file_row_number + 1", values, source)
    found.read += db.execute("SELECT count(*) FROM raw WHERE _file = ?", [file.name]).fetchall()[0][0]


def _json_lines(db: duckdb.DuckDBPyConnection, batch: Batch, file: Path, found: Staged) -> None:
    paths = [path for column in batch.columns.values() for path in column.names]
    listed = ", ".join(literal("$" + "".join(f'."{step}"' for step in path.split("."))) for path in paths)
    places = {path: f"said[{number}]" for number, path in enumerate(paths, 1)}
    values = [_value(batch, ours, [places[p] for p in column.names]) for ours, column in batch.columns.items()]
    lines = f"(SELECT row_number() OVER () AS n, line FROM read_csv({literal(str(file))}, {_LINES}))"
    total, last_bad = db.execute(f"SELECT count(*), max(n) FILTER (NOT json_valid(line)) FROM {lines}").fetchall()[0]
    if last_bad == total:
        raise BadFile(f"{file.name} is cut off in row {total}; fetch it again. Nothing of it was kept.")
    found.broken += [Quarantined(file.name, n, "", "is not JSON") for (n,) in db.execute(
        f"SELECT n FROM {lines} WHERE NOT json_valid(line)").fetchall()]  # fmt: skip
    said = f"(SELECT n, json_extract_string(line, [{listed}]) AS said FROM {lines} WHERE json_valid(line))"
    _insert(db, batch, file, "n", values, said)
    found.read += total
    found.called[file.name] = {ours: column.names[0] for ours, column in batch.columns.items()}
