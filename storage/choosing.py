"""Choosing: which files answer a question; one ledger, and in the billed one a single source a provider and month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from finops.batch import Dataset
from finops.period import Period
from finops.stamp import LedgerName
from storage.tables import FactFile


def billed(files: Iterable[FactFile]) -> tuple[FactFile, ...]:
    """The charges of the authoritative source of each provider and month: the one that knows most days of it."""
    groups: dict[tuple[str, date], list[FactFile]] = defaultdict(list)
    for file in files:
        if file.dataset == Dataset.CHARGES:
            groups[_provider(file), file.day.replace(day=1)].append(file)
    return tuple(file for group in groups.values() for file in _authoritative(group))


def metered(files: Iterable[FactFile]) -> tuple[FactFile, ...]:
    """The metered AI requests."""
    return tuple(file for file in files if file.dataset == Dataset.REQUESTS)


def drivers(files: Iterable[FactFile]) -> tuple[FactFile, ...]:
    """The driver counts."""
    return tuple(file for file in files if file.dataset == Dataset.DRIVERS)


def ledger(asked: LedgerName | None, period: Period, files: Sequence[FactFile]) -> LedgerName:
    """The ledger that is asked for; else billed, unless it knows less than half of the days that metering knows."""
    if asked:
        return asked
    days = [len({file.day for file in chosen if file.day in period}) for chosen in (billed(files), metered(files))]
    return LedgerName.METERED if days[0] * 2 < days[1] else LedgerName.BILLED


def _provider(file: FactFile) -> str:
    return file.feed.split("/")[1].lower() if "/" in file.feed else file.feed


def _source(file: FactFile) -> str:
    return file.feed.split("/")[0]


def _authoritative(group: list[FactFile]) -> Iterable[FactFile]:
    days = Counter(source for source, _ in {(_source(file), file.day) for file in group})
    chosen = max(days, key=lambda source: (days[source], source == "focus", source))
    return (file for file in group if _source(file) == chosen)
