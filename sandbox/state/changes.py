"""Tells every open page what changed, so that it reads that again."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of thing changed."""

    MESSAGE = "message"
    VIEW = "view"
    HOME = "home"
    LINK = "link"


class Changes:
    """A noticeboard with any number of readers; a slow reader never holds up the others."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[dict[str, Any]]] = set()

    def tell(self, kind: Kind, channel: str | None = None, user: str | None = None) -> None:
        """Note that something changed, in a channel or for one person only."""
        for reader in self._readers:
            reader.put_nowait({"kind": kind, "channel": channel, "for": user})

    @contextmanager
    def reader(self) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        """A queue of everything told while the context is open."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._readers.add(queue)
        try:
            yield queue
        finally:
            self._readers.discard(queue)
