"""A batch: files a source delivers, how to read them, and which feed they speak for; and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from finops.period import Period
from finops.stamp import LedgerName

_SHOWN = 5


class Dataset(StrEnum):
    """The kinds of facts."""

    CHARGES = "charges"
    REQUESTS = "requests"
    DRIVERS = "drivers"
    OUTCOMES = "outcomes"


class Format(StrEnum):
    """How a file is written; `.gz` is understood by its name."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"


@dataclass(frozen=True)
class Column:
    """One of our columns: the names it may have in the file (dotted into JSON, a step that holds dots in quotes), and
    whether it must be there."""

    names: tuple[str, ...]
    mandatory: bool = False


class Unfit(ValueError):
    """Nothing can be made of a row: the *field* (our column) that is wrong, and the *reason*."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@dataclass(frozen=True)
class Derived:
    """Rows that are made of each row of a file: their *columns*, and what makes them of its texts (nothing: None), or
    raises Unfit. What is wrong with a row that is made is wrong with the row it is made of."""

    columns: tuple[str, ...]
    made: Callable[[Mapping[str, str | None]], Iterable[tuple[object, ...]]]


@dataclass(frozen=True)
class Batch:
    """One delivery. Rows of *files* become facts of *dataset*; *feed* is the source and, after a slash, whom it speaks
    for: the values of *feed_by* (our columns) of each row. The days a feed's rows span are replaced as a whole, or all
    of *covers* where the source knows what it gives completely. Rows whose column `kind` says something that is none
    of *kinds*, or that say neither kind nor model, are no AI requests and left out. *apart*: only the days that rows
    name are replaced, none between them; *whole*: all days that the feeds of rows have. *by_billing*: what is given
    completely is what was billed in the months of *covers*, whichever day it is for; rows billed in others are held
    back. In *guarded* files a ' stands before what a spreadsheet would calculate. Up to *watermark* (with a zone) the
    provider says it is complete, if it says so. *derived*: what is made of the rows is kept in place of them."""

    source: str
    dataset: Dataset
    format: Format
    files: tuple[Path, ...]
    columns: Mapping[str, Column]
    feed_by: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    covers: Period | None = None
    ledger: LedgerName = LedgerName.BILLED
    guarded: bool = False
    kinds: tuple[str, ...] = ()
    apart: bool = False
    watermark: datetime | None = None
    by_billing: bool = False
    whole: bool = False
    derived: Derived | None = None

    @property
    def withdraws(self) -> bool:
        """Whether nothing at all says something too: that there is nothing in the days it covers."""
        return self.covers is not None


@dataclass(frozen=True)
class Quarantined:
    """One row held back: where it lies and what is wrong."""

    file: str
    row: int
    field: str
    reason: str


@dataclass(frozen=True)
class Delivery:
    """What became of a batch: rows read, kept, replaced and held back (the first of them by name), how many days of
    feeds changed by it, and *notes*. What is *doubted* would take away most of what is known: it was not published, and
    is if it is said again later."""

    read: int
    kept: int
    replaced: int
    quarantined: int
    examples: tuple[Quarantined, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    published: bool = True
    doubted: bool = False
    notes: tuple[str, ...] = ()
    changed: int = 0

    @property
    def useless(self) -> bool:
        """Whether there were rows and none of them could be kept."""
        return bool(self.quarantined) and not (self.kept or self.published or self.doubted)


def together(first: Delivery, then: Delivery) -> Delivery:
    """What became of two batches of one kind of facts."""
    columns = tuple(sorted({*first.ignored_columns, *then.ignored_columns}))
    return Delivery(
        first.read + then.read, first.kept + then.kept, first.replaced + then.replaced,
        first.quarantined + then.quarantined, (*first.examples, *then.examples)[:_SHOWN], columns,
        first.published or then.published, first.doubted or then.doubted,
        tuple(dict.fromkeys((*first.notes, *then.notes))), first.changed + then.changed)  # fmt: skip
