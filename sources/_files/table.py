"""Tables: the delimiter and header row of a text, and the table written with commas below its header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

from finops.batch import Format
from finops.errors import BadFile
from sources._files.found import Found, Layout, Piece, unique
from sources._files.text import Letters, opened

DELIMITERS = (",", ";", "\t", "|")
_ROWS_ABOVE = 40
"""So many rows of titles and filters may stand above the header."""
_HEAD = 1 << 20
_LONGEST = 16 * 1024 * 1024

Row = list[str]


def layouts(piece: Piece, text: Letters) -> Found:
    """The ways in which *piece* can be a table: each delimiter, and each of its first rows as the header."""
    if not text.paired:
        return Found(piece.name, problem=f"{piece.name} ends inside a quoted text: it is cut off; fetch it again. "
                     "Nothing of it was kept.")  # fmt: skip
    csv.field_size_limit(_LONGEST)
    head = _head(piece, text)
    notes = (text.note,) if text.note else ()
    found = [
        Layout(tuple(cell.strip() for cell in row), Format.CSV, partial(_written, piece, text, delimiter, place), notes)
        for delimiter in DELIMITERS
        for place, row in enumerate(_rows(head, delimiter))
        if len([cell for cell in row if cell.strip()]) > 1
    ]
    return Found(piece.name, tuple(found)) if found else Found(piece.name, problem=_no_table(piece, head))


def _no_table(piece: Piece, head: str) -> str:
    what = "holds only one column" if head.strip() else "is empty"
    return f"{piece.name} {what}; it is no table that can be read. Export the data as CSV or JSON and import that."


def _head(piece: Piece, text: Letters) -> str:
    with opened(piece, text.codec) as lines:
        head = lines.read(_HEAD)
    return head if len(head) < _HEAD else head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head


def _rows(head: str, delimiter: str) -> Iterator[Row]:
    """The first rows; blank ones count, so that a place is the same when the file is read again."""
    try:
        yield from islice(csv.reader(head.splitlines(keepends=True), delimiter=delimiter), _ROWS_ABOVE)
    except csv.Error:
        return


def _written(piece: Piece, text: Letters, delimiter: str, place: int, folder: Path) -> Path:
    """The table below row *place* as plain CSV in *folder*; a file that is plain already is left where it is."""
    if text.is_utf8 and delimiter == "," and place == 0:
        return plain_link(piece, folder)
    path = unique(folder, piece.name[:-3] if piece.name.lower().endswith(".gz") else piece.name)
    try:
        with opened(piece, text.codec) as lines, path.open("x", encoding="utf-8", newline="") as out:
            _write(out, islice(csv.reader(lines, delimiter=delimiter), place, None), ended=text.ended)
    except csv.Error:
        raise BadFile(f"{piece.name} is not a CSV file; export it again.") from None
    return path


def _write(out: TextIO, rows: Iterator[Row], *, ended: bool) -> None:
    """Blank rows are left out. The last line has an end only if the file's has, so that a cut is seen."""
    sheet = csv.writer(out, lineterminator="\n")
    kept = (row for row in rows if any(cell.strip() for cell in row))
    last = next(kept, None)
    for row in kept:
        sheet.writerow(last or ())
        last = row
    if last is not None:
        csv.writer(out, lineterminator="\n" if ended else "").writerow(last)


def plain_link(piece: Piece, folder: Path) -> Path:
    """Where a batch reads *piece* as it is: the file itself, or a link whose name says how it is packed."""
    named = piece.path.name.lower().endswith(".gz")
    if named == piece.packed and piece.path.name == piece.name:
        return piece.path
    name = piece.name if piece.name.lower().endswith(".gz") == piece.packed else _renamed(piece)
    path = unique(folder, name)
    path.symlink_to(piece.path.absolute())
    return path


def _renamed(piece: Piece) -> str:
    return f"{piece.name}.gz" if piece.packed else piece.name[:-3]
