"""Prices from the list that the `genai-prices` package ships, by date, with the operator's contract prices on top."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from genai_prices.data_snapshot import DataSnapshot, get_snapshot
from genai_prices.types import ModelPrice, TieredPrices

from finops.charge import TokenClass
from finops.errors import BadConfig
from finops.prices import Rates

_MILLION = Decimal(1_000_000)
_FIELDS = {
    TokenClass.UNCACHED_INPUT: ("input_mtok",),
    TokenClass.CACHE_READ: ("cache_read_mtok", "input_mtok"),
    TokenClass.CACHE_WRITE: ("cache_write_mtok", "input_mtok"),
    TokenClass.CACHE_WRITE_1H: ("cache_write_1h_mtok", "cache_write_mtok", "input_mtok"),
    TokenClass.OUTPUT: ("output_mtok",),
    TokenClass.REASONING: ("output_reasoning_mtok", "output_mtok"),
    TokenClass.AUDIO_INPUT: ("input_audio_mtok", "input_mtok"),
    TokenClass.AUDIO_OUTPUT: ("output_audio_mtok", "output_mtok"),
    TokenClass.IMAGE_INPUT: ("input_image_mtok", "input_mtok"),
    TokenClass.IMAGE_OUTPUT: ("output_image_mtok", "output_mtok"),
}
SPELLINGS = {
    "bedrock": "aws",
    "amazon": "aws",
    "aws bedrock": "aws",
    "vertex_ai": "google",
    "gemini": "google",
    "azure_ai": "azure",
    "azure openai": "azure",
}


class GenaiPrices:
    """The shipped list. *contract* gives USD per million tokens by model and token class, and comes first."""

    def __init__(self, contract: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._contract = contracts(contract or {})
        self._origin = f"genai-prices {version('genai-prices')}"
        self.rates = lru_cache(maxsize=4096)(self._rates)

    def _rates(self, provider: str, model: str, day: date) -> tuple[Rates, ...]:
        """The rates in force on *day*, rising by `above`; empty when the model is unpriced."""
        if model in self._contract:
            return (self._contract[model],)
        price = _listed(get_snapshot(), provider, model, day)
        if price is None:
            return ()
        return tuple(self._rate(price, above) for above in _steps(price))

    def _rate(self, price: ModelPrice, above: int) -> Rates:
        found = {kind: _first(price, names, above) for kind, names in _FIELDS.items()}
        return Rates({kind: rate / _MILLION for kind, rate in found.items() if rate is not None}, self._origin, above)


def contracts(said: Mapping[str, Mapping[str, Any]]) -> dict[str, Rates]:
    """The operator's own prices by model, from USD per million tokens; BadConfig names what is none."""
    return {model: _agreed(model, prices) for model, prices in said.items()}


def _listed(known: DataSnapshot, provider: str, model: str, day: date) -> ModelPrice | None:
    name = provider.strip().lower()
    for spelling in (SPELLINGS.get(name, name), None):
        try:
            _, found = known.find_provider_model(model, None, spelling or None, None)
        except LookupError:
            continue
        price = found.get_prices(datetime.combine(day, time(12), UTC))
        return price if price.input_mtok is not None else None
    return None


def _steps(price: ModelPrice) -> Iterator[int]:
    tiers = [value.tiers for value in vars(price).values() if isinstance(value, TieredPrices)]
    yield from sorted({0} | {tier.start + 1 for each in tiers for tier in each})


def _first(price: ModelPrice, names: tuple[str, ...], above: int) -> Decimal | None:
    value = next((found for name in names if (found := getattr(price, name, None)) is not None), None)
    if not isinstance(value, TieredPrices):
        return value
    return next((tier.price for tier in reversed(value.tiers) if tier.start < above), value.base)


def _agreed(model: str, prices: Mapping[str, Any]) -> Rates:
    try:
        rates = {TokenClass(kind): Decimal(str(price)) / _MILLION for kind, price in prices.items()}
        if not all(rate.is_finite() and rate >= 0 for rate in rates.values()):
            raise ValueError(model)
    except (ValueError, InvalidOperation):
        kinds = ", ".join(TokenClass)
        raise BadConfig(f"prices.{model}: write USD per million tokens for any of: {kinds}.") from None
    return Rates(rates, "contract")
