"""OpenRouter's activity: its charges and tokens by day, model and endpoint; it keeps 30 days only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from finops.batch import Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period
from finops.stamp import LedgerName
from sources._base import ApiSource, alike, written
from sources._fields import Count, Day, Id, Money, Text
from sources._row_check import RowCheck
from web.access import Address
from web.client import Web
from web.pages import Row, rows

_CHARGES = alike(("day_start", "billed_cost", "currency", "model"), ("effective_cost", "sku"))
_REQUESTS = alike(("request_id", "started_at", "model"), (
    "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "requests"))  # fmt: skip
_CONSTANTS = {"provider": "OpenRouter", "service": "OpenRouter API", "category": "AI and Machine Learning",
              "charge_category": "Usage"}  # fmt: skip


class OpenRouter(ApiSource):
    """OpenRouter. *key* is a management key, made in OpenRouter (Settings, Management API keys, Create); a key for
    inference is refused. It keeps the last 30 complete UTC days and no more, and today is never among them: collect at
    least once a month, what is older is lost. What is used with your own key of a provider is on that provider's bill;
    only its tokens are here. Delay: a day is there once it is over (UTC). Limits: one question a run."""

    name: ClassVar[str] = "OpenRouter"
    base_url: Address = "https://openrouter.ai/api/v1"

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges, then the AI requests, of those days of *period* that are kept; of none, nothing."""
        check = RowCheck(web, into / "openrouter-costs.jsonl.gz")
        kept = [each for each in check.fitting(_Activity, _activity(web)) if each.date in period]
        if not kept and not check.rejected:
            return
        days = [each.date for each in kept] or [*period]
        covers = Period(min(days), max(days) + timedelta(days=1))
        file = written((each.charge() for each in kept), check.file)
        yield Batch("openrouter", Dataset.CHARGES, Format.JSONL, (file,), _CHARGES, constants=_CONSTANTS,
                    covers=covers, rejected=check.rejected)  # fmt: skip
        file = written((each.request() for each in kept), into / "openrouter-usage.jsonl.gz")
        yield Batch("openrouter", Dataset.REQUESTS, Format.JSONL, (file,), _REQUESTS, ("provider",),
                    {"provider": "openrouter"}, covers=covers, ledger=LedgerName.METERED,
                    rejected=check.rejected_from(file))  # fmt: skip


class _Activity(BaseModel):
    date: Day
    model: Id
    usage: Money
    requests: Count
    prompt_tokens: Count
    completion_tokens: Count
    reasoning_tokens: Count = 0
    cached_tokens: Count = 0
    endpoint_id: Text = ""

    def charge(self) -> dict[str, Any]:
        """What OpenRouter charged, in dollars."""
        return {"day_start": f"{self.date}T00:00:00Z", "billed_cost": self.usage, "effective_cost": self.usage,
                "currency": "USD", "model": self.model, "sku": self.endpoint_id}  # fmt: skip

    def request(self) -> dict[str, Any]:
        """The AI requests of a day, a model and an endpoint, in one row."""
        return {"request_id": f"{self.date}/{self.model}/{self.endpoint_id}", "started_at": f"{self.date}T00:00:00Z",
                "model": self.model, "input_tokens": self.prompt_tokens, "cached_tokens": self.cached_tokens,
                "output_tokens": self.completion_tokens, "reasoning_tokens": self.reasoning_tokens,
                "requests": self.requests}  # fmt: skip


def _activity(web: Web) -> list[Row]:
    page = web.read("activity")
    if not isinstance(page, dict):
        raise SourceChanged(f"{web.name} answered its activity in another shape.")
    return rows(web, page, "data")
