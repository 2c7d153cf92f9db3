"""What is found in a file of a command: pieces that can be read, each with its columns, or a reason why not."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from finops.batch import Format


@dataclass(frozen=True)
class Piece:
    """A file, or a member of an archive: what to call it, where its bytes lie, and whether they are packed by gzip.
    *made*: it was unpacked or converted into a file of its own."""

    name: str
    path: Path
    packed: bool = False
    made: bool = False

    def open(self) -> IO[bytes]:
        """Its bytes, unpacked."""
        return cast(IO[bytes], gzip.open(self.path)) if self.packed else self.path.open("rb")

    def head(self, size: int) -> bytes:
        """Its first *size* bytes."""
        with self.open() as content:
            return content.read(size)


@dataclass(frozen=True)
class Layout:
    """One way to read a piece: its *columns* (of JSON, dotted paths), and what writes it as plain file into a folder.
    The *notes* are said to whoever imports it."""

    columns: tuple[str, ...]
    form: Format
    write: Callable[[Path], Path]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A piece and the layouts it can have, the likeliest first; or the *problem* with it."""

    name: str
    layouts: tuple[Layout, ...] = ()
    problem: str = ""


def refused(name: str, problem: str) -> Found:
    """A piece that cannot be read."""
    return Found(name, problem=problem)


def unique(folder: Path, name: str) -> Path:
    """A path in *folder* that is not taken, called *name* as far as a file can be."""
    plain = name.replace("/", "_").replace("\0", "")[-150:] or "file"
    path, number = folder / plain, 1
    while path.exists():
        number += 1
        path = folder / f"{plain} ({number})"
    return path
