"""List prices for a pool: what its model costs by class of token, and in batch; None where nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from finops.charge import INPUT, TokenClass
from finops.normalise import provider_name
from finops.prices import BATCH, PRICED_IN, STANDARD, Offer, Prices, at_step
from finops.whatif.mix import Pool, Used

Rated = Mapping[TokenClass, Decimal]
TYPICAL_BATCH = Decimal("0.5")
"""What a token costs in batch where the list does not say: 515 of 544 listed batch prices are exactly half."""


@dataclass(frozen=True)
class Listed:
    """The prices in force on *day*."""

    prices: Prices
    day: date
    currency: str = PRICED_IN

    def rates(self, pool: Pool, model: str = "") -> Rated:
        """What calls as large as those of *pool* cost with *model* (none named: its own), USD a token; perhaps none."""
        return at_step(self._tier(pool, model, STANDARD), _size(pool))

    def batch(self, pool: Pool, kind: TokenClass) -> tuple[Decimal, bool]:
        """What a token of *kind* costs in batch, of what it costs else; and whether a list says so."""
        batch, plain = at_step(self._tier(pool, "", BATCH), _size(pool)), self.rates(pool)
        if not batch or not plain:
            return TYPICAL_BATCH, False
        return (batch[kind] / plain[kind] if kind in batch and plain.get(kind) else Decimal(1)), True

    def origin(self, model: str) -> str:
        """Which list tells the price of *model*; empty if none does."""
        return next((rates.origin for rates in self._offer("", model, STANDARD)), "")

    def settled(self, pool: Pool) -> Pool:
        """*pool* with its cost told by class: what a gateway tells more or less than the list is every class's alike,
        and where only the whole is known, it is divided as list prices would."""
        known = sum((used.cost for used in pool.classes.values()), Decimal(0))
        if known:
            times = (known + pool.beside) / known
            parts = {kind: Used(used.tokens, used.cost * times) for kind, used in pool.classes.items()}
            return replace(pool, classes=parts, beside=Decimal(0))
        return self._divided(pool)

    def _divided(self, pool: Pool) -> Pool:
        rates, paid = self.rates(pool), pool.other + pool.beside
        if not paid or not covers(rates, pool):
            return pool
        whole = sum((used.tokens * rates[kind] for kind, used in pool.classes.items()), Decimal(0))
        if not whole:
            return pool
        parts = {kind: Used(used.tokens, paid * used.tokens * rates[kind] / whole)
                 for kind, used in pool.classes.items()}  # fmt: skip
        return replace(pool, classes=parts, other=Decimal(0), beside=Decimal(0))

    def _tier(self, pool: Pool, model: str, tier: str) -> Offer:
        provider = pool.provider if model in ("", pool.model) else ""
        return self._offer(provider, model or pool.model, tier)

    def _offer(self, provider: str, model: str, tier: str) -> Offer:
        whom = provider or provider_name("", model)
        offers = self.prices.offers(whom, (model,), self.day) if model else ()
        said = (tuple(rates for rates in offer if rates.tier == tier) for offer in offers)
        return next((offer for offer in said if offer), ())


def covers(rates: Rated, pool: Pool) -> bool:
    """Whether *rates* tell the price of every token of *pool*."""
    used = [kind for kind, each in pool.classes.items() if each.tokens]
    return bool(rates and used) and all(kind in rates for kind in used)


def _size(pool: Pool) -> int:
    """How much input the mean call has."""
    whole = sum((pool.used(kind).tokens for kind in INPUT), Decimal(0))
    return int(whole / pool.requests) if pool.requests else 0
