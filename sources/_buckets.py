"""FOCUS exports in a bucket: the last billing months, each as its newest export gives it, downloaded once."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from finops.batch import Batch
from finops.errors import BadFile, SourceAway, SourceChanged
from finops.period import Period, month_of
from sources._base import AskedSource
from sources._exports import Months, by_folder, by_manifest
from sources.focus import Focus
from web.buckets import Bucket, Stored
from web.client import Web

_UNFINISHED = ".part"
_LARGEST = 16 * 1024 * 1024


class FocusBucket(AskedSource):
    """A bucket that exports of FOCUS land in, below *prefix*."""

    name: ClassVar[str]
    settles_after: ClassVar[int] = 31
    bucket: str = Field(pattern=r"^[\w.-]+$")
    prefix: str = ""
    layout: Literal["manifests", "folders"] = "manifests"
    months: int = Field(default=2, ge=2, le=36)

    @abstractmethod
    def opened(self) -> Bucket:
        """The bucket, with the key that the settings name."""

    def web(self) -> Web:
        """No address: it is spoken to by another way than HTTP."""
        return Web("bucket:", self.name)

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The last months up to the one that *period* ends in, as one batch where they follow one another."""
        pages = _Pages(self.opened(), into)
        wanted = _last(self.months, period.last)
        found = self._found(pages, wanted)
        files = {month: tuple(map(pages.file, stored)) for month, stored in found.items()}
        if self._found(pages, wanted) != found:
            raise SourceAway(f"{self.name}: exports are being written; nothing was read.")
        for months in _side_by_side(found):
            yield self._batch(months, tuple(file for month in months for file in files[month]))

    def check(self, web: Web, day: date, into: Path) -> str:
        """What lies there is listed, and the smallest file of the months read: all of them would be gigabytes."""
        pages = _Pages(self.opened(), into / "check")
        found = self._found(pages, _last(self.months, day))
        pages.file(min((each for stored in found.values() for each in stored), key=lambda each: each.size))
        return "answers, and may be read"

    def _found(self, pages: _Pages, wanted: Sequence[date]) -> Months:
        listed = pages.bucket.listed(self.prefix)
        folders = self.layout == "folders"
        found = by_folder(listed, wanted) if folders else by_manifest(listed, wanted, pages.text)
        if not found:
            raise SourceAway(f"{self.name}: no export of {wanted[0]:%Y-%m} or {wanted[-1]:%Y-%m} lies there yet.")
        return found

    def _batch(self, months: Sequence[date], files: tuple[Path, ...]) -> Batch:
        source = type(self).__module__.rpartition(".")[2]
        covers = Period(months[0], month_of(months[-1]).end)
        try:
            return replace(Focus().batch(files), source=source, covers=covers, by_billing=True)
        except BadFile as error:
            raise SourceChanged(str(error)) from None


@dataclass(frozen=True)
class _Pages:
    """What is downloaded of *bucket* in one run, below *into*; what an earlier run left beside it is taken from there.
    It is linked to, so that it stays when the earlier run's pages are swept."""

    bucket: Bucket
    into: Path

    def text(self, stored: Stored) -> bytes:
        """A manifest; SourceChanged if it is too large for one."""
        if stored.size > _LARGEST:
            raise SourceChanged(f"{stored.path} holds more than {_LARGEST:,} bytes; that is no manifest.")
        return self.file(stored).read_bytes()

    def file(self, stored: Stored) -> Path:
        """An object as it was listed, in a file whose name tells it apart from those of other objects."""
        said = f"{self.bucket.address}\n{stored.path}\n{stored.etag}\n{stored.size}"
        place = hashlib.sha256(said.encode()).hexdigest()[:32]
        file = self.into / place / _called(stored.path)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            if not any(_linked(each / file.name, file) for each in self.into.parent.glob(f"*/{place}")):
                self._download(stored, file)
        return file

    def _download(self, stored: Stored, file: Path) -> None:
        unfinished = file.with_name(file.name + _UNFINISHED)
        try:
            self.bucket.download(stored, unfinished)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)


def _called(path: str) -> str:
    """A name for the file of the object at *path*: its last folder says the month, mostly."""
    return "-".join(path.split("/")[-2:])[-200:]


def _linked(earlier: Path, file: Path) -> bool:
    try:
        file.hardlink_to(earlier)
    except OSError:  # it was just swept, or this disk has no links
        return False
    return True


def _last(count: int, day: date) -> list[date]:
    """The first days of *count* months, the last of which *day* lies in."""
    months = [month_of(day)]
    while len(months) < count:
        months.insert(0, months[0].before)
    return [month.start for month in months]


def _side_by_side(found: Months) -> list[list[date]]:
    """The months in runs without a gap that are written in one format: each is a delivery."""
    runs: list[list[date]] = []
    for month in found:
        last = runs[-1][-1] if runs else None
        if last and month_of(last).end == month and _formats(found[last]) == _formats(found[month]):
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs


def _formats(files: Sequence[Stored]) -> set[bool]:
    return {file.path.lower().endswith(".parquet") for file in files}
