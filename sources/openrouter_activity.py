"""OpenRouter's activity as a file: one generation a row, as openrouter.ai/activity exports it, without content."""

from pathlib import Path
from typing import ClassVar

from finops.batch import GATEWAY, Batch, Column, Dataset, Format
from finops.stamp import LedgerName
from sources._base import FileSource, Signature

_COLUMNS = {
    "request_id": Column(("generation_id",), mandatory=True),
    "response_id": Column(("generation_id",)),
    "started_at": Column(("created_at",), mandatory=True),
    "model": Column(("model_permaslug",), mandatory=True),
    "spend": Column(("cost_total",), mandatory=True),
    "input_tokens": Column(("tokens_prompt",), mandatory=True),
    "output_tokens": Column(("tokens_completion",), mandatory=True),
    "reasoning_tokens": Column(("tokens_reasoning",)),
    "cached_tokens": Column(("tokens_cached",)),
    "finish_reason": Column(("finish_reason_normalized",)),
    "latency_ms": Column(("generation_time_ms",)),
    "ttft_ms": Column(("time_to_first_token_ms",)),
    "stream": Column(("streamed",)),
    "disconnected": Column(("cancelled",)),
    "app": Column(("app_name",)),
    "key": Column(("api_key_name",)),
    "user": Column(("user",)),
}


class OpenrouterActivity(FileSource):
    """OpenRouter's activity (openrouter.ai, Activity, Export): CSV, one AI request a row, with what OpenRouter charged.
    Keys and apps are called by their names."""

    title: ClassVar[str] = "OpenRouter's activity export"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(("generation_id", "created_at", "cost_total", "model_permaslug", "tokens_prompt")),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of AI requests."""
        return Batch("openrouter_activity", Dataset.REQUESTS, form or Format.CSV, files, _COLUMNS, ("provider",),
                     {"provider": "openrouter"}, ledger=LedgerName.METERED, per_call=True,
                     authority=GATEWAY)  # fmt: skip
