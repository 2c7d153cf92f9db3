"""OpenAI's organization: what it charges a day (costs), and what was used (completions, embeddings)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from finops.batch import Batch, Column, Dataset, Format
from finops.period import Period, midnight
from finops.stamp import LedgerName
from sources._base import ApiSource, shaped, written
from web.access import Address
from web.client import Web
from web.pages import by_cursor

_COSTS = "organization/costs"
_USAGE = ("completions", "embeddings")
_BY = ("project_id", "api_key_id", "model")
_TIERED = frozenset({"completions"})
_CHARGES = ("sub_account", "sku", "sku_meter", "description", "resource", "effective_cost", "consumed_quantity",
            "consumed_unit", "model", "token_type")  # fmt: skip
_REQUESTS = ("key", "tags", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "requests",
             "audio_input_tokens", "image_input_tokens", "audio_output_tokens", "image_output_tokens", "batch",
             "tier")  # fmt: skip
_CONSTANTS = {"provider": "OpenAI", "service": "OpenAI API", "category": "AI and Machine Learning",
              "charge_category": "Usage"}  # fmt: skip
_UNITS = {"1000_tokens": "1000 tokens"}


class OpenAI(ApiSource):
    """OpenAI organization. *key* is an admin key (`sk-admin-…`) of an organization owner; *base_url* may be a proxy's.
    Costs are the bill; usage is metered, summed by day, project, key, model, batch and service tier."""

    name: ClassVar[str] = "OpenAI"
    base_url: Address = "https://api.openai.com/v1"

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of *period*, then its AI requests."""
        costs = written(_costs(web, period), into / "openai-costs.jsonl.gz")
        columns = _columns(("day_start", "billed_cost", "currency"), _CHARGES)
        yield Batch("openai", Dataset.CHARGES, Format.JSONL, (costs,), columns, constants=_CONSTANTS, covers=period)
        used = written(_used(web, period), into / "openai-usage.jsonl.gz")
        columns = _columns(("request_id", "started_at", "model"), _REQUESTS)
        yield Batch("openai", Dataset.REQUESTS, Format.JSONL, (used,), columns, ("provider",), {"provider": "openai"},
                    covers=period, ledger=LedgerName.METERED)  # fmt: skip


class _Bucket(BaseModel):
    start_time: int
    results: list[dict[str, Any]]

    @property
    def day(self) -> datetime:
        return datetime.fromtimestamp(self.start_time, UTC)


class _Amount(BaseModel):
    value: Decimal
    currency: str


class _Cost(BaseModel):
    amount: _Amount
    line_item: str | None = None
    project_id: str | None = None
    api_key_id: str | None = None
    quantity: Decimal | None = None
    quantity_unit: str | None = None

    def charge(self, day: datetime) -> dict[str, Any]:
        """One line of the bill; a line item such as `gpt-x, input_tokens` names the model and the class of token."""
        line, unit = self.line_item or "", self.quantity_unit or ""
        model, _, meter = line.partition(", ")
        of_model = bool(meter) and " " not in model
        return {"day_start": day.isoformat(), "sub_account": self.project_id, "sku": line, "sku_meter": meter,
                "description": line, "resource": self.api_key_id, "billed_cost": self.amount.value,
                "effective_cost": self.amount.value, "currency": self.amount.currency.upper(),
                "model": model if of_model else None, "token_type": meter if of_model else None,
                "consumed_quantity": self.quantity, "consumed_unit": _UNITS.get(unit, unit)}  # fmt: skip


class _Usage(BaseModel):
    input_tokens: int
    num_model_requests: int
    output_tokens: int = 0
    input_cached_tokens: int | None = None
    input_cache_write_tokens: int | None = None
    input_audio_tokens: int | None = None
    input_image_tokens: int | None = None
    output_audio_tokens: int | None = None
    output_image_tokens: int | None = None
    project_id: str | None = None
    api_key_id: str | None = None
    model: str | None = None
    batch: bool | None = None
    service_tier: str | None = None

    def request(self, day: datetime, kind: str) -> dict[str, Any]:
        """The AI requests of a day, a project, a key, a model and a tier, in one row."""
        whose = [self.project_id or "", self.api_key_id or "", self.model or ""]
        tier = [*(["batch"] if self.batch else []), *([self.service_tier] if self.service_tier else [])]
        return {"request_id": "/".join([f"{day:%Y-%m-%d}", kind, *whose, *tier]), "batch": self.batch,
                "tier": self.service_tier, "started_at": day.isoformat(),
                "model": self.model, "key": self.api_key_id, "tags": json.dumps({"project": whose[0]}),
                "input_tokens": self.input_tokens, "cached_tokens": self.input_cached_tokens or 0,
                "cache_write_tokens": self.input_cache_write_tokens or 0, "output_tokens": self.output_tokens,
                "audio_input_tokens": self.input_audio_tokens or 0, "image_input_tokens": self.input_image_tokens or 0,
                "audio_output_tokens": self.output_audio_tokens or 0,
                "image_output_tokens": self.output_image_tokens or 0, "requests": self.num_model_requests}  # fmt: skip


def _costs(web: Web, period: Period) -> Iterator[dict[str, Any]]:
    for day, result in _results(web, _COSTS, period, ("project_id", "line_item", "api_key_id")):
        yield shaped(_Cost, web, result).charge(day)


def _used(web: Web, period: Period) -> Iterator[dict[str, Any]]:
    for kind in _USAGE:
        path = f"organization/usage/{kind}"
        by = (*_BY, "batch", "service_tier") if kind in _TIERED else _BY
        for day, result in _results(web, path, period, by):
            yield shaped(_Usage, web, result).request(day, kind)


def _results(web: Web, path: str, period: Period, by: tuple[str, ...]) -> Iterator[tuple[datetime, dict[str, Any]]]:
    asked = {"start_time": int(midnight(period.start).timestamp()), "end_time": int(midnight(period.end).timestamp()),
             "bucket_width": "1d", "limit": 31, "group_by[]": list(by)}  # fmt: skip
    for row in by_cursor(web, path, asked):
        bucket = shaped(_Bucket, web, row)
        yield from ((bucket.day, result) for result in bucket.results)


def _columns(needed: tuple[str, ...], known: tuple[str, ...]) -> dict[str, Column]:
    return {name: Column((name,), mandatory=name in needed) for name in (*needed, *known)}
