"""The stamp: what every figure carries, so that nobody has to guess what it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class LedgerName(StrEnum):
    """Metered is usage times price (others call it estimated); billed is the provider's bill."""

    BILLED = "billed"
    METERED = "metered"

    @property
    def other(self) -> LedgerName:
        """The one that is not added to it."""
        return LedgerName.METERED if self is LedgerName.BILLED else LedgerName.BILLED


class Finality(StrEnum):
    """Provisional figures may still be corrected by the provider."""

    PROVISIONAL = "provisional"
    FINAL = "final"


@dataclass(frozen=True)
class Absent:
    """A *provider* of whom only the other ledger knows, and the *amount* it says."""

    provider: str
    amount: Decimal


@dataclass(frozen=True)
class Daily:
    """A *provider* who tells the hours of nothing on some *days*, so that they are in no figure by hour."""

    provider: str
    days: int


@dataclass(frozen=True)
class Stamp:
    """As of when (UTC), how final, which ledger, in what currency, the share of tokens without a price, the last day
    that is known of the period, the other currencies that the figures were converted from, and the providers that are
    not in them, for only the other ledger knows of any, dearest first;
    where hours were asked for, those who tell days only; and *beside* which other ledger they were set."""

    as_of: datetime | None
    finality: Finality
    ledger: LedgerName
    currency: str
    unpriced_share: Decimal = Decimal(0)
    until: date | None = None
    converted_from: tuple[str, ...] = ()
    absent: tuple[Absent, ...] = ()
    daily: tuple[Daily, ...] = ()
    beside: LedgerName | None = None
