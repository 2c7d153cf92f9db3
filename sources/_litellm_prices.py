"""Prices from the slim copy of LiteLLM's map that lies beside: as the list stood, without dates."""

from __future__ import annotations

import csv
import gzip
import logging
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from finops.charge import TokenClass
from finops.normalise import Owners, model_name
from finops.prices import STANDARD, Offer, Rates
from sources._litellm_map import FOLDER

log = logging.getLogger(__name__)

_MILLION = Decimal(1_000_000)
_MOST = Decimal(10**6)
_OTHERWISE = {
    TokenClass.CACHE_READ: (TokenClass.UNCACHED_INPUT,),
    TokenClass.CACHE_WRITE: (TokenClass.UNCACHED_INPUT,),
    TokenClass.CACHE_WRITE_1H: (TokenClass.CACHE_WRITE, TokenClass.UNCACHED_INPUT),
    TokenClass.REASONING: (TokenClass.OUTPUT,),
    TokenClass.AUDIO_INPUT: (TokenClass.UNCACHED_INPUT,),
    TokenClass.AUDIO_OUTPUT: (TokenClass.OUTPUT,),
    TokenClass.IMAGE_INPUT: (TokenClass.UNCACHED_INPUT,),
    TokenClass.IMAGE_OUTPUT: (TokenClass.OUTPUT,),
}
"""What a class costs where the list says nothing of its own: what it is a part of."""
_BEGINS = {"bedrock": "aws", "amazon": "aws", "aws": "aws", "vertex": "vertex", "azure": "azure", "gemini": "gemini",
           "google": "gemini", "gcp": "gemini", "text-completion-": "", "mistral": "mistral",
           "x.ai": "xai", "x-ai": "xai"}  # fmt: skip
_BESIDE = {"gemini": "vertex", "vertex": "gemini"}

_Row = Mapping[str, str]


class LitellmPrices:
    """The list that *file* holds; one that another version shipped may be given."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or next(FOLDER.glob("litellm-*.csv.gz"))
        self.origin = self._file.name.removesuffix(".csv.gz").replace("-", " ", 1)

    def rates(self, provider: str, models: Sequence[str], day: date) -> Offer:
        """What the list says of the first of *models* that it knows, whatever the day; empty if it knows none."""
        whom = _family(provider)
        found = (self._named(whom, model.strip().lower()) for model in models)
        rows = next((each for each in found if each), ())
        return tuple(sorted(_offer(rows, self.origin), key=lambda rates: rates.above))

    def _named(self, whom: str, model: str) -> Sequence[_Row]:
        """A name that says where it goes comes first; then the provider's own, then who sells the same beside it."""
        known = _listed(self._file)
        if "/" in model and model in known.by_key:
            return known.by_key[model]
        places = (whom, _BESIDE.get(whom, ""))
        found = next((known.by_name[place, model] for place in places if (place, model) in known.by_name), ())
        return found or (() if whom in known.families else known.by_key.get(model, ()))


@dataclass(frozen=True)
class _Listed:
    """The rows of a list: by the key that it writes, and by whom and model."""

    by_key: Mapping[str, Sequence[_Row]]
    by_name: Mapping[tuple[str, str], Sequence[_Row]]
    families: frozenset[str]


@lru_cache(maxsize=4)
def _listed(file: Path) -> _Listed:
    """What *file* holds, read once: it is large, and shipped files do not change."""
    keys = _by_key(file)
    names = _by_name(keys)
    return _Listed(keys, names, frozenset(whom for whom, _ in names))


def _by_key(file: Path) -> Mapping[str, Sequence[_Row]]:
    """The rows of each model. A model with a row that is no price is left out as a whole: a price that is missing is
    better than a wrong one."""
    found: dict[str, list[_Row]] = {}
    odd: dict[str, int] = {}
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        for number, row in enumerate(csv.DictReader(text), 2):
            model = (row["model"] or "").lower()
            if model and _is_price(row):
                found.setdefault(model, []).append(row)
            else:
                odd.setdefault(model, number)
    for model, number in odd.items():
        log.warning("%s, line %d is not a price; its model has no price from this list.", file.name, number)
        found.pop(model, None)
    return found


def _is_price(row: _Row) -> bool:
    try:
        prices = [Decimal(row[kind]) for kind in TokenClass if row[kind]]
        _ = date.fromisoformat(row["retires"]) if row["retires"] else None
        return bool(row["provider"]) and int(row["above"]) >= 0 and all(0 <= each < _MOST for each in prices)
    except (ArithmeticError, ValueError, TypeError):  # a row that ends early has no text there
        return False


def _by_name(keys: Mapping[str, Sequence[_Row]]) -> Mapping[tuple[str, str], Sequence[_Row]]:
    """By whom and model: as the list writes it, without its place, and by its plain name; where regions have
    prices of their own, the plain name is that of the shortest key."""
    found: dict[tuple[str, str], Sequence[_Row]] = {}
    for key in sorted(keys, key=lambda key: (len(key), key)):
        rows = keys[key]
        whom = _family(rows[0]["provider"])
        for name in (key, key.rpartition("/")[2], model_name(key, Owners())):
            found.setdefault((whom, name), rows)
    return found


def _family(provider: str) -> str:
    """Who is paid, whatever gateways and the list call them."""
    name = provider.strip().lower()
    begun = next((begin for begin in _BEGINS if name.startswith(begin)), None)
    return (_BEGINS[begun] or name.removeprefix(begun)) if begun else name.partition("_chat")[0]


def _offer(rows: Iterable[_Row], origin: str) -> Iterable[Rates]:
    """Rates of each tier and step; a step inherits what it does not say."""
    inherited: dict[str, dict[TokenClass, Decimal]] = {}
    for row in sorted(rows, key=lambda row: (int(row["above"]), row["tier"])):
        said = {kind: Decimal(row[kind]) / _MILLION for kind in TokenClass if row[kind]}
        own = inherited[row["tier"]] = inherited.get(row["tier"], {}) | said
        apart = inherited.get(STANDARD, {}).keys() if row["tier"] else ()
        gone = date.fromisoformat(row["retires"]) if row["retires"] else None
        yield Rates(_completed(own, apart), origin, int(row["above"]), row["tier"], gone)


def _completed(said: Mapping[TokenClass, Decimal], apart: Container[TokenClass]) -> dict[TokenClass, Decimal]:
    """What is *said*, and what the rest costs as a part of it; what is priced *apart* at the standard tier, and not
    said here, is not known."""
    found = {kind: next((said[each] for each in (kind, *_OTHERWISE.get(kind, ())) if each in said), None)
             for kind in TokenClass if kind in said or kind not in apart}  # fmt: skip
    return {kind: rate for kind, rate in found.items() if rate is not None}
