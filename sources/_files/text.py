"""Text: how the letters of a file are written, and its lines."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from finops.errors import BadFile
from sources._files.found import Piece

_PIECE = 1 << 20
_HEAD = 4096
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LATIN = "cp1252"


@dataclass(frozen=True)
class Letters:
    """How a text is encoded, whether its last line has an end, whether its quotes come in pairs, and what is to be
    said of it."""

    codec: str
    ended: bool
    paired: bool
    note: str = ""

    @property
    def is_utf8(self) -> bool:
        """Whether a batch can read it as it is."""
        return self.codec in ("utf-8", "utf-8-sig")


def letters(piece: Piece) -> Letters:
    """How *piece* is encoded, read once through: by its mark, else UTF-8 if all of it is, else UTF-16 by its zero
    bytes, else Windows' Latin letters. BadFile if it is no text."""
    head = piece.head(_HEAD)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and head[:4] != b"\xff\xfe\0\0"[:2]:
        raise BadFile(f"{piece.name} is text in UTF-32. Save it in UTF-8 and import that.")
    codec = next((codec for mark, codec in _MARKS if head.startswith(mark)), "") or _by_zeros(head)
    if codec.startswith("utf-16"):
        return _through(piece, codec)
    try:
        return _through(piece, codec or "utf-8")
    except UnicodeDecodeError:
        read = _through(piece, LATIN)
    note = f"{piece.name} is not UTF-8; it was read as Western European text (Windows-1252)."
    return Letters(LATIN, read.ended, read.paired, note)


def _by_zeros(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of plain letters is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd * 3 > len(head) and not even:
        return "utf-16-le"
    return "utf-16-be" if even * 3 > len(head) and not odd else ""


def _through(piece: Piece, codec: str) -> Letters:
    decoder = codecs.getincrementaldecoder(codec)(errors="replace" if codec == LATIN else "strict")
    quotes, last = 0, ""
    try:
        with piece.open() as content:
            for part in iter(lambda: content.read(_PIECE), b""):
                said = decoder.decode(part)
                if "\0" in said:
                    raise BadFile(f"{piece.name} is no text file. Export the data as CSV or JSON and import that.")
                quotes, last = quotes + said.count('"'), said[-1:] or last
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        if codec.startswith("utf-16"):
            raise BadFile(f"{piece.name} is cut off or no text file; fetch it again. Nothing of it was kept.") from None
        raise
    return Letters(codec, last in ("\n", "\r"), quotes % 2 == 0)


@contextmanager
def opened(piece: Piece, codec: str) -> Iterator[io.TextIOWrapper]:
    """The text of *piece*, line ends as they are."""
    with (
        piece.open() as content,
        io.TextIOWrapper(content, encoding=codec, errors="replace" if codec == LATIN else "strict", newline="") as text,
    ):
        yield text
