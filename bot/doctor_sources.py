"""The doctor of sources: whether each that is configured answers, is read, reaches far enough and is believed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.connections import ConnectedSource, connected_sources
from bot.wiring import House
from finops.errors import SourceError, SourceRefused
from finops.question import Freshness

STALE = timedelta(days=2)
_UNREAD, _UNREAD_CHARGED = timedelta(hours=3), timedelta(hours=25)
Finding = tuple[bool, str]


def sources(house: House) -> Iterator[Finding]:
    """Whether each configured source is well, then each feed that was imported."""
    connected = connected_sources(house.settings)
    feeds = house.ledger.freshness()
    for name, source in connected.items():
        yield _answers(house, name, source)
        yield from _known(house, name, source, [feed for feed in feeds if feed.feed.split("/")[0] == name])
    for feed in feeds:
        if feed.feed.split("/")[0] not in connected:
            yield _reaches(house, feed, "import newer files")
    if not feeds:
        yield False, "No facts are known yet; run `tuppence import focus FILE` or configure a source."
    for name, asked in house.failures.questions(house.clock()).items():
        yield True, f"{name} charges for each question; it was asked {asked} times this month (UTC)."
    yield from ((False, doubt.sentence) for doubt in house.failures.doubts())
    yield from _held_back(house)


def _answers(house: House, name: str, source: ConnectedSource) -> Finding:
    """One cheap question; what is refused is said with the permission that is needed."""
    yesterday = house.clock().date() - timedelta(days=1)
    try:
        with TemporaryDirectory() as folder:
            return True, f"{name} {source.check(yesterday, Path(folder))}."
    except SourceRefused as error:
        return False, f"{name}: {error} It needs: {_about(source)}"
    except SourceError as error:
        return False, f"{name}: {error} If it stays so, look at sources.{name} in config.yaml."


def _about(source: ConnectedSource) -> str:
    return " ".join((inspect.getdoc(type(source.source)) or "").split())


def _known(house: House, name: str, source: ConnectedSource, feeds: list[Freshness]) -> Iterator[Finding]:
    """What the last runs brought, and what went wrong in them."""
    failing = house.failures.failures().get(name)
    if failing:
        yield False, f"{name}, when it was last read: {failing}"
    if not feeds:
        yield False, f"Nothing of {name} is known yet; `tuppence collect {name}` reads it now."
        return
    read = max(feed.read_at for feed in feeds)
    yield _read(house.clock(), name, read, source)
    yield from (_reaches(house, feed, f"look whether {name} has newer days") for feed in feeds)


def _read(now: datetime, name: str, read: datetime, source: ConnectedSource) -> Finding:
    lately = now - read <= (_UNREAD_CHARGED if source.charged else _UNREAD)
    often = "twice a day" if source.charged else "hourly"
    fix = f", though it is asked {often}; look whether the bot runs, or run `tuppence collect {name}`"
    return lately, f"{name} was last read on {_moment(read)}{'' if lately else fix}."


def _reaches(house: House, feed: Freshness, fix: str) -> Finding:
    fresh = house.clock().date() - feed.last_day <= STALE
    said = f" and says that it is complete to {_moment(feed.watermark)}" if feed.watermark else ""
    return (
        fresh,
        f"{feed.feed} ({feed.dataset}) reaches to {feed.last_day}{said}{'' if fresh else f', which is old; {fix}'}.",
    )


def _held_back(house: House) -> Iterator[Finding]:
    """How many rows are held back, and where the first lies."""
    for source, rows in house.failures.quarantined().items():
        first = rows[0]
        where = f"{first.file}, row {first.row}{f', {first.field}' if first.field else ''}"
        yield False, f"Rows of {source} are held back: {where}: {first.reason}. `/finops sources` shows more."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
