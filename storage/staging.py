"""Staging: the rows of a batch's files as texts under our column names, in a table of an in-memory DuckDB."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

import duckdb

from finops.batch import Batch, Format, Quarantined
from finops.errors import BadFile
from storage import columns
from storage.leaving_out import left_out, nothing, told
from storage.notation import rewrite
from storage.opening import Opened, blank_lines, header_of, opened
from storage.quoting import literal, quoted

_LONGEST_LINE = 16 * 1024 * 1024
_LONG = f"max_line_size={_LONGEST_LINE}, buffer_size={2 * _LONGEST_LINE}"
_CSV = ("auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr=['', 'NULL'], parallel=false, "
        f"store_rejects=true, rejects_limit=0, {_LONG}")  # fmt: skip
_LINES = (f"auto_detect=false, header=false, delim='\x1f', quote='', escape='', {_LONG}, "
          "columns={'line': 'VARCHAR'}, parallel=false")  # fmt: skip
_STEP = re.compile(r'"([^"]+)"|([^."]+)')
_BROKEN = {"MISSING COLUMNS": "the row ends before it", "TOO MANY COLUMNS": "has too many columns",
           "INVALID ENCODING": "is not UTF-8"}  # fmt: skip


@dataclass
class Staged:
    """What was found: rows read, rows that are no rows (and how many before each are), columns that mean nothing to
    us, what a file calls ours, and what else is to be said. Row 1 is the first below the header."""

    read: int = 0
    broken: list[Quarantined] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    called: dict[str, dict[str, str]] = field(default_factory=dict)
    before: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def names(self, batch: Batch, file: Opened, header: list[str]) -> columns.Present:
        """What *file* calls our columns; what else stands in its *header* is ignored. BadFile if one must be there."""
        there = columns.present(batch, file.name, header)
        self.ignored |= columns.ignored(header, there)
        self.called[file.name] = {ours: names[0] for ours, names in there.items()}
        return there

    def held(self, file: str, place: int, problem: str) -> Quarantined:
        """The row at *place* among those of *file* that are rows, held back for *problem* (`field|reason`)."""
        ours, _, reason = problem.partition("|")
        row = place + bisect_left(self.before.get(file, []), place)
        return Quarantined(file, row, self.called.get(file, {}).get(ours, ours), reason)

    def sorted(self, held: list[Quarantined]) -> list[Quarantined]:
        """*held* as the files have them, first to last."""
        order = list(self.called)
        return sorted(held, key=lambda each: (order.index(each.file), each.row))


def stage(db: duckdb.DuckDBPyConnection, batch: Batch) -> Staged:
    """Fill the table `raw` (our columns as texts, `_file` and `_row`); BadFile refuses the batch as a whole."""
    names = ", ".join(f"{quoted(name)} VARCHAR" for name in (*batch.columns, *_extra(batch)))
    db.execute(f"CREATE TEMP TABLE raw (_file VARCHAR, _row BIGINT, {names})")
    found, seen = Staged(), dict[str, str]()
    with opened(batch) as files:
        for file in files:
            if seen.setdefault(file.sha, file.name) != file.name:
                found.notes.append(f"{file.name} holds the same as {seen[file.sha]}; it was read once.")
                continue
            _read(db, batch, file, found)
    return found


def _extra(batch: Batch) -> list[str]:
    return [name for name in batch.constants if name not in batch.columns]


def _read(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> None:
    reader = {Format.CSV: _csv, Format.PARQUET: _parquet, Format.JSONL: _json_lines}[batch.format]
    try:
        reader(db, batch, file, found)
        rewrite(db, batch, file.name, found.called[file.name])
    except duckdb.Error as error:
        raise BadFile(f"{file.name} {_why(str(error))}") from None


def _why(said: str) -> str:
    """What an error of DuckDB's means to whoever sent the file."""
    meanings = {
        "magic bytes": "is cut off or no Parquet file; fetch it again. Nothing of it was kept.",
        "utf-8": "is not text in UTF-8.",
        "unicode": "is not text in UTF-8.",
        "state machine": "ends its lines in more than one way; write it with one kind of line end.",
        "maximum line size": "holds a line of more than 16 MB.",
        "allocate": "holds rows too wide for the memory they are taken in with; leave columns out, or split it.",
    }
    meant = next((text for sign, text in meanings.items() if sign in said.lower()), "")
    return meant or f"cannot be read: {said.splitlines()[0].partition('Error: ')[2][:200] or said[:200]}"


def _csv(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> None:
    header = header_of(file)
    values = columns.texts(batch, header, found.names(batch, file, header))
    kinds = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header) + "}"
    source = f"read_csv({literal(str(file.path))}, columns={kinds}, {_CSV})"
    _insert(db, batch, file, "row_number() OVER ()", values, source)
    rejects = db.execute(
        "SELECT line, column_name, error_type FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) "
        "WHERE s.file_path = ? ORDER BY line, column_idx",
        [str(file.path)],
    ).fetchall()
    _rejected(db, file, found, rejects)


def _insert(
    db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, row: str, values: list[str], source: str
) -> None:
    extra = [literal(batch.constants[name]) for name in _extra(batch)]
    every = ", ".join([literal(file.name), row, *values, *extra])
    db.execute(f"INSERT INTO raw SELECT {every} FROM {source}")


def _rejected(db: duckdb.DuckDBPyConnection, file: Opened, found: Staged, rejects: list[tuple[int, str, str]]) -> None:
    kept, blank = _rows(db, file), blank_lines(file) if rejects else []
    why = {line - 1 - bisect_left(blank, line): (column or "", kind) for line, column, kind in reversed(rejects)}
    rows = sorted(why)
    found.read += kept + len(rows)
    if kept + len(rows) == 0:
        raise BadFile(f"{file.name} holds a header and no rows.")
    if not file.ended and rows and rows[-1] >= kept + len(rows):
        raise BadFile(f"{file.name} is cut off in row {rows[-1]}; fetch it again. Nothing of it was kept.")
    reasons = {row: (column, _BROKEN.get(kind, kind.lower().replace("_", " "))) for row, (column, kind) in why.items()}
    found.broken += [Quarantined(file.name, row, *reasons[row]) for row in rows]
    found.before[file.name] = [row - number for number, row in enumerate(rows, 1)]


def _there(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened) -> None:
    """BadFile if a mandatory column is in none of the file's objects."""
    names = [name for name, column in batch.columns.items() if column.mandatory]
    counts = ", ".join(["count(*)", *(f"count({quoted(name)})" for name in names)])
    rows, *told = db.execute(f"SELECT {counts} FROM raw WHERE _file = ?", [file.name]).fetchall()[0]
    missing = next((name for name, count in zip(names, told, strict=True) if rows and not count), None)
    if missing:
        called = batch.columns[missing].names[0]
        raise BadFile(f"{file.name}: the mandatory field {called} is in none of its rows; nothing of it was kept.")


def _rows(db: duckdb.DuckDBPyConnection, file: Opened) -> int:
    return int(db.execute("SELECT count(*) FROM raw WHERE _file = ?", [file.name]).fetchall()[0][0])


def _parquet(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> None:
    described = db.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(file.path))})").fetchall()
    nested = {name for name, kind, *_ in described if kind.startswith(("MAP", "STRUCT")) or kind.endswith("[]")}
    header = [name for name, *_ in described]

    def text(name: str) -> str:
        return f"to_json({quoted(name)})::VARCHAR" if name in nested else f"{quoted(name)}::VARCHAR"

    values = columns.texts(batch, header, found.names(batch, file, header), text)
    source = f"read_parquet({literal(str(file.path))}, file_row_number=true)"
    _insert(db, batch, file, "file_row_number + 1", values, source)
    rows = _rows(db, file)
    if not rows:
        raise BadFile(f"{file.name} holds no rows.")
    found.read += rows


def _json_lines(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> None:
    paths = [path for column in batch.columns.values() for path in column.names]
    listed = ", ".join(literal("$" + "".join(f'."{step}"' for step in _steps(path))) for path in paths)
    places = {path: f"said[{number}]" for number, path in enumerate(paths, 1)}
    values = [columns.value(batch, ours, [places[p] for p in column.names]) for ours, column in batch.columns.items()]
    lines = f"(SELECT row_number() OVER () AS n, line FROM read_csv({literal(str(file.path))}, {_LINES}))"
    total, last, last_bad = db.execute(
        f"SELECT count(line), max(n), max(n) FILTER (NOT json_valid(line)) FROM {lines}").fetchall()[0]  # fmt: skip
    if not total and not batch.withdraws:
        raise BadFile(f"{file.name} holds no rows.")
    if total and last_bad == last and not file.ended:
        raise BadFile(f"{file.name} is cut off in row {last}; fetch it again. Nothing of it was kept.")
    found.broken += [Quarantined(file.name, n, "", "is not JSON") for (n,) in db.execute(
        f"SELECT n FROM {lines} WHERE NOT json_valid(line)").fetchall()]  # fmt: skip
    said = f"(SELECT n, json_extract_string(line, [{listed}]) AS said FROM {lines} WHERE json_valid(line))"
    _insert(db, batch, file, "n", values, said)
    found.read += total - _without_others(db, batch, file, found)
    _there(db, batch, file)
    found.called[file.name] = {ours: column.names[0] for ours, column in batch.columns.items()}


def _steps(path: str) -> list[str]:
    """The steps of *path* into an object: `attributes."gen_ai.request.model"` has two."""
    return [inside or plain for inside, plain in _STEP.findall(path)]


def _without_others(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> int:
    count = left_out(db, batch, file.name)
    if count and not _rows(db, file):
        raise BadFile(nothing(batch, file.name))
    found.notes += [told(count, batch, file.name)] if count else []
    return count
