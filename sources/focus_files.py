"""FOCUS files that appear in a folder: whatever puts exports there is read from there, hourly."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from finops.batch import Batch
from finops.errors import BadFile, SourceAway, SourceChanged, SourceRefused
from finops.period import Period
from sources._base import AskedSource
from sources.focus import Focus
from web.client import Web

_PIECE = 1 << 20


class FocusFiles(AskedSource):
    """A folder of FOCUS exports as CSV, CSV.gz or Parquet, all of one format. *path* is the folder, which the bot must
    be able to read; *glob* says which of its files. All files are one delivery, and are added up: an export that
    restates a month must replace its older file. While one of them is still being written (it changes, or has no end)
    none is read, for a part of a month would be taken for the whole; the next run tries again."""

    name: ClassVar[str] = "The folder of FOCUS files"
    settles_after: ClassVar[int] = 0
    path: Path
    glob: str = "**/*.csv*"

    def web(self) -> Web:
        """No address: nothing is spoken to."""
        return Web("file:", self.name)

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """All the files as one batch, whatever the period: what did not change is published anew without effect."""
        if not self.path.is_dir():
            raise SourceRefused(f"{self.path} is no folder that can be read; name another below sources.")
        files = self._files()
        unfinished = [file.name for file in files if not _is_whole(file)]
        if unfinished:
            raise SourceAway(f"{unfinished[0]} is still being written, or was cut off; nothing was read.")
        if files:
            yield self._batch(files)

    def _files(self) -> tuple[Path, ...]:
        try:
            return tuple(sorted(file for file in self.path.glob(self.glob) if file.is_file()))
        except (ValueError, NotImplementedError):
            raise SourceRefused(f"“{self.glob}” is no pattern of files below a folder.") from None

    def _batch(self, files: tuple[Path, ...]) -> Batch:
        try:
            return replace(Focus().batch(files), source="focus_files", by_unit=False)
        except BadFile as error:
            raise SourceChanged(str(error)) from None


def _is_whole(file: Path) -> bool:
    """Whether *file* has an end, and did not change while it was read."""
    try:
        before = file.stat()
        ended = _ended(file)
        after = file.stat()
    except (OSError, EOFError, zlib.error):
        return False
    return ended and (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def _ended(file: Path) -> bool:
    last = b""
    with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as content:
        for piece in iter(lambda: content.read(_PIECE), b""):
            last = (last + piece)[-4:]
    return last == b"PAR1" if file.suffix.lower() == ".parquet" else last[-1:] in (b"\n", b"\r")
