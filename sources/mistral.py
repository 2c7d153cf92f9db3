"""Mistral's organization: what it bills a month, by category, model and day where it tells the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from finops.batch import Batch, Dataset, Format
from finops.period import Period, month_of
from sources._base import ApiSource, alike, shaped, written
from sources._fields import Currency, Id, Moment, Money, Quantity
from sources._row_check import RowCheck
from web.access import Address
from web.client import Web
from web.pages import page_of, rows

_NEEDED = ("day_start", "billed_cost", "effective_cost", "currency")
_KNOWN = ("list_cost", "sku", "sku_meter", "description", "consumed_quantity", "consumed_unit", "model", "token_type")
_COLUMNS = alike(_NEEDED, _KNOWN)
_CONSTANTS = {"provider": "Mistral", "service": "Mistral API", "category": "AI and Machine Learning",
              "charge_category": "Usage"}  # fmt: skip
_NO_MODELS = ("connectors", "libraries_api")
_TOKENS = ("input", "output", "cached")
_VIBE = "vibe_usage"
_EXACT = Context(prec=80)


class Mistral(ApiSource):
    """Mistral organization on an Enterprise plan; tested on recorded answers only. *key* is an Admin API key
    (Backoffice, Admin API, Create key); a key for inference is refused. The bill is read by whole months: what was
    paid for is counted times the prices in the same answer, the list cost is that of all that was used. What names no
    day (Vibe) stands on the first of its month. Workspaces and keys are not told apart. Delay: not told; the current
    month grows, and it and the one before are read again. Limits: one question a month."""

    name: ClassVar[str] = "Mistral"
    base_url: Address = "https://api.mistral.ai/v1/admin"

    @property
    def headers(self) -> Mapping[str, str]:
        """The key, as Mistral's Admin API wants it."""
        return {"x-api-key": self.key.get_secret_value()}

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of each month that *period* touches."""
        for start in sorted({month_of(day).start for day in period}):
            check = RowCheck(web, into / f"mistral-usage-{start:%Y-%m}.jsonl.gz")
            file = written(_charges(web, start, check), check.file)
            yield Batch("mistral", Dataset.CHARGES, Format.JSONL, (file,), _COLUMNS, constants=_CONSTANTS,
                        covers=month_of(start), rejected=check.rejected)  # fmt: skip


class _Price(BaseModel):
    billing_metric: Id
    billing_group: Id
    price: Money


class _Entry(BaseModel):
    billing_metric: Id
    billing_group: Id
    value: Quantity
    value_paid: Quantity | None = None
    timestamp: Moment | None = None

    def day(self, month: date) -> date:
        """The day (UTC) it is of, the first of the *month* if it names none."""
        return month if self.timestamp is None else self.timestamp.date()

    @property
    def paid(self) -> Decimal:
        """How much of it was paid for."""
        return self.value if self.value_paid is None else self.value_paid

    def charge(self, category: str, month: date, price: Decimal) -> dict[str, Any]:
        """It as a charge; lines of one model are apart, so that what came from the cache is not in the input."""
        counted = self.billing_group in _TOKENS
        sku = f"{category}, {self.billing_metric}, {self.billing_group}"
        return _line(self.day(month), sku, _EXACT.multiply(self.paid, price)) | {
            "list_cost": _EXACT.multiply(self.value, price), "sku_meter": self.billing_group,
            "consumed_quantity": self.value, "consumed_unit": "tokens" if counted else self.billing_group,
            "model": None if category in _NO_MODELS else self.billing_metric,
            "token_type": self.billing_group if counted else None}  # fmt: skip


class _Month(BaseModel):
    currency: Currency


class _Vibe(BaseModel):
    vibe_usage: Money | None = None


def _line(day: date, sku: str, cost: Decimal) -> dict[str, Any]:
    return {"day_start": f"{day}T00:00:00Z", "sku": sku, "description": sku, "billed_cost": cost,
            "effective_cost": cost}  # fmt: skip


def _charges(web: Web, start: date, check: RowCheck) -> Iterator[dict[str, Any]]:
    page = page_of(web, web.read("usage", {"month": start.month, "year": start.year}))
    currency = {"currency": shaped(_Month, web, page).currency.upper()}
    listed = check.fitting(_Price, rows(web, page, "prices"), "prices")
    prices = {(each.billing_metric, each.billing_group): each.price for each in listed}
    for category, held in _lists(page):
        for number, entry in check.numbered(_Entry, held, category):
            price = prices.get((entry.billing_metric, entry.billing_group))
            if price is None and entry.paid:
                check.reject(number, "billing_metric", "was paid for, but the answer names no price of it", category)
            elif check.asked(entry.day(start), month_of(start), number, "timestamp", category):
                yield entry.charge(category, start, price or Decimal(0)) | currency
    vibe = check.fit(_Vibe, page, 1)
    if vibe and vibe.vibe_usage:
        yield _line(start, _VIBE, vibe.vibe_usage) | currency


def _lists(page: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """All lists of entries with their category, however deep in it they are; a category that is new counts, too."""
    left = [(category, held) for category, held in page.items() if category not in ("prices", _VIBE)]
    while left:
        category, held = left.pop()
        if isinstance(held, dict):
            left += [(category, inside) for inside in held.values()]
        elif isinstance(held, list):
            yield category, held
