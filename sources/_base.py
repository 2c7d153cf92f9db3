"""What a source is: its settings, and a way to batches; from files that are given, or from an API that is asked."""

from __future__ import annotations

import gzip
import json
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from finops.batch import Batch, Column, Format
from finops.errors import SourceChanged
from finops.period import Period
from web.access import Access, Reached
from web.client import Web
from web.peek import Enough, Peek

Shape = TypeVar("Shape", bound=BaseModel)


class Source(BaseModel, ABC):
    """Who tells us. The fields are the settings below `sources:` in config.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Signature:
    """How a file of a format is recognised: each of *columns* is there, by any one of its names (in JSON a dotted
    path), and none of *without*. The file is then read with these *settings* of its source."""

    columns: tuple[str | tuple[str, ...], ...]
    without: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    def missing(self, columns: Iterable[str]) -> list[str]:
        """The first names of the columns that are not among *columns*, in whichever case."""
        there = {name.strip().lower() for name in columns}
        named = [(each,) if isinstance(each, str) else each for each in self.columns]
        return [names[0] for names in named if not there & {name.lower() for name in names}]

    def excluded(self, columns: Iterable[str]) -> bool:
        """Whether one of *columns* says that it is another format."""
        return bool({name.strip().lower() for name in columns} & {name.lower() for name in self.without})


class FileSource(Source):
    """A source of files that somebody hands over. *title* is what people call its files; it recognises them by its
    *signatures*. *one_export*: all files of a command are one delivery, so they must be written alike."""

    title: ClassVar[str] = ""
    signatures: ClassVar[tuple[Signature, ...]] = ()
    one_export: ClassVar[bool] = False

    @abstractmethod
    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of *files*, which are written in *form* (none: as they are usually)."""

    def batches(self, files: tuple[Path, ...], form: Format | None = None) -> Iterator[Batch]:
        """All that *files* tell: one batch, unless they tell of several kinds of facts."""
        yield self.batch(files, form)

    def unfolds(self, form: Format) -> bool:
        """Whether the rows of a file in *form* are made of its records by `unfolded`, which makes JSON lines of it."""
        return False

    def unfolded(self, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The rows that one record of a file holds: an object of JSON, or a row with what its cells write as JSON."""
        yield record


class AskedSource(Source):
    """A source that is asked. *settles_after* is how many days a provider may still correct, so they are read again.
    *charged*: each question is charged for, so it is asked twice a day at most, and its questions are counted; *price*
    is what each costs (USD), zero where that is not a price a question."""

    settles_after: ClassVar[int] = 3
    charged: ClassVar[bool] = False
    price: ClassVar[Decimal] = Decimal(0)

    @abstractmethod
    def web(self) -> Web:
        """The way to speak to it."""

    @abstractmethod
    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The batches of the days in *period*, their pages written to files below *into*; SourceError if it fails."""

    def check(self, web: Web, day: date, into: Path) -> str:
        """What came of a cheap question, as the end of a sentence about the source; SourceError if it fails. Here:
        what it asks for *day*, each address once and the first page only; nothing where a question costs money."""
        if self.charged:
            return "charges for each question, so it was not asked now"
        peek, period = Peek(web), Period(day, day + timedelta(days=1))
        with suppress(Enough):
            for _ in self.fetch(peek, period, into):
                pass
        return "answers, and may be read"


class OpenSource(Reached, AskedSource):
    """A source that is asked by HTTP, at an address that wants no key."""


class ApiSource(Access, AskedSource):
    """A source that is asked by HTTP, at an address and with a key."""


def shaped(shape: type[Shape], web: Web, row: object) -> Shape:
    """*row* as *shape*; SourceChanged names the field that is missing or of another kind, but not what it holds."""
    try:
        return shape.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise SourceChanged(f"{web.name} answers in another shape: {field}: {first['type']}.") from None


def alike(needed: Sequence[str], known: Iterable[str] = ()) -> dict[str, Column]:
    """Columns that a file calls as we do: those that are *needed* must be there, those that are *known* may."""
    return {name: Column((name,), mandatory=name in needed) for name in (*needed, *known)}


def written(rows: Iterable[Mapping[str, Any]], file: Path) -> Path:
    """*file*, a `.jsonl.gz` holding *rows*, numbers exact to the digit; it appears only when it is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    try:
        with gzip.open(unfinished, "wt", encoding="utf-8", compresslevel=3) as lines:
            for row in rows:
                lines.write(json.dumps(row, default=str) + "\n")
        return unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
