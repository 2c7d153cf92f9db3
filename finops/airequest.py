"""An AI request: one call of a model, without its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Tokens:
    """Tokens of one request (or of many, summed) by class; *cache_write* is the five-minute kind."""

    uncached_input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        """All tokens, in and out."""
        return self.input + self.output + self.reasoning

    @property
    def input(self) -> int:
        """All input tokens, cached ones included."""
        return self.uncached_input + self.cache_read + self.cache_write + self.cache_write_1h


@dataclass(frozen=True)
class AIRequest:
    """One call of a model; *cost* is metered in USD, None while nobody knows a price."""

    request_id: str
    at: datetime
    provider: str
    model: str
    tokens: Tokens
    team: str = ""
    app: str = ""
    key: str = ""
    status: str = "unknown"
    cost: Decimal | None = None
