"""Prices from the list that the `genai-prices` package ships, by date."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.metadata import version

from genai_prices.data_snapshot import DataSnapshot, get_snapshot
from genai_prices.types import ModelPrice, TieredPrices

from finops.charge import TokenClass
from finops.prices import Offer, Rates

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
    """The list that the package ships."""

    origin = f"genai-prices {version('genai-prices')}"

    def rates(self, provider: str, models: Sequence[str], day: date) -> Offer:
        """What the list says of the first of *models* that it knows, in force on *day*; empty if it knows none."""
        found = (_listed(get_snapshot(), provider, model, day) for model in models)
        price = next((each for each in found if each), None)
        return tuple(self._rate(price, above) for above in _steps(price)) if price else ()

    def _rate(self, price: ModelPrice, above: int) -> Rates:
        found = {kind: _first(price, names, above) for kind, names in _FIELDS.items()}
        return Rates({kind: rate / _MILLION for kind, rate in found.items() if rate is not None}, self.origin, above)


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
