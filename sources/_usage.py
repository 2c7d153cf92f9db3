"""What a provider's answer says was used: tokens by class, each in one, and anything else that is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from genai_prices.data_units import unit_data
from genai_prices.decompose import compute_leaf_values
from genai_prices.types import Usage
from genai_prices.units import UnitDef, UnitRegistry

from finops.charge import TokenClass
from finops.prices import STANDARD_TIERS

Count = int | float | Decimal

_MOST = 10**15
UNITS = UnitRegistry(unit_data).units
_KINDS = {"cache_read", "cache_write", "reasoning"}
_SENSES = {"audio", "image"}


@dataclass(frozen=True)
class Used:
    """Tokens by class, and what else was counted, by the price list's names."""

    tokens: Mapping[TokenClass, Count]
    other: Mapping[str, Count]


def used(usage: Usage) -> Used:
    """What *usage* says; ValueError if its parts contradict its whole, or no call can have used so much."""
    told: dict[str, Count] = {name: count for name, count in vars(usage).items() if name in UNITS}
    vast = next((name for name, count in told.items() if count > _MOST), None)
    if vast:
        raise ValueError(f"{vast} is more than can be counted")
    part = next((name for name, count in told.items() if _is_of_tokens(name) and count % 1), None)
    if part:
        raise ValueError(f"{part} is no whole number of tokens")
    other = {name: count for name, count in told.items() if not _is_of_tokens(name) and count}
    return Used(_classes(usage, {*told}), other)


def _is_of_tokens(name: str) -> bool:
    return UNITS[name].dimensions["family"] == "tokens"


def _classes(usage: Usage, told: set[str]) -> dict[TokenClass, Count]:
    """Where cached tokens may be sound or pictures too and nobody says how many, only the cache is told apart."""
    apart = {name: unit for name, unit in UNITS.items() if name in told and _class(unit)}
    try:
        leaves = compute_leaf_values({*apart}, usage, apart)
    except ValueError:
        apart = {name: unit for name, unit in apart.items() if "modality" not in unit.dimensions}
        leaves = compute_leaf_values({*apart}, usage, apart)
    sums: dict[TokenClass, Count] = {}
    for name, count in leaves.items():
        kind = _class(apart[name])
        if kind:
            sums[kind] = _added(sums.get(kind, 0), count)
    return sums


def _added(one: Count, other: Count) -> Count:
    return one + other if isinstance(one, int) and isinstance(other, int) else Decimal(str(one)) + Decimal(str(other))


def _class(unit: UnitDef) -> TokenClass | None:
    """The class of a unit's tokens; none for what is no token, and for parts that cost what their whole costs."""
    said = unit.dimensions
    kind, sense = said.get("token_type"), said.get("modality")
    if said["family"] != "tokens" or kind not in {None, *_KINDS} or sense not in {None, *_SENSES}:
        return None
    if kind == "cache_write":
        return TokenClass.CACHE_WRITE_1H if said.get("cache_ttl") == "1h" else TokenClass.CACHE_WRITE
    if kind:
        return TokenClass(kind)
    way = said["direction"]
    return TokenClass(f"{sense}_{way}") if sense else _WHOLE[way]


_WHOLE = {"input": TokenClass.UNCACHED_INPUT, "output": TokenClass.OUTPUT}


def tier(body: Any) -> str | None:
    """The tier that *body* says it was billed at, if it is not the standard one."""
    return next((said for said in _tiers(body) if said.lower() not in STANDARD_TIERS), None)


_TIERS = ("service_tier", "serviceTier", "trafficType", "traffic_type", "inference_geo", "speed")


def _tiers(body: Any) -> Iterator[str]:
    """Said beside the usage, in it, or in the answer that an event of a stream carries."""
    if not isinstance(body, Mapping):
        return
    yield from (said for name in _TIERS if isinstance(said := body.get(name), str))
    for part in ("usage", "usageMetadata", "usage_metadata", "response", "message"):
        yield from _tiers(body.get(part))
