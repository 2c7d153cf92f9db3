"""OpenAI's organization: what it charges a day (costs), and what was used (completions), with an admin key."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, ClassVar

from finops.batch import Batch, Column, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period
from finops.stamp import LedgerName
from sources._base import ApiSource, written
from web.client import Web
from web.pages import by_cursor

_CHARGES = {name: Column((name,), mandatory=name in ("day_start", "billed_cost", "currency")) for name in (
    "day_start", "sub_account", "sku", "sku_meter", "description", "resource", "billed_cost", "effective_cost",
    "list_cost", "currency", "consumed_quantity", "consumed_unit", "model", "token_type")}  # fmt: skip
_REQUESTS = {name: Column((name,), mandatory=name in ("request_id", "started_at", "model")) for name in (
    "request_id", "started_at", "model", "key", "tags", "input_tokens", "cached_tokens", "cache_write_tokens",
    "output_tokens", "requests")}  # fmt: skip


class OpenAI(ApiSource):
    """OpenAI organization. *key* is an admin key (`sk-admin-…`) of an organization owner."""

    provider: ClassVar[str] = "OpenAI"
    base_url: str = "https://api.openai.com/v1"

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges and the AI requests (summed by day, project, key and model) of *period*."""
        asked = {"start_time": _unix(period.start), "end_time": _unix(period.end), "bucket_width": "1d", "limit": 31}
        constants = {"provider": self.provider, "service": "OpenAI API", "category": "AI and Machine Learning"}
        by_line = {**asked, "group_by[]": ["project_id", "line_item", "api_key_id"]}
        by_model = {**asked, "group_by[]": ["project_id", "api_key_id", "model"]}
        costs = written(_rows(web, "organization/costs", _cost, by_line), into / "openai-costs.jsonl")
        yield Batch("openai", Dataset.CHARGES, Format.JSONL, (costs,), _CHARGES, constants=constants, covers=period)
        used = written(_rows(web, "organization/usage/completions", _usage, by_model), into / "openai-usage.jsonl")
        yield Batch("openai", Dataset.REQUESTS, Format.JSONL, (used,), _REQUESTS, constants={"provider": "openai"},
                    covers=period, ledger=LedgerName.METERED)  # fmt: skip


def _rows(web: Web, path: str, row: Any, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for page in by_cursor(web, path, asked):
        for bucket in _list(page, "data"):
            for result in _list(bucket, "results"):
                try:
                    yield row(datetime.fromtimestamp(bucket["start_time"], UTC), result)
                except (KeyError, TypeError, AttributeError) as missing:
                    raise SourceChanged(f"OpenAI answered {path} in another shape ({missing}).") from None


def _cost(day: datetime, result: Mapping[str, Any]) -> dict[str, Any]:
    amount, line = str(result["amount"]["value"]), result.get("line_item") or ""
    model, _, token_type = line.partition(", ")
    return {"day_start": day.isoformat(), "sub_account": result.get("project_id"), "sku": line, "sku_meter": token_type,
            "description": line, "resource": result.get("api_key_id"), "billed_cost": amount, "effective_cost": amount,
            "list_cost": amount, "currency": str(result["amount"]["currency"]).upper(), "model": model,
            "token_type": token_type, "consumed_quantity": result.get("quantity"),
            "consumed_unit": result.get("quantity_unit")}  # fmt: skip


def _usage(day: datetime, result: Mapping[str, Any]) -> dict[str, Any]:
    whose = [str(result.get(name) or "") for name in ("project_id", "api_key_id", "model")]
    return {"request_id": "/".join([str(day.date()), *whose]), "started_at": day.isoformat(), "model": whose[2],
            "key": whose[1], "tags": f'{{"project": "{whose[0]}"}}', "input_tokens": result["input_tokens"],
            "cached_tokens": result.get("input_cached_tokens") or 0, "output_tokens": result["output_tokens"],
            "cache_write_tokens": result.get("input_cache_write_tokens") or 0,
            "requests": result["num_model_requests"]}  # fmt: skip


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    rows = found.get(name) if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise SourceChanged(f"OpenAI answered without {name}.")
    return rows


def _unix(day: Any) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
