"""Archives: .gz and .zip taken apart, each member by itself; nothing in them can write outside of our own folder."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from finops.errors import BadFile
from sources._files.found import Piece, unique

_PIECE = 1 << 20
_UNSUSPICIOUS, _DENSEST = 256 * _PIECE, 250
"""So much may be in any archive; in a larger one at most so many times its size: exports pack to a fifth or a
fortieth, a bomb to a thousandth."""
_MOST_MEMBERS = 1_000
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")
_CLUTTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|\._|desktop\.ini$)")
_DOCUMENTS = (
    ("xl/workbook.", ""),
    ("word/", "is a Word document. Export the data as CSV and import that."),
    ("ppt/", "is a presentation. Export the data as CSV and import that."),
    ("index/document.iwa", "is a Numbers or Pages file. Export it as CSV or Excel and import that."),
    ("index.zip", "is a Numbers or Pages file. Export it as CSV or Excel and import that."),
    ("meta-inf/manifest.xml", "is an OpenDocument file. Save it as .xlsx or CSV and import that."),
)

Taken = Piece | BadFile


def is_workbook(path: Path) -> bool:
    """Whether the zip at *path* is an Excel workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().startswith("xl/workbook.") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def taken_apart(name: str, path: Path, folder: Path) -> Iterator[Taken]:
    """The pieces in the file at *path*: itself, unless it is an archive; a member that cannot be read is an error that
    stands for it alone. What is unpacked is written into *folder*."""
    with path.open("rb") as content:
        head = content.read(4)
    if head[:2] == b"\x1f\x8b":
        yield from _unzipped(Piece(name, path, packed=True))
    elif head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")) and not is_workbook(path):
        yield from _members(name, path, folder)
    else:
        yield Piece(name, path)


def _unzipped(piece: Piece) -> Iterator[Taken]:
    """A gzip file is read as it is; what cannot be unpacked is told at once, and so is a bomb."""
    left = _most(piece.path.stat().st_size)
    try:
        with gzip.open(piece.path) as content:
            for part in iter(lambda: content.read(_PIECE), b""):
                left -= len(part)
                if left < 0:
                    yield BadFile(f"{piece.name} unpacks to more than {_DENSEST} times its size; that is no export.")
                    return
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield BadFile(f"{piece.name} is cut off or no gzip file; fetch it again. Nothing of it was kept.")
        return
    yield piece


def _most(size: int) -> int:
    return max(_UNSUSPICIOUS, _DENSEST * size)


def _members(name: str, path: Path, folder: Path) -> Iterator[Taken]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _of_archive(name, archive, path.stat().st_size, folder)
    except zipfile.BadZipFile:
        yield BadFile(f"{name} is cut off or no zip archive; fetch it again. Nothing of it was kept.")


def _of_archive(name: str, archive: zipfile.ZipFile, size: int, folder: Path) -> Iterator[Taken]:
    every = archive.infolist()
    lower = [each.filename.lower() for each in every]
    document = next((said for start, said in _DOCUMENTS if said and any(n.startswith(start) for n in lower)), "")
    if document:
        yield BadFile(f"{name} {document}")
        return
    members = [each for each in every if not each.is_dir() and not _CLUTTER.search(each.filename)]
    if not members:
        yield BadFile(f"{name} is an archive with no file in it.")
        return
    if len(members) > _MOST_MEMBERS:
        yield BadFile(f"{name} holds {len(members):,} files; import at most {_MOST_MEMBERS:,} at once.")
        return
    left = _most(size)
    for member in members:
        called = f"{name}:{member.filename}"
        problem = _problem(member)
        if problem:
            yield BadFile(f"{called} {problem}")
            continue
        left -= member.file_size
        if left < 0:
            yield BadFile(f"{name} unpacks to more than {_DENSEST} times its size; that is no export.")
            return
        yield _unpacked(called, archive, member, folder)


def _problem(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 1:
        return "is protected by a password. Unpack it and import the files in it."
    if _OUTSIDE.search(member.filename):
        return "names a place outside of its archive; it was not read."
    return ""


def _unpacked(called: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Taken:
    path = unique(folder, called)
    left = member.file_size
    try:
        with archive.open(member) as content, path.open("xb") as out:
            for part in iter(lambda: content.read(_PIECE), b""):
                left -= len(part)
                if left < 0:  # the size that the archive tells is not the size that comes out
                    raise zipfile.BadZipFile
                out.write(part)
    except NotImplementedError:
        return BadFile(f"{called} is packed in a way that cannot be read. Unpack it and import the files in it.")
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return BadFile(f"{called} is damaged; fetch the archive again. Nothing of it was kept.")
    return _member(called, path)


def _member(called: str, path: Path) -> Taken:
    with path.open("rb") as content:
        head = content.read(4)
    if head[:2] == b"\x1f\x8b":
        return next(iter(_unzipped(Piece(called, path, packed=True, made=True))))
    if head.startswith(b"PK\x03\x04") and not is_workbook(path):
        return BadFile(f"{called} is an archive in an archive. Unpack it and import the files in it.")
    return Piece(called, path, made=True)
