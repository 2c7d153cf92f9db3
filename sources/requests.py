"""Request logs: one AI request a row, from a CSV of one's own or as a gateway or tracer exports it, without content."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from finops.batch import GATEWAY, PROVIDER_LOG, TRACING, Batch, Column, Dataset, Format
from finops.stamp import LedgerName
from sources._base import FileSource
from sources._litellm_log import COLUMNS as LITELLM
from sources._logs import CALLS, GENERATIONS, LANGFUSE, OTEL

_CSV = {
    "request_id": Column(("request_id", "id"), mandatory=True),
    "started_at": Column(("ts_start", "started_at", "timestamp"), mandatory=True),
    "provider": Column(("provider",), mandatory=True),
    "model": Column(("model",), mandatory=True),
    "input_tokens": Column(("input_tokens", "prompt_tokens"), mandatory=True),
    "output_tokens": Column(("output_tokens", "completion_tokens"), mandatory=True),
    "cached_tokens": Column(("cached_input_tokens", "cached_tokens")),
    "cache_write_tokens": Column(("cache_write_tokens",)),
    "cache_write_1h_tokens": Column(("cache_write_1h_tokens",)),
    "reasoning_tokens": Column(("reasoning_tokens",)),
    **{
        name: Column((name,))
        for name in ("audio_input_tokens", "audio_output_tokens", "image_input_tokens", "image_output_tokens")
    },
    "team": Column(("team",)),
    "app": Column(("app",)),
    "key": Column(("key", "key_alias")),
    "status": Column(("status",)),
    "error": Column(("error_type",)),
    "spend": Column(("spend_usd", "spend")),
    "cache_hit": Column(("cache_hit",)),
    "tags": Column(("tags",)),
    "tier": Column(("tier", "service_tier")),
    "batch": Column(("batch",)),
    "requests": Column(("requests",)),
}


class Requests(FileSource):
    """AI requests: a CSV of your own, or as JSON lines LiteLLM's spend log, Langfuse's observations or OpenTelemetry's
    GenAI spans; *format* says which. Tokens read from the cache and written to it (those for an hour among them), audio
    and image tokens are part of the input or output."""

    format: Literal["csv", "litellm", "langfuse", "otel"] = "csv"

    def batch(self, files: tuple[Path, ...]) -> Batch:
        """One delivery of AI requests, metered."""
        columns, kinds = _READ[self.format]
        form = Format.CSV if self.format == "csv" else Format.JSONL
        return Batch(self.format, Dataset.REQUESTS, form, files, columns, ("provider",), ledger=LedgerName.METERED,
                     kinds=kinds, per_call=True, authority=_AUTHORITY[self.format],
                     daily_ids=self.format == "csv")  # fmt: skip


_AUTHORITY = {"csv": PROVIDER_LOG, "litellm": GATEWAY, "langfuse": TRACING, "otel": TRACING}
_READ: Mapping[str, tuple[Mapping[str, Column], tuple[str, ...]]] = {
    "csv": (_CSV, ()),
    "litellm": (LITELLM, ()),
    "langfuse": (LANGFUSE, GENERATIONS),
    "otel": (OTEL, CALLS),
}
