"""Bodies of what is pushed: unpacked and read within bounds; whatever is wrong with one is a status and a sentence."""

from __future__ import annotations

import zlib
from typing import Any
from wsgiref.types import WSGIEnvironment

from web.json_text import parsed

LARGEST, UNPACKED, ROWS = 1024 * 1024, 8 * 1024 * 1024, 10_000


class Refused(Exception):
    """What is not taken: the HTTP *status*, the sentence that says why, and when to come again (seconds; 0: never)."""

    def __init__(self, status: str, sentence: str, again: int = 0) -> None:
        super().__init__(sentence)
        self.status, self.again = status, again


def body(environ: WSGIEnvironment) -> bytes:
    """What was sent, unpacked; Refused if it is too large, before or after, or packed in a way that is not known."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()) or int(length) > LARGEST:
        raise _too_large(f"{LARGEST >> 20} MB")
    sent: bytes = environ["wsgi.input"].read(int(length))
    packed = environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    if packed not in ("identity", "gzip", ""):
        raise Refused("415 Unsupported Media Type", "Send it plain or packed by gzip.")
    return _unzipped(sent) if packed == "gzip" else sent


class NotJson:
    """What stands for a line that is not JSON."""


def rows(text: bytes) -> list[Any]:
    """What a JSON array, or JSON lines, list: numbers exact to the digit, NotJson for a line that is none."""
    found = _array(text) if text.lstrip()[:1] == b"[" else [_line(line) for line in _lines(text)]
    if not found:
        raise bad("There is no row in it.")
    if len(found) > ROWS:
        raise _too_large(f"{ROWS} rows")
    return found


def bad(sentence: str) -> Refused:
    """The refusal of what cannot be understood."""
    return Refused("400 Bad Request", sentence)


def _lines(text: bytes) -> list[bytes]:
    if text.count(b"\n") > ROWS:
        raise _too_large(f"{ROWS} rows")
    return [line for line in text.split(b"\n") if line.strip()]


def _array(text: bytes) -> list[Any]:
    try:
        read = parsed(text)
    except (ValueError, RecursionError):
        raise bad("The body is not JSON in UTF-8.") from None
    return read if isinstance(read, list) else [read]


def _line(text: bytes) -> Any:
    try:
        return parsed(text)
    except (ValueError, RecursionError):
        return NotJson()


def _unzipped(sent: bytes) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        text = unpacking.decompress(sent, UNPACKED + 1)
    except zlib.error:
        raise bad("The body is not packed by gzip.") from None
    if len(text) > UNPACKED:
        raise _too_large(f"{UNPACKED >> 20} MB unpacked")
    if not unpacking.eof or unpacking.unused_data:
        raise bad("The body is cut off, or more than one gzip file.")
    return text


def _too_large(most: str) -> Refused:
    return Refused("413 Content Too Large", f"Send at most {most} at a time.")
