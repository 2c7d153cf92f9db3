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

    @property
    def per_call(self) -> bool:
        """Whether it sums up requests that are kept as rows, each call once whichever sources describe it."""
        ...


F = TypeVar("F", bound=File)
_PAGES = ("_usage", "_costs")
Month = tuple[str, str, date]
"""A dataset, a provider and the first day of a month: what one source counts for."""


def billed(files: Iterable[F]) -> tuple[F, ...]:
    """The charges of the authoritative source of each provider and month: the one that knows most days of it."""
    return _authoritative(file for file in files if file.dataset == Dataset.CHARGES)


def metered(files: Iterable[F]) -> tuple[F, ...]:
    """The AI requests of each provider and month: the calls that are kept one by one, whichever sources describe them
    (each counts once), or the sums of the one source that knows more days: a call that a gateway logged, the provider
    counts too, and the two are never added. Days of which an earlier version kept only sums of a log are taken from
    these."""
    files = [file for file in files if file.dataset == Dataset.REQUESTS]
    logs = {_source(file) for file in files if file.per_call}
    chosen: list[F] = []
    for (provider, _), group in _by_month(files, _provider).items():
        chosen += _calls_or_sums(provider, group, logs)
    return tuple(chosen)


def _calls_or_sums(provider: str, group: Sequence[F], logs: set[str]) -> Iterable[F]:
    calls = [file for file in group if file.per_call]
    sums = [*_of_one_source(provider, [file for file in group if not file.per_call])]
    if not calls or not sums:
        return calls or sums
    by_calls, by_sums = ({file.day for file in some} for some in (calls, sums))
    if _source(sums[0]) in logs:
        return [*calls, *(file for file in sums if file.day not in by_calls)]
    return sums if len(by_sums) > len(by_calls) else calls


def drivers(files: Iterable[F]) -> tuple[F, ...]:
    """The driver counts; seats and credits that a contract and a tool's own source both count, from one of them."""
    counts = [file for file in files if file.dataset == Dataset.DRIVERS]
    return (*(file for file in counts if not _licence(file)), *_authoritative(filter(_licence, counts), _licence))


def counting(chosen: Iterable[File]) -> Mapping[Month, frozenset[str]]:
    """The sources of the *chosen* files, by what they count for."""
    found: dict[Month, frozenset[str]] = {}
    for file in chosen:
        found[_month(file)] = found.get(_month(file), frozenset()) | {_source(file)}
    return found


def instead(file: File, counted: Mapping[Month, frozenset[str]]) -> str:
    """The source that is *counted* for what *file* tells of, where that is another; else empty."""
    sources = counted.get(_month(file), frozenset())
    return "" if not sources or _source(file) in sources else min(sources)


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
    groups = _by_month(files, of)
    return tuple(file for (provider, _), group in groups.items() for file in _of_one_source(provider, group))


def _by_month(files: Iterable[F], of: Callable[[File], str]) -> Mapping[tuple[str, date], list[F]]:
    groups: dict[tuple[str, date], list[F]] = defaultdict(list)
    for file in files:
        groups[of(file), file.day.replace(day=1)].append(file)
    return groups


def _of_one_source(provider: str, group: Sequence[F]) -> Iterable[F]:
    """The files of the source that knows most days; of two that know the same, FOCUS, else one that is asked rather
    than a page of a console, else whoever is not the provider itself: a gateway tells more of each call."""
    if not group:
        return ()
    days = Counter(source for source, _ in {(_source(file), file.day) for file in group})
    chosen = max(days, key=lambda source: (days[source], source.startswith("focus"), not source.endswith(_PAGES),
                                           source != provider, source))  # fmt: skip
    return (file for file in group if _source(file) == chosen)
