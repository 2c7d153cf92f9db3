"""Pricing one call by the usage in a provider's own answer: exact, dated, or unpriced for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal, localcontext
from importlib.metadata import version
from typing import Any

from genai_prices.data_snapshot import get_snapshot
from genai_prices.decompose import compute_leaf_values
from genai_prices.types import ModelInfo, ModelPrice, Provider, StartDateConstraint, TieredPrices, Usage
from pydantic import BaseModel

from finops.charge import INPUT, OUTPUT
from finops.prices import STANDARD, Offer
from sources._contract import Contract, in_force
from sources._genai_prices import SPELLINGS
from sources._usage import UNITS, Used, tier, used

LIST = "genai-prices"
_EXACT = Context(prec=80)


class Call(BaseModel):
    """One call: who answered, in which form, which model, the answer with its usage, and when (unknown: none)."""

    provider: str
    api_flavor: str | None = None
    model: str | None = None
    body: dict[str, Any]
    at: datetime | None = None


@dataclass(frozen=True)
class Price:
    """In USD, of what was put in and what came out; what is neither (searches) is in the total alone."""

    input: Decimal
    output: Decimal
    total: Decimal
    list: str
    version: str


@dataclass(frozen=True)
class Priced:
    """A call's usage as far as it could be read, and its price or why it has none."""

    used: Used | None
    price: Price | None
    unpriced: str = ""
    model: str = ""


class Unpriced(Exception):
    """Why there is no price; it never leaves this module."""


def priced(call: Call, contract: Contract) -> Priced:
    """*call* at the price in force when it was made; *contract* prices, by model, come first."""
    seen, model = None, ""
    try:
        provider, usage, model = _read(call)
        seen = used(usage)
        said = tier(call.body) or STANDARD
        agreed = tuple(rates for rates in _in_contract(contract, model, call.at) if rates.tier == said.lower())
        if said and not agreed:
            raise Unpriced(f"it was billed at the tier or place “{said[:40]}”, and only standard prices are applied")
        with localcontext(_EXACT):
            price = _agreed(agreed, seen) if agreed else _listed(provider, model, usage, call.at)
        return Priced(seen, price, model=model)
    except (Unpriced, ValueError) as error:
        return Priced(seen, None, str(error), model)


def _read(call: Call) -> tuple[Provider, Usage, str]:
    name = call.provider.strip().lower()
    try:
        provider = get_snapshot().find_provider(None, SPELLINGS.get(name, name), None)
    except LookupError:
        raise Unpriced(f"the provider “{call.provider[:80]}” is not in the price list") from None
    try:
        said, usage = provider.extract_usage(call.body, api_flavor=call.api_flavor or "default")
    except (AttributeError, TypeError):  # the package takes names in the answer for texts
        raise Unpriced("the usage in the answer has another shape") from None
    model = call.model or said
    if not model:
        raise Unpriced("neither the call nor its answer names a model")
    return provider, usage, model


def _listed(provider: Provider, model: str, usage: Usage, at: datetime | None) -> Price:
    try:
        _, found = get_snapshot().find_provider_model(model, provider, None, None)
    except LookupError:
        raise Unpriced(f"the model “{model[:80]}” is not in the price list of {provider.id}") from None
    prices = [_of_list(price, found, provider, usage) for price in _in_force(found, at)]
    if any(price != prices[0] for price in prices):
        raise Unpriced(f"the price of {found.id} {_changes(found)}; say when the call was made (at)")
    if at is None and prices[0] != _of_list(_stepless(_in_force(found, at)[0]), found, provider, usage):
        raise Unpriced(
            f"so much input passes a step in the price of {found.id}, and steps come and go without a date \
in the list; say when the call was made (at)"
        )
    return prices[0]


def _in_force(model: ModelInfo, at: datetime | None) -> Sequence[ModelPrice]:
    """The prices at *at*, or all there ever were."""
    if at is not None:
        return [model.get_prices(at if at.tzinfo else at.replace(tzinfo=UTC))]
    return [model.prices] if isinstance(model.prices, ModelPrice) else [each.prices for each in model.prices]


def _stepless(price: ModelPrice) -> ModelPrice:
    """*price* as it would be if large calls cost no more a token than small ones."""
    return ModelPrice(**{name: each.base if isinstance(each, TieredPrices) else each
                         for name, each in vars(price).items()})  # fmt: skip


def _changes(model: ModelInfo) -> str:
    rules = [each.constraint for each in model.prices] if isinstance(model.prices, list) else []
    days = [str(rule.start_date) for rule in rules if isinstance(rule, StartDateConstraint)]
    return f"changed on {', '.join(days)}" if days else "depends on the time of day"


def _of_list(price: ModelPrice, model: ModelInfo, provider: Provider, usage: Usage) -> Price:
    _complete(price, model, usage)
    found = ModelInfo(model.id, model.match, prices=price).calc_price(usage, provider)
    return Price(found.input_price, found.output_price, found.total_price, LIST, version(LIST))


def _complete(price: ModelPrice, model: ModelInfo, usage: Usage) -> None:
    """Unpriced if tokens or tools were used that have no price: what is not listed is not free."""
    listed = {name: unit for name, unit in UNITS.items() if getattr(price, unit.price_key, None) is not None}
    tools = [name for name in vars(usage) if name in UNITS and UNITS[name].dimensions["family"] == "tool_calls"]
    missing = [name for name in tools if usage.reported_value(name) and name not in listed]
    if "requests" not in listed:
        tokens = {name: unit for name, unit in listed.items() if unit.dimensions["family"] == "tokens"}
        leaves = compute_leaf_values({*tokens}, usage, tokens)
        for way in ("input", "output"):
            covered = sum(count for name, count in leaves.items() if tokens[name].dimensions["direction"] == way)
            missing += [f"{way}_tokens"] if covered < usage.reported_value(f"{way}_tokens") else []
    if missing:
        raise Unpriced(f"the price list has no price for {', '.join(missing)} of {model.id}")


def _in_contract(contract: Contract, model: str, at: datetime | None) -> Offer:
    terms = contract.get(model, ())
    if at is None and any(term.dated for term in terms):
        raise Unpriced(f"the price agreed for {model[:80]} has dates; say when the call was made (at)")
    return in_force(terms, at.astimezone(UTC).date() if at else date.max)


def _agreed(offer: Offer, seen: Used) -> Price:
    whole = sum(Decimal(str(count)) for kind, count in seen.tokens.items() if kind in INPUT)
    rates = next(each for each in reversed(offer) if each.above <= whole)
    if seen.other:
        raise Unpriced(f"the contract names no price for {', '.join(sorted(seen.other))}")
    missing = [str(kind) for kind, count in seen.tokens.items() if count and kind not in rates.per_token]
    if missing:
        raise Unpriced(f"the contract names no price for {', '.join(missing)}")
    costs = {kind: Decimal(str(count)) * rates.per_token[kind] for kind, count in seen.tokens.items() if count}
    output = sum((cost for kind, cost in costs.items() if kind in OUTPUT), Decimal(0))
    total = sum(costs.values(), Decimal(0))
    return Price(total - output, output, total, rates.origin, "config.yaml")
