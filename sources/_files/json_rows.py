"""JSON: lines, arrays and answers of an API as JSON lines, and which paths their objects have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from finops.batch import Format
from finops.errors import BadFile
from sources._files.found import Found, Layout, Piece, unique
from sources._files.table import plain_link
from sources._files.text import Letters, opened

_PIECE = 1 << 20
_MOST = 256 * 1024 * 1024
"""One object in one piece is held in memory, so a larger one is refused."""
_LONGEST = 16 * 1024 * 1024
_SHOWN = 200
_LISTS = ("data", "observations", "traces", "results", "rows", "items", "logs", "records", "value")
_DEEPEST = 6


def layouts(piece: Piece, text: Letters) -> Found:
    """The one way in which *piece* can be read: its rows are the lines, the items of its array, or those of the list
    in its one object."""
    notes = (text.note,) if text.note else ()
    first = _first_letter(piece, text)
    try:
        lines = [] if first == "[" else _lines(piece, text)
        if lines:
            return _found(piece, lines, partial(_as_lines, piece, text), notes)
        rows = _array(piece, text) if first == "[" else _of_object(piece, text)
        shown = [json.loads(row) for row in islice(rows, _SHOWN)]
    except (ValueError, RecursionError):
        return Found(piece.name, problem=f"{piece.name} is cut off or no JSON; fetch it again.")
    if not shown:
        return Found(piece.name, problem=f"{piece.name} holds no rows.")
    again = partial(_array if first == "[" else _of_object, piece, text)
    return _found(piece, shown, partial(_written, piece, again), notes)


def _found(piece: Piece, shown: list[Any], write: Any, notes: tuple[str, ...]) -> Found:
    objects = [row for row in shown if isinstance(row, dict)]
    if not objects:
        return Found(piece.name, problem=f"{piece.name} holds no JSON objects, so there are no rows in it.")
    said = _error(objects[0]) if len(objects) == 1 else ""
    if said:
        return Found(piece.name, problem=f"{piece.name} is an error that an API answered ({said}). Ask it again and "
                     "import what it answers then.")  # fmt: skip
    names = dict.fromkeys(path for row in objects for path in paths(row))
    return Found(piece.name, (Layout(tuple(names), Format.JSONL, write, notes),))


def _error(row: Mapping[str, Any]) -> str:
    told = row.get("error", row.get("errors"))
    if not told or len(row) > 4:
        return ""
    message = told.get("message", told.get("type", "")) if isinstance(told, dict) else told
    return str(message).strip().rstrip(".")[:80] or "no reason given"


def paths(row: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[str]:
    """The dotted paths of *row*, objects in it included."""
    for name, value in row.items():
        path = f"{before}{name}"
        yield path
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from paths(value, f"{path}.", depth + 1)


def _first_letter(piece: Piece, text: Letters) -> str:
    with opened(piece, text.codec) as lines:
        return lines.read(4096).lstrip()[:1]


def _lines(piece: Piece, text: Letters) -> list[Any]:
    """The first objects, if each line is one of its own; else none."""
    shown = []
    with opened(piece, text.codec) as lines:
        for line in islice((line for line in lines if line.strip()), _SHOWN):
            try:
                shown.append(json.loads(line))
            except ValueError:
                if not shown:
                    return []
    enveloped = len(shown) == 1 and isinstance(shown[0], dict) and _list_in(shown[0]) is not None
    return [] if enveloped else shown


def _as_lines(piece: Piece, text: Letters, folder: Path) -> Path:
    if text.is_utf8 and not text.codec.endswith("sig"):
        return plain_link(piece, folder)
    path = unique(folder, piece.name[:-3] if piece.name.lower().endswith(".gz") else piece.name)
    with opened(piece, text.codec) as lines, path.open("x", encoding="utf-8", newline="") as out:
        for part in iter(lambda: lines.read(_PIECE), ""):
            out.write(part)
    return path


def _written(piece: Piece, rows: Any, folder: Path) -> Path:
    path = unique(folder, piece.name[:-3] if piece.name.lower().endswith(".gz") else piece.name)
    try:
        with path.open("x", encoding="utf-8", newline="") as out:
            for row in rows():
                out.write(row.replace("\n", " ").replace("\r", " ") + "\n")
    except (ValueError, RecursionError):
        raise BadFile(f"{piece.name} is cut off or no JSON; fetch it again. Nothing of it was kept.") from None
    return path


def _array(piece: Piece, text: Letters) -> Iterator[str]:
    """The items of an array as they are written, one after the other, however long it is."""
    decoder, held, begun = json.JSONDecoder(), "", False
    with opened(piece, text.codec) as lines:
        while True:
            part = lines.read(_PIECE)
            held = (held + part).lstrip()
            if not begun and held:
                held, begun = held[1:].lstrip(), True
            while held:
                held = held.lstrip(", \t\r\n")
                if held.startswith("]"):
                    return
                try:
                    _, end = decoder.raw_decode(held)
                except ValueError:
                    break
                if end == len(held) and part:
                    break  # a number may go on
                yield held[:end]
                held = held[end:]
            if not part or len(held) > _LONGEST:
                raise ValueError


def _of_object(piece: Piece, text: Letters) -> Iterator[str]:
    """The rows of the list that one object holds, or the object itself."""
    with opened(piece, text.codec) as lines:
        said = lines.read(_MOST + 1)
    if len(said) > _MOST:
        raise BadFile(f"{piece.name} is one JSON object of more than 256 MB; export it as JSON lines and import that.")
    whole = json.loads(said, parse_float=str)  # exact to the digit
    rows = _list_in(whole) if isinstance(whole, dict) else None
    for row in [whole] if rows is None else rows:
        yield json.dumps(row, ensure_ascii=False)


def _list_in(whole: Mapping[str, Any]) -> list[Any] | None:
    """The list of objects that an answer of an API wraps."""
    for name in _LISTS:
        rows = whole.get(name)
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return rows
    return None
