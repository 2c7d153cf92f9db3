"""Prices: dated rates per token by class; an unknown model is unpriced, never free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from finops.charge import TokenClass


@dataclass(frozen=True)
class Rates:
    """USD per token by class, for requests with at least *above* input tokens; *origin* is the list and its version."""

    per_token: Mapping[TokenClass, Decimal]
    origin: str
    above: int = 0


class Prices(Protocol):
    """Where prices are looked up."""

    def rates(self, provider: str, model: str, day: date) -> tuple[Rates, ...]:
        """The rates in force on *day*, rising by *above*; empty when the model is unpriced."""
        ...
