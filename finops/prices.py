"""Prices: dated rates per token by class, from lists that may disagree; an unknown model is unpriced, never free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from finops.charge import TokenClass

STANDARD, BATCH = "", "batch"
PRICED_IN = "USD"
"""What price lists are in."""
STANDARD_TIERS = frozenset({"", "standard", "default", "auto", "on_demand", "traffic_type_unspecified", "unspecified",
                            "global", "not_available"})  # fmt: skip
"""What providers call the tier that has no name here."""


@dataclass(frozen=True)
class Rates:
    """USD per token by class, for requests with at least *above* input tokens at the service *tier* (batch, flex,
    priority; standard is empty); *origin* is the list and its version; *retires* is the day from which its maker no
    longer serves the model, where the list says so."""

    per_token: Mapping[TokenClass, Decimal]
    origin: str
    above: int = 0
    tier: str = STANDARD
    retires: date | None = None


Offer = tuple[Rates, ...]
"""What one list says: rates of every tier, rising by *above*."""


CONTRACT = "contract"
"""How the origin of a price begins that was agreed."""


class Prices(Protocol):
    """Where prices are looked up."""

    @property
    def lists(self) -> Sequence[str]:
        """The lists, the one that counts first; an origin begins with the name of its list."""
        ...

    def offers(self, provider: str, models: Sequence[str], day: date) -> tuple[Offer, ...]:
        """What each list says of the first of *models* that it knows, in force on *day*, the list that counts first;
        empty when the model is unpriced."""
        ...


class Unlisted:
    """No list at all."""

    lists: Sequence[str] = ()

    def offers(self, provider: str, models: Sequence[str], day: date) -> tuple[Offer, ...]:
        """Nothing is priced."""
        return ()


NOTICED = Decimal("0.005")
"""What lists may differ by before it is a disagreement: half a percent."""


def agree(one: Offer, other: Offer) -> bool:
    """Whether both say the same of every class at every step, but for what is not noticed."""
    steps = {rates.above for rates in (*one, *other)}
    return all(_same(at_step(one, above), at_step(other, above)) for above in steps)


def differ(one: Decimal, other: Decimal) -> bool:
    """Whether two prices of the same differ by what is noticed."""
    return abs(other - one) > one * NOTICED


def at_step(offer: Offer, above: int) -> Mapping[TokenClass, Decimal]:
    """What *offer*, of one tier, says of calls with *above* tokens of input."""
    return next((rates.per_token for rates in reversed(offer) if rates.above <= above), {})


def _same(one: Mapping[TokenClass, Decimal], other: Mapping[TokenClass, Decimal]) -> bool:
    return one.keys() == other.keys() and not any(differ(rate, other[kind]) for kind, rate in one.items())
