"""Mistral's organization: what it bills a month, by category, model and day where it tells the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from finops.batch import Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period, month_of
from sources._base import ApiSource, alike, shaped, written
from web.access import Address
from web.client import Web
from web.pages import rows

_NEEDED = ("day_start", "billed_cost", "effective_cost", "currency")
_KNOWN = ("list_cost", "sku", "sku_meter", "description", "consumed_quantity", "consumed_unit", "model", "token_type")
_COLUMNS = alike(_NEEDED, _KNOWN)
_CONSTANTS = {"provider": "Mistral", "service": "Mistral API", "category": "AI and Machine Learning",
              "charge_category": "Usage"}  # fmt: skip
_NO_MODELS = ("connectors", "libraries_api")
_TOKENS = ("input", "output", "cached")
_VIBE = "vibe_usage"
_EXACT = Context(prec=80)
_Prices = Mapping[tuple[str, str], Decimal]


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
            file = written(_charges(web, start), into / f"mistral-usage-{start:%Y-%m}.jsonl.gz")
            yield Batch("mistral", Dataset.CHARGES, Format.JSONL, (file,), _COLUMNS, constants=_CONSTANTS,
                        covers=month_of(start))  # fmt: skip


class _Price(BaseModel):
    billing_metric: str
    billing_group: str
    price: Decimal


class _Entry(BaseModel):
    billing_metric: str
    billing_group: str
    value: Decimal
    value_paid: Decimal | None = None
    timestamp: datetime | None = None

    def day(self, month: date) -> date:
        """The day (UTC) it is of, the first of the *month* if it names none."""
        if self.timestamp is None:
            return month
        return (self.timestamp if self.timestamp.tzinfo is None else self.timestamp.astimezone(UTC)).date()

    def charge(self, category: str, month: date, price: Decimal) -> dict[str, Any]:
        """It as a charge; lines of one model are apart, so that what came from the cache is not in the input."""
        paid = self.value if self.value_paid is None else self.value_paid
        counted = self.billing_group in _TOKENS
        sku = f"{category}, {self.billing_metric}, {self.billing_group}"
        return _line(self.day(month), sku, _EXACT.multiply(paid, price)) | {
            "list_cost": _EXACT.multiply(self.value, price), "sku_meter": self.billing_group,
            "consumed_quantity": self.value, "consumed_unit": "tokens" if counted else self.billing_group,
            "model": None if category in _NO_MODELS else self.billing_metric,
            "token_type": self.billing_group if counted else None}  # fmt: skip


class _Month(BaseModel):
    currency: str
    vibe_usage: Decimal | None = None


def _line(day: date, sku: str, cost: Decimal) -> dict[str, Any]:
    return {"day_start": f"{day}T00:00:00Z", "sku": sku, "description": sku, "billed_cost": cost,
            "effective_cost": cost}  # fmt: skip


def _charges(web: Web, start: date) -> Iterator[dict[str, Any]]:
    page = web.read("usage", {"month": start.month, "year": start.year})
    month = shaped(_Month, web, page)
    currency = {"currency": month.currency.upper()}
    prices = _prices(web, page)
    for category, entry in _entries(web, page):
        yield entry.charge(category, start, _price(web, prices, entry)) | currency
    if month.vibe_usage:
        yield _line(start, _VIBE, month.vibe_usage) | currency


def _prices(web: Web, page: Mapping[str, Any]) -> _Prices:
    listed = [shaped(_Price, web, row) for row in rows(web, page, "prices")]
    return {(each.billing_metric, each.billing_group): each.price for each in listed}


def _price(web: Web, prices: _Prices, entry: _Entry) -> Decimal:
    """What one of *entry* costs; what nobody paid for needs no price."""
    found = prices.get((entry.billing_metric, entry.billing_group))
    if found is None and (entry.value if entry.value_paid is None else entry.value_paid):
        raise SourceChanged(f"{web.name} names no price for something that was paid for; nothing was read.")
    return found or Decimal(0)


def _entries(web: Web, page: Mapping[str, Any]) -> Iterator[tuple[str, _Entry]]:
    """All entries with their category, however deep in it they are listed; a category that is new counts, too."""
    left = [(category, held) for category, held in page.items() if category not in ("prices", _VIBE)]
    while left:
        category, held = left.pop()
        if isinstance(held, dict):
            left += [(category, inside) for inside in held.values()]
        elif isinstance(held, list):
            yield from ((category, shaped(_Entry, web, row)) for row in held)
