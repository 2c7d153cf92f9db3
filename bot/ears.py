"""What listeners need, and what they heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from slack_sdk import WebClient

from bot.answering import Answering, Where
from bot.asking import Asking
from bot.guard import Guard
from bot.pool import Pool


class Inbox(Protocol):
    """What was received before, kept longer than Slack repeats anything."""

    def first(self, key: str, now: datetime) -> bool:
        """Whether *key* is new; it is remembered."""
        ...

    def forget(self, key: str) -> None:
        """*key* may come in again."""
        ...


@dataclass(frozen=True)
class Ears:
    """Everything that listeners need."""

    asking: Asking
    answering: Answering
    guard: Guard
    inbox: Inbox
    pool: Pool
    client: WebClient

    def is_new(self, key: str) -> bool:
        """Whether this delivery is the first; Slack and impatient fingers repeat themselves."""
        return self.inbox.first(key, self.asking.clock())


@dataclass(frozen=True)
class Heard:
    """What was typed or pressed: *key* is the same when Slack repeats it, *trigger* opens a form for three seconds,
    *modal* is the one that it was pressed in. Without a channel it was pressed in a modal or a Home."""

    key: str
    team: str
    where: Where
    trigger: str
    modal: str = ""
