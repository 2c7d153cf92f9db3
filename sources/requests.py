"""Request logs: one AI request a row, from a CSV of one's own or as a gateway or tracer exports it, without content."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from finops.batch import GATEWAY, PROVIDER_LOG, TRACING, Batch, Column, Dataset, Format
from finops.stamp import LedgerName
from sources._base import FileSource, Signature
from sources._litellm_log import COLUMNS as LITELLM
from sources._logs import CALLS, GENERATIONS, LANGFUSE, OTEL

_CSV = {
    "request_id": Column(("request_id", "id"), mandatory=True),
    "started_at": Column(("ts_start", "started_at", "timestamp", "start_time"), mandatory=True),
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
        for name in ("audio_input_tokens", "audio_output_tokens", "image_input_tokens", "image_output_tokens",
                     "trace_id", "span_id", "app", "finish_reason", "http_status", "latency_ms", "max_tokens",
                     "temperature", "stream", "tool_calls", "prompt_hash", "response_hash", "cache_hit", "tags",
                     "batch", "requests")
    },
    "response_id": Column(("response_id", "provider_response_id")),
    "session_id": Column(("session_id", "conversation_id")),
    "ended_at": Column(("ts_end", "ended_at", "end_time")),
    "team": Column(("team",)),
    "key": Column(("key", "key_alias")),
    "user": Column(("user_id", "user", "end_user")),
    "status": Column(("status",)),
    "error": Column(("error_type", "error_code")),
    "spend": Column(("spend_usd", "spend", "cost_usd", "cost", "total_cost")),
    "ttft_ms": Column(("ttft_ms", "time_to_first_token_ms")),
    "disconnected": Column(("client_disconnected", "disconnected")),
    "template": Column(("template_id", "template")),
    "tier": Column(("tier", "service_tier")),
}  # fmt: skip


class Requests(FileSource):
    """AI requests: a CSV of your own, LiteLLM's spend log, Langfuse's observations or OpenTelemetry's GenAI spans, the
    latter three as JSON lines, a JSON array or CSV; *format* says which. Tokens read from the cache and written to it
    (those for an hour among them), audio and image tokens are part of the input or output."""

    title: ClassVar[str] = "a log of AI requests"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(tuple(column.names for column in _CSV.values() if column.mandatory),
                  without=("startTime", "generation_id")),
        Signature(("request_id", "startTime", "model", "prompt_tokens", "completion_tokens", "spend"),
                  settings={"format": "litellm"}),
        Signature(("id", "type", "startTime", ("model", "providedModelName"), ("usageDetails", "usageDetails.input")),
                  settings={"format": "langfuse"}),
        Signature((("spanId", "span_id"), ("startTime", "start_time"),
                   ("attributes", "attributes.gen_ai.operation.name", "attributes.gen_ai.request.model")),
                  settings={"format": "otel"}),
    )  # fmt: skip
    format: Literal["csv", "litellm", "langfuse", "otel"] = "csv"

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of AI requests, metered."""
        columns, kinds = _READ[self.format]
        usual = Format.CSV if self.format == "csv" else Format.JSONL
        return Batch(self.format, Dataset.REQUESTS, form or usual, files, columns, ("provider",),
                     ledger=LedgerName.METERED, kinds=kinds, per_call=True, authority=_AUTHORITY[self.format],
                     daily_ids=self.format == "csv")  # fmt: skip

    def unfolds(self, form: Format) -> bool:
        """In a table of a gateway or tracer some cells hold JSON."""
        return form is Format.CSV and self.format != "csv"


_AUTHORITY = {"csv": PROVIDER_LOG, "litellm": GATEWAY, "langfuse": TRACING, "otel": TRACING}
_READ: Mapping[str, tuple[Mapping[str, Column], tuple[str, ...]]] = {
    "csv": (_CSV, ()),
    "litellm": (LITELLM, ()),
    "langfuse": (LANGFUSE, GENERATIONS),
    "otel": (OTEL, CALLS),
}
