"""The company: what it reckons in, where its days begin, and how the bot is called there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Company:
    """The reporting currency and zone, how the slash command is called, and what running the bot (*tool*) costs a
    calendar month, in that currency; None: nobody said."""

    name: str = ""
    currency: str = "USD"
    zone: str = "UTC"
    command: str = "/finops"
    tool: Decimal | None = None
