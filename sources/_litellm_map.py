"""Making the second price list: what prices tokens of LiteLLM's map, run as `python -m sources._litellm_map FILE
VERSION`."""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from finops.charge import TokenClass
from finops.money import plain
from finops.prices import BATCH, STANDARD

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "price_lists"
COLUMNS = ("provider", "model", "tier", "above", *map(str, TokenClass), "retires")
_CLASSES = {
    "input_cost_per_token": TokenClass.UNCACHED_INPUT,
    "cache_read_input_token_cost": TokenClass.CACHE_READ,
    "cache_creation_input_token_cost": TokenClass.CACHE_WRITE,
    "cache_creation_input_token_cost_above_1hr": TokenClass.CACHE_WRITE_1H,
    "output_cost_per_token": TokenClass.OUTPUT,
    "output_cost_per_reasoning_token": TokenClass.REASONING,
    "input_cost_per_audio_token": TokenClass.AUDIO_INPUT,
    "output_cost_per_audio_token": TokenClass.AUDIO_OUTPUT,
    "input_cost_per_image_token": TokenClass.IMAGE_INPUT,
    "output_cost_per_image_token": TokenClass.IMAGE_OUTPUT,
}
_TIERS = {None: STANDARD, "batches": BATCH, "flex": "flex", "priority": "priority"}
_FIELD = re.compile(rf"({'|'.join(_CLASSES)})(?:_above_(\d+)k_tokens)?(?:_({'|'.join(filter(None, _TIERS))}))?")
_MODES = {"chat", "completion", "responses", "embedding"}
_OTHERWISE = ("off_peak_pricing", "tiered_pricing", "input_cost_per_request")
"""What prices a call by more than its tokens: such models are left out."""
_MILLION = Decimal(1_000_000)


def slim(listed: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """A row for each model, tier and step of the map: USD per million tokens. A price of zero is none: the map writes
    it where nobody knows. An entry that is no model is left out and said."""
    for name, told in sorted(listed.items()):
        if not isinstance(told, Mapping) or not isinstance(told.get("litellm_provider"), str):
            log.warning("%s: is not a model with a provider, and is left out", name)
            continue
        if told.get("mode") not in _MODES or any(told.get(each) for each in _OTHERWISE):
            continue
        for (tier, above), rates in sorted(_steps(told).items()):
            said = {"provider": told["litellm_provider"], "model": name, "tier": tier, "above": str(above)}
            yield said | rates | {"retires": str(told.get("deprecation_date") or "")}


def _steps(told: Mapping[str, Any]) -> dict[tuple[str, int], dict[str, str]]:
    found: dict[tuple[str, int], dict[str, str]] = {}
    for field, price in told.items():
        named = _FIELD.fullmatch(field)
        if named and isinstance(price, Decimal | int) and price > 0:
            above = int(named[2]) * 1000 + 1 if named[2] else 0
            found.setdefault((_TIERS[named[3]], above), {})[_CLASSES[named[1]]] = plain(Decimal(price) * _MILLION)
    return {step: rates for step, rates in found.items() if TokenClass.UNCACHED_INPUT in found.get((step[0], 0), {})}


def packed(listed: Mapping[str, Any]) -> bytes:
    """The list as it is shipped, the same bytes each time."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    rows.writeheader()
    rows.writerows(slim(listed))
    return gzip.compress(text.getvalue().encode(), mtime=0)


def main(file: str, version: str) -> None:
    """Put the list made of *file* in the place of the one that is shipped."""
    read = gzip.open if file.endswith(".gz") else open
    with read(file, "rt", encoding="utf-8") as text:
        made = packed(json.load(text, parse_float=Decimal))
    for old in FOLDER.glob("litellm-*.csv.gz"):
        old.unlink()
    (FOLDER / f"litellm-{version}.csv.gz").write_bytes(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
