"""Exclusive deliveries: a console's page is refused for days that another source has told already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Engine

from finops.batch import Batch
from finops.errors import BadFile
from finops.vendors import vendor
from storage.manifest import Day, manifest

_SHOWN = 3


def covered(engine: Engine, batch: Batch, days: Sequence[Day]) -> str:
    """Why *batch*, with its *days*, is refused: which other source tells the same kind of facts of the same vendor on
    one of these days; empty if none does, or *batch* is not exclusive."""
    if not batch.exclusive:
        return ""
    wanted = {(_vendor(each.feed), each.day) for each in days}
    vendors, family = {name for name, _ in wanted}, batch.source.rpartition("_")[0]
    found: dict[str, list[date]] = {}
    for file in manifest(engine).files:
        if file.dataset != batch.dataset or file.source == batch.source:
            continue
        names = vendors if file.source == family else {_vendor(file.feed)}
        if any((name, file.day) in wanted for name in names):
            found.setdefault(file.source, []).append(file.day)
    if not found:
        return ""
    source, told = max(found.items(), key=lambda each: (len(each[1]), each[0]))
    some = sorted({*told})
    listed = ", ".join(map(str, some[:_SHOWN])) + (f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else "")
    files = ", ".join(file.name for file in batch.files)
    return (f"{files}: the source {source} already tells of {', '.join(sorted(vendors))} on {listed}, so the file "
            "would count twice. Import a file of other days, or undo that import first.")  # fmt: skip


def refuse_covered(engine: Engine, batch: Batch, days: Sequence[Day]) -> None:
    """BadFile if *batch*, with its *days*, is refused."""
    refusal = covered(engine, batch, days)
    if refusal:
        raise BadFile(refusal)


def _vendor(feed: str) -> str:
    return vendor(feed.split("/")[1] if "/" in feed else feed)
