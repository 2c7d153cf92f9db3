"""What is remembered of an import: the run, what it changed, and its entry in the audit chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from finops.audit import Entry
from finops.batch import Batch, Change, Changes, Delivery
from finops.money import plain
from storage.manifest import Day
from storage.tables import IngestRun


@dataclass(frozen=True)
class Options:
    """How a batch is taken in. *strict* publishes nothing if a row was held back. What comes by *routine* is entered in
    the audit chain only if it changed something. *doubting* publishes nothing the first time that most of what is known
    would be taken away. *dry_run* says what would change and keeps nothing. *who* gives it; *entry* replaces the usual
    entry in the audit chain."""

    strict: bool = False
    routine: bool = False
    doubting: bool = False
    dry_run: bool = False
    who: str = ""
    entry: Entry | None = None


def new_run(batch: Batch, delivery: Delivery, days: Iterable[Day], now: datetime, options: Options,
            files: Sequence[str] = (), *, doubted: bool = False) -> IngestRun:  # fmt: skip
    """The run of *batch*, in *files*, to be added to the manifest."""
    digest = hashlib.sha256("".join(day.sha for day in days).encode()).hexdigest()
    replaced = delivery.changes.replaced.rows
    return IngestRun(source=batch.source, dataset=batch.dataset, started_at=now, read=delivery.read, kept=delivery.kept,
                     replaced=replaced, quarantined=delivery.quarantined, strict=options.strict, digest=digest,
                     doubted=doubted, watermark=batch.watermark, who=options.who, files=json.dumps(list(files)),
                     summary=summary(delivery.changes))  # fmt: skip


def new_entry(batch: Batch, delivery: Delivery, changed: int, now: datetime, options: Options) -> Entry:
    """The entry in the audit chain for a run that changed so many days of feeds."""
    counts = {"read": delivery.read, "kept": delivery.kept, "quarantined": delivery.quarantined, "days": changed}
    told = {name: str(count) for name, count in counts.items()}
    return options.entry or Entry(
        now, options.who or "tuppence", "import", f"feed/{batch.source}/{batch.dataset}", told
    )


def summary(changes: Changes) -> str:
    """*changes* as JSON: of each kind the rows and the exact amount."""
    return json.dumps({name: [each.rows, plain(each.amount)] for name, each in vars(changes).items()})


def changes_of(run: IngestRun) -> Changes:
    """What *run* changed; of a run of an earlier version only how many rows it kept and replaced is known."""
    if not run.summary:
        return replace(Changes(), added=Change(run.kept), replaced=Change(run.replaced))
    told = json.loads(run.summary)
    return Changes(**{name: Change(rows, Decimal(amount)) for name, (rows, amount) in told.items()})
