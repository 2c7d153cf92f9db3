"""Choosing: which files answer a question; one ledger, and in the billed one a single source a provider and month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from finops.batch import Dataset
from finops.question import LICENCES
from finops.stamp import LedgerName
from finops.vendors import vendor


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
Month = tuple[str, str, date]
"""A dataset, a provider and the first day of a month: what one source counts for."""


def billed(files: Iterable[F]) -> tuple[F, ...]:
    """The charges of the authoritative source of each provider and month: the one that knows most days of it."""
    return _authoritative(file for file in files if file.dataset == Dataset.CHARGES)


def metered(files: Iterable[F]) -> tuple[F, ...]:
    """The AI requests of the authoritative source of each provider and month. A call that a gateway logged, the
    provider counts too: the two are never added."""
    return _authoritative(file for file in files if file.dataset == Dataset.REQUESTS)


def drivers(files: Iterable[F]) -> tuple[F, ...]:
    """The driver counts; seats and credits that a contract and a tool's own source both count, from one of them."""
    counts = [file for file in files if file.dataset == Dataset.DRIVERS]
    return (*(file for file in counts if not _licence(file)), *_authoritative(filter(_licence, counts), _licence))


def counting(chosen: Iterable[File]) -> Mapping[Month, str]:
    """The source of the *chosen* files, by what it counts for."""
    return {_month(file): _source(file) for file in chosen}


def instead(file: File, counted: Mapping[Month, str]) -> str:
    """The source that is *counted* for what *file* tells of, where that is another; else empty."""
    source = counted.get(_month(file), "")
    return "" if source == _source(file) else source


def ledger(first: LedgerName, days: Mapping[LedgerName, int]) -> LedgerName:
    """The *first* ledger, unless it knows less than half of the *days* of what is asked that the other one knows."""
    return first.other if days[first] * 2 < days[first.other] else first


def _month(file: File) -> Month:
    return file.dataset, _provider(file), file.day.replace(day=1)


def _provider(file: File) -> str:
    """Whom the file tells of. Bills of one vendor are the same, however they call it; calls go by what they were sent
    to: one gateway may know Gemini and another one Vertex AI."""
    name = file.feed.split("/")[1].lower() if "/" in file.feed else file.feed
    return vendor(name) if file.dataset == Dataset.CHARGES else name


def _licence(file: File) -> str:
    """The app and what is counted of its licences; empty for all other drivers."""
    _, *named = file.feed.split("/")
    return "/".join(named[:2]).lower() if {*named[1:2]} & {*LICENCES} else ""


def _source(file: File) -> str:
    return file.feed.split("/")[0]


def _authoritative(files: Iterable[F], of: Callable[[File], str] = _provider) -> tuple[F, ...]:
    groups: dict[tuple[str, date], list[F]] = defaultdict(list)
    for file in files:
        groups[of(file), file.day.replace(day=1)].append(file)
    return tuple(file for (provider, _), group in groups.items() for file in _of_one_source(provider, group))


def _of_one_source(provider: str, group: Sequence[F]) -> Iterable[F]:
    """The files of the source that knows most days; of two that know the same, FOCUS, else whoever is not the
    provider itself: a gateway tells more of each call."""
    days = Counter(source for source, _ in {(_source(file), file.day) for file in group})
    chosen = max(days, key=lambda source: (days[source], source.startswith("focus"), source != provider, source))
    return (file for file in group if _source(file) == chosen)
