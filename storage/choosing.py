"""Choosing: which files answer a question; one ledger, and in the billed one a single source a provider and month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from finops.batch import Dataset
from finops.period import Period
from finops.stamp import LedgerName


class File(Protocol):
    """A file of facts: which dataset, whose feed, which day."""

    @property
    def dataset(self) -> str:
        """The kind of its facts."""
        ...

    @property
    def feed(self) -> str:
        """The source, and after a slash whom it speaks for."""
        ...

    @property
    def day(self) -> date:
        """The day (UTC)."""
        ...


F = TypeVar("F", bound=File)


def billed(files: Iterable[F]) -> tuple[F, ...]:
    """The charges of the authoritative source of each provider and month: the one that knows most days of it."""
    groups: dict[tuple[str, date], list[F]] = defaultdict(list)
    for file in files:
        if file.dataset == Dataset.CHARGES:
            groups[_provider(file), file.day.replace(day=1)].append(file)
    return tuple(file for group in groups.values() for file in _authoritative(group))


def metered(files: Iterable[F]) -> tuple[F, ...]:
    """The metered AI requests."""
    return tuple(file for file in files if file.dataset == Dataset.REQUESTS)


def drivers(files: Iterable[F]) -> tuple[F, ...]:
    """The driver counts."""
    return tuple(file for file in files if file.dataset == Dataset.DRIVERS)


def ledger(asked: LedgerName | None, period: Period, billed: Sequence[File], metered: Sequence[File]) -> LedgerName:
    """The ledger that is asked for; else billed, unless it knows less than half of the days that metering knows."""
    if asked:
        return asked
    days = [len({file.day for file in chosen if file.day in period}) for chosen in (billed, metered)]
    return LedgerName.METERED if days[0] * 2 < days[1] else LedgerName.BILLED


def _provider(file: File) -> str:
    return file.feed.split("/")[1].lower() if "/" in file.feed else file.feed


def _source(file: File) -> str:
    return file.feed.split("/")[0]


def _authoritative(group: list[F]) -> Iterable[F]:
    days = Counter(source for source, _ in {(_source(file), file.day) for file in group})
    chosen = max(days, key=lambda source: (days[source], source == "focus", source))
    return (file for file in group if _source(file) == chosen)
