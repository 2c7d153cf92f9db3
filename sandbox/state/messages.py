"""Messages, and who sees which."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sandbox.state.changes import Changes, Kind
from sandbox.state.shelf import Shelf


@dataclass(frozen=True)
class Message:
    """One message; `only_for` names the one person who sees an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    only_for: str | None = None
    edited: bool = False
    files: list[str] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    broadcast: bool = False


class Messages:
    """All messages of the workspace."""

    def __init__(self, shelf: Shelf, changes: Changes, clock: Callable[[], float]) -> None:
        self._shelf, self._changes, self._clock = shelf, changes, clock
        self._kept: dict[tuple[str, str], Message] = {}
        for body in shelf.all("message"):
            message = Message(**body)
            self._kept[message.channel, message.ts] = message
        self._last = max((ts for _, ts in self._kept), default="")

    def next_ts(self) -> str:
        """A timestamp no message has had before, later than all others."""
        moment = f"{self._clock():.6f}"
        if moment <= self._last:
            seconds, micros = self._last.split(".")
            moment = f"{int(seconds) + (int(micros) + 1) // 1_000_000}.{(int(micros) + 1) % 1_000_000:06d}"
        self._last = moment
        return moment

    def keep(self, message: Message) -> Message:
        """Keep a new message, or the new state of an old one, and tell the pages."""
        self._kept[message.channel, message.ts] = message
        self._shelf.put("message", f"{message.channel}/{message.ts}", asdict(message))
        self._changes.tell(Kind.MESSAGE, message.channel, message.only_for)
        return message

    def edit(self, message: Message, **changed: Any) -> Message:
        """Keep the message with some fields changed."""
        return self.keep(replace(message, **changed))

    def drop(self, message: Message) -> None:
        """Forget a message."""
        self._kept.pop((message.channel, message.ts), None)
        self._shelf.drop("message", f"{message.channel}/{message.ts}")
        self._changes.tell(Kind.MESSAGE, message.channel, message.only_for)

    def one(self, channel: str, ts: str) -> Message | None:
        """The message with this timestamp, ephemeral ones included."""
        return self._kept.get((channel, ts))

    def seen(self, channel: str, user: str) -> list[Message]:
        """What a person sees in a channel, oldest first."""
        own = [one for one in self._kept.values() if one.channel == channel and one.only_for in (None, user)]
        return sorted(own, key=lambda one: one.ts)

    def replies(self, message: Message) -> int:
        """How many replies a message has, ephemeral ones not counted."""
        return sum(
            one.thread_ts == message.ts and one.channel == message.channel and one.only_for is None
            for one in self._kept.values()
        )
