"""Which price counts: what was agreed, then the open lists in their order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from finops.prices import Offer
from sources._contract import Contract, in_force

if TYPE_CHECKING:
    from sources._genai_prices import GenaiPrices
    from sources._litellm_prices import LitellmPrices

ListName = Literal["genai-prices", "litellm"]
ORDER: tuple[ListName, ...] = ("genai-prices", "litellm")


class PriceLists:
    """The shipped lists in their *order*, below the *contract*, which is by model."""

    def __init__(self, contract: Contract | None = None, order: Sequence[ListName] = ORDER) -> None:
        self._contract = contract or {}
        self.lists: Sequence[str] = tuple(dict.fromkeys(order))
        self._looked_up = lru_cache(maxsize=4096)(self._found)

    @cached_property
    def _lists(self) -> Sequence[GenaiPrices | LitellmPrices]:
        """The lists; who asks for no price does not wait for them."""
        from sources._genai_prices import GenaiPrices
        from sources._litellm_prices import LitellmPrices

        made = {"genai-prices": GenaiPrices, "litellm": LitellmPrices}
        return [made[name]() for name in self.lists]

    def offers(self, provider: str, models: Sequence[str], day: date) -> tuple[Offer, ...]:
        """What was agreed of the first of *models* that it names, else what each list says; what was agreed for one
        tier says nothing of another, which the lists go on to price."""
        return self._looked_up(provider, tuple(models), day)

    def _found(self, provider: str, models: tuple[str, ...], day: date) -> tuple[Offer, ...]:
        agreed = next((found for model in models if (found := in_force(self._contract.get(model, ()), day))), ())
        tiers = {rates.tier for rates in agreed}
        said = (each.rates(provider, models, day) for each in self._lists)
        rest = (tuple(rates for rates in offer if rates.tier not in tiers) for offer in said)
        return tuple(offer for offer in (agreed, *rest) if offer)
