"""How something that happened reaches the app: an envelope, and whoever carries it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

ACK_SECONDS = 3.0


class Sort(StrEnum):
    """What an envelope is about."""

    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"
    EVENT = "events_api"


@dataclass(frozen=True)
class Envelope:
    """One thing to tell the app."""

    sort: Sort
    payload: dict[str, Any]
    answerable: bool = True
    attempt: int = 0
    reason: str = ""


class Undelivered(Exception):
    """The app did not acknowledge in time; the text is Slack's retry reason."""


class Carrier(Protocol):
    """Brings envelopes to the app."""

    @property
    def connected(self) -> bool:
        """Whether the app can be reached right now, as far as known."""
        ...

    async def carry(self, envelope: Envelope) -> dict[str, Any]:
        """What the app answered, empty if nothing; raises Undelivered."""
        ...

    async def disconnect(self) -> None:
        """Ask the app to connect anew."""
        ...

    async def close(self) -> None:
        """End every connection."""
        ...
