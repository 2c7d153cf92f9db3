"""The company: what it reckons in, where its days begin, and how the bot is called there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Company:
    """The reporting currency and zone, and how the slash command is called."""

    name: str = ""
    currency: str = "USD"
    zone: str = "UTC"
    command: str = "/finops"
