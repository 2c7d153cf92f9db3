"""Exports: which objects of a bucket are a billing month, as manifests name them or as folders hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import BaseModel, Field, ValidationError

from finops.errors import SourceAway, SourceChanged
from finops.period import month_of
from web.buckets import Stored

Months = Mapping[date, tuple[Stored, ...]]
_FILE = re.compile(r"\.(csv|csv\.gz|parquet)$", re.IGNORECASE)
_AWS = re.compile(r"(.*?)metadata/billing_period=(\d{4})-(\d\d)/(?:.+/)?[^/]*manifest\.json$", re.IGNORECASE)
_AZURE = re.compile(r"(.*?)(\d{4})(\d\d)01-\2\3\d\d/(?:.+/)?manifest\.json$", re.IGNORECASE)
_FOLDERS = (
    re.compile(r"(?:^|/)(?:\w*period=)?(\d{4})-?(0[1-9]|1[0-2])(?:-?01)?/", re.IGNORECASE),
    re.compile(r"(?:^|/)(\d{4})(0[1-9]|1[0-2])01-\1\2\d\d/"),
    re.compile(r"(?:^|/)(?:year=)?(\d{4})/(?:month=)?(0?[1-9]|1[0-2])/", re.IGNORECASE),
)


@dataclass(frozen=True)
class _Run:
    """One run of an export: when it was, its month, and the paths of the files it wrote."""

    at: datetime
    export: str
    month: date
    manifest: str
    paths: tuple[str, ...]


def by_manifest(listed: Sequence[Stored], wanted: Collection[date], text: Callable[[Stored], bytes]) -> Months:
    """The files of each month *wanted* in the newest run of each export that wrote it; *text* reads a manifest.
    SourceChanged names a manifest that cannot be understood, SourceAway a file that is named and not there."""
    there = {each.path: each for each in listed}
    newest: dict[tuple[str, date], _Run] = {}
    for run in _runs(listed, wanted, text):
        place = (run.export, run.month)
        newest[place] = max(newest.get(place, run), run, key=lambda each: (each.at, each.manifest))
    found = defaultdict[date, list[Stored]](list)
    for run in newest.values():
        found[run.month] += _named(run, there)
    return _ordered(found)


def by_folder(listed: Sequence[Stored], wanted: Collection[date]) -> Months:
    """The files of each month *wanted*: all that lie below a folder named after it, in whatever way."""
    found = defaultdict[date, list[Stored]](list)
    for each in listed:
        if _FILE.search(each.path) and _month(each) in wanted:
            found[_month(each)].append(each)
    return _ordered(found)


def _ordered(found: Mapping[date, Iterable[Stored]]) -> Months:
    files = {month: tuple(sorted(set(found[month]), key=lambda each: each.path)) for month in sorted(found)}
    return {month: those for month, those in files.items() if those}


def _month(file: Stored) -> date:
    for folder in _FOLDERS:
        said = folder.search(file.path)
        if said:
            return date(int(said[1]), int(said[2]), 1)
    raise SourceChanged(f"{file.path} lies in no folder of a billing month, as billing_period=2026-11 or 2026-11 are.")


def _named(run: _Run, there: Mapping[str, Stored]) -> Iterator[Stored]:
    for path in run.paths:
        if path not in there:
            raise SourceAway(f"{run.manifest} names {path}, which is not there (yet); nothing was read.")
        if not _FILE.search(path):
            raise SourceChanged(f"{run.manifest} names {path}, which is neither CSV, CSV.gz nor Parquet.")
        yield there[path]


def _runs(listed: Sequence[Stored], wanted: Collection[date], text: Callable[[Stored], bytes]) -> Iterator[_Run]:
    for each in listed:
        aws, azure = _AWS.match(each.path), _AZURE.match(each.path)
        said = aws or azure
        if not said:
            continue
        month = _first(each, int(said[2]), int(said[3]))
        if month not in wanted:
            continue
        told = _shaped(_AwsManifest if aws else _AzureManifest, each, text(each))
        if told.of_costs:
            yield _Run(told.at or each.at, said[1], month, each.path, told.paths)


def _first(file: Stored, year: int, month: int) -> date:
    try:
        return month_of(date(year, month, 1)).start
    except ValueError:
        raise SourceChanged(f"{file.path} names a month that is none.") from None


class _Manifest(BaseModel):
    """What we need of a manifest: when the run was, where it says so, and what it wrote."""

    @property
    def at(self) -> datetime | None:
        return None

    @property
    def of_costs(self) -> bool:
        return True

    @property
    def paths(self) -> tuple[str, ...]:
        return ()


class _AwsManifest(_Manifest):
    """`<export>-Manifest.json` of AWS Data Exports."""

    files: list[str] = Field(alias="dataFiles")

    @property
    def paths(self) -> tuple[str, ...]:
        """Without the bucket that they were written to: what is read may be its copy."""
        return tuple(re.sub(r"^s3://[^/]+/", "", file) for file in self.files)


class _Blob(BaseModel):
    name: str = Field(alias="blobName")


class _RunInfo(BaseModel):
    submitted: datetime | None = Field(default=None, alias="submittedTime")


class _ExportConfig(BaseModel):
    kind: str = Field(default="FocusCost", alias="type")


class _AzureManifest(_Manifest):
    """`manifest.json` of an Azure Cost Management export; one of prices or of the actual cost says so."""

    blobs: list[_Blob]
    run: _RunInfo = Field(default=_RunInfo(), alias="runInfo")
    config: _ExportConfig = Field(default=_ExportConfig(), alias="exportConfig")

    @property
    def at(self) -> datetime | None:
        at = self.run.submitted
        return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at

    @property
    def of_costs(self) -> bool:
        return self.config.kind.lower() == "focuscost"

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(blob.name.lstrip("/") for blob in self.blobs)


def _shaped(kind: type[_Manifest], file: Stored, text: bytes) -> _Manifest:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise SourceChanged(f"{file.path} is no manifest that is known: {field or 'text'}: {first['type']}.") from None
