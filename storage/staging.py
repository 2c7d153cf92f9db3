"""Staging: the rows of a batch's files as texts under our column names, in a view of an in-memory DuckDB."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from finops.batch import Batch, Format, Quarantined
from finops.errors import BadFile
from storage import columns
from storage.leaving_out import nothing, others, told
from storage.notation import rewritten
from storage.opening import Opened, blank_lines, header_of, opened
from storage.parts import Part, copied, rows_of, views
from storage.quoting import literal, quoted
from storage.workbench import resources, setting

MOST_HELD = 250_000
"""So many rows that cannot be kept refuse the file."""
_LONGEST_LINE = 16 * 1024 * 1024
_LONG = f"max_line_size={_LONGEST_LINE}, buffer_size={2 * _LONGEST_LINE}"
_CSV = ("auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr=['', 'NULL'], parallel=false, "
        f"store_rejects=true, rejects_limit=0, {_LONG}")  # fmt: skip
_LINES = (f"auto_detect=false, header=false, delim='\x1f', quote='', escape='', {_LONG}, "
          "columns={'line': 'VARCHAR'}, parallel=false")  # fmt: skip
_STEP = re.compile(r'(?:"([^"]+)"|([^."[]+))((?:\[\d+\])?)')
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

    def apart(self, files: Iterable[Opened]) -> list[Opened]:
        """*files* without those that hold the same as another."""
        seen: dict[str, Opened] = {}
        for file in files:
            first = seen.setdefault(file.sha, file)
            if first is not file:
                self.notes.append(f"{file.name} holds the same as {first.name}; it was read once.")
        return list(seen.values())

    def held(self, file: str, place: int, problem: str) -> Quarantined:
        """The row at *place* among those of *file* that are rows, held back for *problem* (`field|reason`)."""
        ours, _, reason = problem.partition("|")
        row = place + bisect_left(self.before.get(file, []), place)
        return Quarantined(file, row, self.called.get(file, {}).get(ours, ours), reason)

    def few(self, bad: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
        """*bad* (file, place and problem), each row of which is remembered by itself; BadFile if that were too many."""
        if len(bad) + len(self.broken) < MOST_HELD:
            return bad
        first = self.held(*bad[0]) if bad else self.broken[0]
        where = f"row {first.row}, {first.field}: {first.reason}"
        raise BadFile(
            f"{first.file}: {MOST_HELD:,} rows or more cannot be kept, the first is {where}. Nothing was kept."
        )

    def sorted(self, held: list[Quarantined]) -> list[Quarantined]:
        """*held* as the files have them, first to last."""
        order = {file: number for number, file in enumerate(self.called)}
        return sorted(held, key=lambda each: (order.get(each.file, len(order)), each.row))


def files_of(db: duckdb.DuckDBPyConnection, batch: Batch) -> tuple[Opened, ...]:
    """The files of *batch*, linked to in the temporary folder of *db*; BadFile if one cannot be read at all."""
    folder = Path(str(setting(db, "temp_directory"))) / "staged"
    folder.mkdir(parents=True, exist_ok=True)
    return opened(batch, folder)


def stage(db: duckdb.DuckDBPyConnection, batch: Batch, files: Sequence[Opened] | None = None) -> Staged:
    """Make the view `raw` of the rows of the files of *batch* (those of `files_of`): our columns as texts, `_file` and
    `_row`; BadFile refuses the batch as a whole. CSV and JSON lines are copied into Parquet in the temporary folder of
    *db*, Parquet is read where it lies, as often as `raw` is. The view `staged` has beside them each of WRITTEN as the
    file has it."""
    found = Staged()
    files = found.apart(files_of(db, batch) if files is None else files)
    views(db, batch, [_read(db, batch, file, found) for file in files])
    return found


def _read(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> Part:
    reader = {Format.CSV: _csv, Format.PARQUET: _parquet, Format.JSONL: _json_lines}[batch.format]
    try:
        part = reader(db, batch, file, found)
        return rewritten(db, batch, part, found.called[file.name])
    except duckdb.Error as error:
        lacking = "" if isinstance(error, duckdb.OutOfMemoryException) else resources(error)
        raise BadFile(lacking or f"{file.name} {_why(str(error))}") from None


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


def csv_rows(file: Opened, header: Sequence[str]) -> str:
    """SQL: the rows of the CSV *file* as texts, in their order; those that do not fit the *header* are rejects."""
    kinds = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header) + "}"
    return f"read_csv({literal(str(file.path))}, columns={kinds}, {_CSV})"


def _csv(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> Part:
    header = header_of(file)
    there = found.names(batch, file, header)
    wanted = columns.wanted(batch, header, there)
    path = copied(db, file, ", ".join(map(quoted, wanted)) or "1 AS nothing", csv_rows(file, header))
    rejects = db.execute(
        "SELECT line, column_name, error_type FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) "
        "WHERE s.file_path = ? ORDER BY line, column_idx",
        [str(file.path)],
    ).fetchall()
    _rejected(db, file, found, path, rejects)
    guarded = _guarded(db, path, wanted) if batch.guarded else frozenset()
    return Part(file.name, path, *columns.texts(batch, header, there, guarded=guarded))


def _guarded(db: duckdb.DuckDBPyConnection, path: Path, names: Sequence[str]) -> frozenset[str]:
    """The columns in which a ' stands before any text."""
    signs = ", ".join(f"coalesce(bool_or(starts_with({quoted(name)}, chr(39))), false)" for name in names)
    found = db.execute(f"SELECT {signs} FROM read_parquet({literal(str(path))})").fetchall()[0]
    return frozenset(name for name, there in zip(names, found, strict=True) if there)


def _rejected(
    db: duckdb.DuckDBPyConnection, file: Opened, found: Staged, path: Path, rejects: list[tuple[int, str, str]]
) -> None:
    kept, blank = _rows(db, path), blank_lines(file) if rejects else []
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


def _rows(db: duckdb.DuckDBPyConnection, path: Path) -> int:
    return int(db.execute(f"SELECT count(*) FROM read_parquet({literal(str(path))})").fetchall()[0][0])


def _parquet(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> Part:
    described = db.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(file.path))})").fetchall()
    kinds = {name: str(kind) for name, kind, *_ in described}
    there = found.names(batch, file, list(kinds))
    rows = _rows(db, file.path)
    if not rows:
        raise BadFile(f"{file.name} holds no rows.")
    found.read += rows
    used = tuple((name, kinds[name]) for name in columns.wanted(batch, list(kinds), there))
    return Part(file.name, file.path, *columns.texts(batch, list(kinds), there, kinds), kinds=used)


def _json_lines(db: duckdb.DuckDBPyConnection, batch: Batch, file: Opened, found: Staged) -> Part:
    paths = [path for column in batch.columns.values() for path in column.names]
    listed = ", ".join(literal("$" + "".join(_steps(path))) for path in paths)
    places = {path: f"s{number}" for number, path in enumerate(paths, 1)}
    each = "".join(f", said[{number}] AS s{number}" for number, _ in enumerate(paths, 1))
    lines = f"SELECT row_number() OVER () AS n, line FROM read_csv({literal(str(file.path))}, {_LINES})"
    fits = f"SELECT n, json_valid(line) AS fits, CASE WHEN fits THEN json_extract_string(line, [{listed}]) END AS said"
    path = copied(db, file, f"n, fits{each}", f"({fits} FROM ({lines}))")
    staged = f"read_parquet({literal(str(path))})"
    total, last, last_bad = db.execute(
        f"SELECT count(fits), max(n), max(n) FILTER (NOT fits) FROM {staged}").fetchall()[0]  # fmt: skip
    if not total and not batch.withdraws:
        raise BadFile(f"{file.name} holds no rows.")
    if total and last_bad == last and not file.ended:
        raise BadFile(f"{file.name} is cut off in row {last}; fetch it again. Nothing of it was kept.")
    found.broken += [Quarantined(file.name, n, "", "is not JSON") for (n,) in db.execute(
        f"SELECT n FROM {staged} WHERE NOT fits").fetchall()]  # fmt: skip
    values = [columns.value(batch, ours, [places[p] for p in column.names]) for ours, column in batch.columns.items()]
    plain = {ours: places[column.names[0]] for ours, column in batch.columns.items()
             if len(column.names) == 1 and ours not in batch.constants}  # fmt: skip
    part = Part(file.name, path, values, plain, row="n", where="fits")
    found.read += total - _without_others(db, batch, part, found)
    _there(db, batch, part)
    found.called[file.name] = {ours: column.names[0] for ours, column in batch.columns.items()}
    return part


def _there(db: duckdb.DuckDBPyConnection, batch: Batch, part: Part) -> None:
    """BadFile if a mandatory column is in none of the file's objects."""
    names = [name for name, column in batch.columns.items() if column.mandatory]
    counts = ", ".join(["count(*)", *(f"count({quoted(name)})" for name in names)])
    rows, *told = db.execute(f"SELECT {counts} FROM ({rows_of(batch, (part,))})").fetchall()[0]
    missing = next((name for name, count in zip(names, told, strict=True) if rows and not count), None)
    if missing:
        called = batch.columns[missing].names[0]
        raise BadFile(f"{part.name}: the mandatory field {called} is in none of its rows; nothing of it was kept.")


def _steps(path: str) -> list[str]:
    """The steps of *path* into an object, as DuckDB writes them: `attributes."gen_ai.request.model"` has two, and
    `choices[0]` is the first of a list."""
    found = _STEP.findall(path)
    return [f'."{inside or plain}"{place}' for inside, plain, place in found]


def _without_others(db: duckdb.DuckDBPyConnection, batch: Batch, part: Part, found: Staged) -> int:
    """How many rows are none that *batch* speaks of; the view leaves them out."""
    other = others(batch)
    if not other:
        return 0
    every = f"SELECT count(*), count_if({other}) FROM ({rows_of(batch, (part,), whole=True)})"
    rows, count = map(int, db.execute(every).fetchall()[0])
    if count and rows == count:
        raise BadFile(nothing(batch, part.name))
    found.notes += [told(count, batch, part.name)] if count else []
    return count
