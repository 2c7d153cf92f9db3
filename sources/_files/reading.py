"""Reading: the pieces of a file as somebody has it, each with the ways in which it can be read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from finops.batch import Format
from finops.errors import BadFile
from sources._base import FileSource
from sources._files import json_rows, table
from sources._files.archive import is_workbook, taken_apart
from sources._files.found import Found, Layout, Piece, refused, unique
from sources._files.text import letters
from sources._files.unreadable import what_it_is
from sources._files.workbook import first_sheet

_HEAD = 4096
_LONGEST = 16 * 1024 * 1024
ColumnsOf = Callable[[Path], tuple[str, ...]]
"""The names of the columns of a Parquet file; BadFile if it is none."""


def pieces(file: Path, name: str, folder: Path, columns_of: ColumnsOf) -> Iterator[Found]:
    """What is found in *file*, called *name*; what is unpacked or converted lies in *folder*."""
    try:
        problem = _not_a_file(file, name)
        if problem:
            yield refused(name, problem)
            return
        for taken in taken_apart(name, file, folder):
            yield refused(name, str(taken)) if isinstance(taken, BadFile) else _found(taken, folder, columns_of)
    except OSError as error:
        yield refused(name, f"{name[:80]} cannot be read: {error.strerror}.")


def _not_a_file(file: Path, name: str) -> str:
    if not file.exists():
        return f"{name} is not there."
    if file.is_dir():
        return f"{name} is a folder. Name the files in it, as {name}/*.csv."
    if not file.is_file():
        return f"{name} is not a file."
    return "" if file.stat().st_size else f"{name} is empty."


def _found(piece: Piece, folder: Path, columns_of: ColumnsOf) -> Found:
    try:
        return _laid_out(piece, folder, columns_of)
    except BadFile as error:
        return refused(piece.name, str(error))


def _laid_out(piece: Piece, folder: Path, columns_of: ColumnsOf) -> Found:
    head = piece.head(_HEAD)
    if not head.strip():
        return refused(piece.name, f"{piece.name} is empty.")
    if head.startswith(b"PAR1"):
        return _parquet(piece, columns_of)
    if head.startswith(b"PK\x03\x04") and not piece.packed and is_workbook(piece.path):
        sheet, notes = first_sheet(piece, folder)
        found = table.layouts(sheet, letters(sheet))
        return replace(found, layouts=tuple(replace(each, notes=(*notes, *each.notes)) for each in found.layouts))
    problem = what_it_is(head)
    if problem:
        return refused(piece.name, f"{piece.name} {problem}")
    text = letters(piece)
    first = head.decode(text.codec, errors="replace").lstrip("\ufeff \t\r\n")[:1]
    return json_rows.layouts(piece, text) if first in "[{" else table.layouts(piece, text)


def _parquet(piece: Piece, columns_of: ColumnsOf) -> Found:
    if piece.packed:
        return refused(piece.name, f"{piece.name} is Parquet packed by gzip. Unpack it and import that.")
    layout = Layout(columns_of(piece.path), Format.PARQUET, partial(table.plain_link, piece))
    return Found(piece.name, (layout,))


def unfolded(source: FileSource, file: Path, form: Format, name: str, folder: Path) -> Path:
    """The rows that *source* finds in the records of *file* (JSON lines or CSV), as JSON lines in *folder*."""
    path = unique(folder, name[:-3] if name.lower().endswith(".gz") else name)
    piece, number = Piece(name, file, packed=file.name.lower().endswith(".gz")), 0
    csv.field_size_limit(_LONGEST)
    try:
        with piece.open() as content, path.open("x", encoding="utf-8") as out:
            text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
            for record in _records(text, form):
                number += 1
                out.writelines(json.dumps(row) + "\n" for row in source.unfolded(record))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, csv.Error):
        raise BadFile(f"{name}: record {number + 1} is cut off or in another shape; nothing of it was kept.") from None
    return path


def _records(text: TextIO, form: Format) -> Iterator[dict[str, Any]]:
    if form is Format.CSV:
        for row in csv.DictReader(text):
            yield {key.strip(): _cell(value) for key, value in row.items() if key and isinstance(value, str)}
    else:
        yield from (json.loads(line, parse_float=str) for line in text if line.strip())


def _cell(value: str) -> Any:
    """What a cell says: JSON where it is written so."""
    if value[:1] in ("{", "["):
        try:
            return json.loads(value, parse_float=str)
        except ValueError:
            return value
    return value
