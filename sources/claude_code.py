"""Claude Code's sessions as files: the messages of a session, an answer in one or more lines; no content is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from finops.batch import PROVIDER_LOG, Batch, Column, Dataset, Format
from finops.stamp import LedgerName
from sources._base import FileSource, Signature, alike

_USAGE = {"uncached_tokens": "input_tokens", "cached_tokens": "cache_read_input_tokens",
          "cache_write_tokens": "cache_creation_input_tokens", "output_tokens": "output_tokens",
          "tier": "service_tier"}  # fmt: skip
_COLUMNS: Mapping[str, Column] = alike(
    ("request_id", "started_at", "model", "output_tokens"),
    ("response_id", "session_id", "uncached_tokens", "cached_tokens", "cache_write_tokens", "cache_write_1h_tokens",
     "tier", "finish_reason"),
)  # fmt: skip


class ClaudeCode(FileSource):
    """Claude Code's sessions (`~/.claude/projects/**/*.jsonl`): one AI request for each answer of the model, however
    many lines tell of it, in whichever files; the last one is final. Neither texts nor paths are kept. What a plan
    includes is not told apart from what is charged, so the cost is that of the price list."""

    title: ClassVar[str] = "a session of Claude Code"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(("type", "sessionId", "timestamp", "message.usage", "message.id")),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of AI requests."""
        return Batch("claude_code", Dataset.REQUESTS, Format.JSONL, files, _COLUMNS, ("provider",),
                     {"provider": "anthropic", "app": "claude-code"}, ledger=LedgerName.METERED, per_call=True,
                     authority=PROVIDER_LOG, last_wins=True)  # fmt: skip

    def unfolds(self, form: Format) -> bool:
        """Of each line only the figures are kept."""
        return form is Format.JSONL

    def unfolded(self, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The answer that a line tells of; none of a line that is something else, or an answer of no model."""
        message = record.get("message")
        if record.get("type") != "assistant" or not isinstance(message, dict) or not message.get("usage"):
            return
        if message.get("model") == "<synthetic>":
            return
        usage = message["usage"]
        written = usage.get("cache_creation") or {}
        yield {
            "request_id": message.get("id"),
            "response_id": message.get("id"),
            "session_id": record.get("sessionId"),
            "started_at": record.get("timestamp"),
            "model": message.get("model"),
            "finish_reason": message.get("stop_reason"),
            "cache_write_1h_tokens": written.get("ephemeral_1h_input_tokens"),
            **{ours: usage.get(theirs) for ours, theirs in _USAGE.items()},
        }
