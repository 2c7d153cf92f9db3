"""Opening: the files of a batch are read through once, told apart, and linked to under names that mean nothing."""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from finops.batch import Batch, Format
from finops.errors import BadFile

_PIECE = 1 << 20
_UNSUSPICIOUS, _DENSEST = 256 * _PIECE, 250
"""So much may be in any packed file; in a larger one at most so many times its size: exports pack to a fifth or a
fortieth, a bomb to a thousandth."""


@dataclass(frozen=True)
class Opened:
    """A file of a batch: what to call it, where to read it, its content's hash, whether its last line has an end."""

    name: str
    path: Path
    sha: str
    ended: bool

    @property
    def packed(self) -> bool:
        """Whether it is packed by gzip."""
        return self.path.suffix == ".gz"


def opened(batch: Batch, folder: Path) -> tuple[Opened, ...]:
    """The files of *batch*, each path once, with links to them in *folder*; BadFile if one is not there, empty, cut off
    or no text."""
    links = {name: _linked(file, name, batch.format, folder / f"file-{number}")
             for number, (name, file) in enumerate(_named(batch.files).items())}  # fmt: skip
    return tuple(_through(name, batch.format, link) for name, link in links.items())


def _named(files: Sequence[Path]) -> dict[str, Path]:
    """What each file is called: by its name alone, unless another has the same."""
    apart = list(dict.fromkeys(files))
    short = [file.name for file in apart]
    return {_printable(file.name if short.count(file.name) == 1 else str(file)): file for file in apart}


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _linked(file: Path, name: str, form: Format, link: Path) -> Path:
    """A link to *file* under a plain name: readers take stars, brackets and folders in a name for more than a name."""
    try:
        there, regular, size = file.exists(), file.is_file(), file.stat().st_size if file.exists() else 0
    except OSError as error:
        raise BadFile(f"{name[:80]} cannot be read: {error.strerror}.") from None
    if not there:
        raise BadFile(f"{name} is not there.")
    if not regular or not size:
        raise BadFile(f"{name} is empty." if regular else f"{name} is not a file.")
    link = link.with_suffix(f".{form}{'.gz' if file.suffix.lower() == '.gz' else ''}")
    link.symlink_to(file.absolute())
    return link


def _through(name: str, form: Format, link: Path) -> Opened:
    digest, quotes, last, text, left = hashlib.sha256(), 0, b"", form is not Format.PARQUET, _most(link)
    try:
        with gzip.open(link) if link.suffix == ".gz" else link.open("rb") as content:
            for piece in iter(lambda: content.read(_PIECE), b""):
                left -= len(piece)
                if left < 0:
                    raise BadFile(f"{name} unpacks to more than {_DENSEST} times its size; that is no export.")
                digest.update(piece)
                quotes, last = quotes + piece.count(b'"'), piece[-1:]
                if text and b"\0" in piece:
                    raise BadFile(f"{name} is no text file in UTF-8.")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BadFile(f"{name} is cut off or no gzip file; fetch it again. Nothing of it was kept.") from None
    except OSError as error:
        raise BadFile(f"{name} cannot be read: {error.strerror}.") from None
    if form is Format.CSV and quotes % 2:
        raise BadFile(f"{name} ends inside a quoted text: it is cut off; fetch it again. Nothing of it was kept.")
    return Opened(name, link, digest.hexdigest(), last in (b"\n", b"\r"))


def _most(link: Path) -> int:
    """How many bytes may be in it."""
    size = link.stat().st_size
    return max(_UNSUSPICIOUS, _DENSEST * size) if link.suffix == ".gz" else size + _UNSUSPICIOUS


def header_of(file: Opened) -> list[str]:
    """The names of its columns; BadFile if two are alike (in any case) or there are none."""
    try:
        with _opener(file)(file.path, "rt", encoding="utf-8-sig", newline="") as text:
            header = [name.strip() for name in next(csv.reader(text), [])]
    except (UnicodeDecodeError, csv.Error):
        raise BadFile(f"{file.name} is not a CSV file in UTF-8.") from None
    lower = [name.lower() for name in header]
    twice = [name for name in header if name and lower.count(name.lower()) > 1]
    if twice or not any(header):
        raise BadFile(f"{file.name} names the column {twice[0]} twice." if twice else f"{file.name} has no header.")
    return [name or f"(column {number})" for number, name in enumerate(header, 1)]


def blank_lines(file: Opened) -> list[int]:
    """Which lines of the table are blank: DuckDB counts them, people do not."""
    try:
        with _opener(file)(file.path, "rt", encoding="utf-8-sig", errors="replace", newline="") as text:
            return [number for number, row in enumerate(csv.reader(text), 1) if not row]
    except csv.Error:
        return []


def _opener(file: Opened) -> Callable[..., IO[str]]:
    return cast(Callable[..., IO[str]], gzip.open if file.packed else open)
