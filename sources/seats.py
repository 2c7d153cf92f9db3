"""Licences and contracts as a file: what seats and credits cost, day by day, and how many of them are in use."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import repeat
from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Derived, Format
from finops.question import LICENCES
from sources._base import FileSource, Signature
from sources._licence import CREDITS, MONEY, Contract, contract, shares
from sources._seats import FEED

_MANDATORY = {
    "vendor": ("vendor",),
    "product": ("product",),
    "start": ("start", "period_start", "contract_start"),
    "end": ("end", "period_end", "contract_end"),
    "currency": ("currency",),
}
_OPTIONAL = {
    "kind": ("kind",),
    "seats": ("seats",),
    "seats_used": ("seats_used",),
    "price_per_seat": ("price_per_seat",),
    "per": ("per",),
    "credits": ("credits", "credits_bought"),
    "credits_used": ("credits_used",),
    "price_per_credit": ("price_per_credit",),
    "total": ("total",),
    "team": ("team",),
}
_CHARGES = ("day_start", "billed_cost", "effective_cost", "list_cost", "currency", "provider", "account", "service",
            "sku", "description", "tags")  # fmt: skip
_DRIVERS = ("day", "app", "driver", "count", "team")
_CONSTANTS = {"category": "AI and Machine Learning", "charge_category": "Usage", "scope": "saas"}


class Seats(FileSource):
    """Licences and contracts of whatever no other source bills, ChatGPT Enterprise and its credits among them: CSV, one
    contract a row; docs/finance.md names its columns. The cost of a contract is spread
    over its days, those to come too. Seats and credits, paid for and used, are counted as drivers of an app named after
    the product. All contracts of a product belong into one delivery: it replaces what was known of the product."""

    title: ClassVar[str] = "licences and contracts"
    signatures: ClassVar[tuple[Signature, ...]] = (Signature(tuple(_MANDATORY.values())),)

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """What the contracts cost, by day."""
        columns = {name: Column(names, mandatory=True) for name, names in _MANDATORY.items()}
        columns |= {name: Column(names) for name, names in _OPTIONAL.items()}
        return Batch("seats", Dataset.CHARGES, form or Format.CSV, files, columns, ("account",), _CONSTANTS, whole=True,
                     derived=Derived(_CHARGES, _charges))  # fmt: skip

    def batches(self, files: tuple[Path, ...], form: Format | None = None) -> Iterator[Batch]:
        """What they cost, then how many seats and credits there are."""
        costs = self.batch(files, form)
        yield costs
        yield replace(costs, dataset=Dataset.DRIVERS, feed_by=FEED, constants={}, derived=Derived(_DRIVERS, _drivers))


def _charges(row: Mapping[str, str | None]) -> Iterator[tuple[object, ...]]:
    held = contract(row)
    tags = json.dumps({"app": held.product} | ({"team": held.team} if held.team else {}))
    whose = (held.currency, held.vendor, f"licences: {held.vendor} {held.product}", held.product, held.kind, held.about)
    costs, listed = (shares(amount, held.days, MONEY) for amount in (held.cost, held.listed))
    for day, cost, before_discount in zip(held.period, costs, listed, strict=True):
        yield (day, cost, cost, before_discount, *whose, tags)


def _drivers(row: Mapping[str, str | None]) -> Iterator[tuple[object, ...]]:
    held = contract(row)
    for driver, counts in zip(LICENCES, _counted(held), strict=True):
        for day, count in zip(held.period, counts, strict=False):
            yield (day, held.product, driver, count, held.team or None)


def _counted(held: Contract) -> Iterator[Iterable[Decimal]]:
    """By day: seats are there on each, credits are for all days together; what is not told is not counted."""
    for seats in (held.seats, held.seats_used):
        yield () if seats is None else repeat(seats, held.days)
    for credits in (held.credits, held.credits_used):
        yield () if credits is None else shares(credits, held.days, CREDITS)
