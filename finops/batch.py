"""A batch: files a source delivers, how to read them, and which feed they speak for; and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from finops.period import Period
from finops.stamp import LedgerName

_SHOWN = 5
GATEWAY, PROVIDER_LOG, TRACING = 0, 1, 2
"""Whose word on a call counts first: the gateway that billed it, a provider's or application's own log, a trace."""


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
    """One of our columns: the names it may have in the file (dotted into JSON, a step that holds dots in quotes, the
    place in a list in brackets), and whether it must be there. Of what the file says, only the first group of the
    pattern *part* counts, where one is given."""

    names: tuple[str, ...]
    mandatory: bool = False
    part: str = ""


@dataclass(frozen=True)
class Quarantined:
    """One row held back: where it lies and what is wrong."""

    file: str
    row: int
    field: str
    reason: str


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
    provider says it is complete, if it says so. *derived*: what is made of the rows is kept in place of them.

    *per_call*: each row is one AI request with an id of its own; it is kept as a row and merged by its ids, see
    storage/ingest. *authority* orders feeds that describe the same call: the lower one wins. *daily_ids*: an id counts
    within its UTC day only. *last_wins*: of rows with the same id the one with the latest time is final, in whatever
    order the files come (else the one imported last). *by_unit*: the days that the rows hold are replaced within
    provider, account, sub-account and charge month; everything else stays. *replace*: what the source knew of the UTC
    days from the first to the last row is removed first; *add*: nothing is replaced. *exclusive*: refused where another
    source already covers the provider and day. *dates* says how a date like 05/11/2026 is read where its column can be
    read both ways: `day-first` or `month-first`. *rejected*: rows that the source itself could not write down."""

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
    per_call: bool = False
    authority: int = TRACING
    daily_ids: bool = False
    last_wins: bool = False
    by_unit: bool = False
    replace: bool = False
    add: bool = False
    exclusive: bool = False
    dates: str = ""
    rejected: tuple[Quarantined, ...] = ()

    @property
    def withdraws(self) -> bool:
        """Whether nothing at all says something too: that there is nothing in the days it covers."""
        return self.covers is not None


@dataclass(frozen=True)
class Change:
    """Some *rows* and the *amount* of money in them, in the reporting currency."""

    rows: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Changes:
    """What a delivery changed, in rows of the source and money: rows *added*; rows *replaced* by a new version, with
    the new amount, and *previous* with the old one; rows that were there already, *unchanged*; rows *removed*."""

    added: Change = Change()
    replaced: Change = Change()
    previous: Change = Change()
    unchanged: Change = Change()
    removed: Change = Change()


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
    changes: Changes = Changes()

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
        tuple(dict.fromkeys((*first.notes, *then.notes))), first.changed + then.changed,
        summed(first.changes, then.changes))  # fmt: skip


def summed(first: Changes, then: Changes) -> Changes:
    """What two deliveries changed together."""
    one, two = vars(first), vars(then)
    return Changes(
        **{name: Change(one[name].rows + two[name].rows, one[name].amount + two[name].amount) for name in one}
    )
