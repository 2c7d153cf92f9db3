"""Claude Code's events as files: its OpenTelemetry logs as a collector writes them; only requests to a model count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from finops.batch import PROVIDER_LOG, Batch, Dataset, Format
from finops.stamp import LedgerName
from sources._base import FileSource, Signature, alike
from sources._spans import plain_attributes

_READ = {"model": "model", "spend": "cost_usd", "latency_ms": "duration_ms", "uncached_tokens": "input_tokens",
         "output_tokens": "output_tokens", "cached_tokens": "cache_read_tokens",
         "cache_write_tokens": "cache_creation_tokens", "session_id": "session.id", "error": "error",
         "http_status": "status_code"}  # fmt: skip
_COLUMNS = alike(("request_id", "started_at", "model"), tuple(name for name in _READ if name != "model"))
_NAMES = {"api_request": "ok", "api_error": "error"}


class ClaudeCodeEvents(FileSource):
    """Claude Code's OpenTelemetry events (`claude_code.api_request` and `claude_code.api_error`), as a collector's file
    exporter writes them: OTLP JSON, a line an export. The cost is what Claude Code reckoned. Prompts, answers, accounts
    and e-mail addresses are not kept."""

    title: ClassVar[str] = "OpenTelemetry events of Claude Code"
    signatures: ClassVar[tuple[Signature, ...]] = (Signature(("resourceLogs",)),)

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of AI requests."""
        return Batch("claude_code_events", Dataset.REQUESTS, Format.JSONL, files, _COLUMNS, ("provider",),
                     {"provider": "anthropic", "app": "claude-code"}, ledger=LedgerName.METERED, per_call=True,
                     authority=PROVIDER_LOG)  # fmt: skip

    def unfolds(self, form: Format) -> bool:
        """An export holds many records."""
        return form is Format.JSONL

    def unfolded(self, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The requests to the model among the records of an export."""
        for resource in record.get("resourceLogs", []):
            around = plain_attributes((resource.get("resource") or {}).get("attributes", []))
            for scope in resource.get("scopeLogs", []):
                for each in scope.get("logRecords", []):
                    yield from _request(each, around | plain_attributes(each.get("attributes", [])))


def _request(record: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    body = (record.get("body") or {}).get("stringValue", "")
    name = str(said.get("event.name") or record.get("eventName") or body).removeprefix("claude_code.")
    if name not in _NAMES:
        return
    row = {ours: said.get(theirs) for ours, theirs in _READ.items()} | {"started_at": _at(record, said)}
    row["request_id"] = said.get("request_id") or _id(row, said)
    yield row


def _at(record: Mapping[str, Any], said: Mapping[str, Any]) -> str | None:
    if said.get("event.timestamp"):
        return str(said["event.timestamp"])
    nanoseconds = int(record.get("timeUnixNano") or record.get("observedTimeUnixNano") or 0)
    return datetime.fromtimestamp(nanoseconds / 10**9, UTC).isoformat() if nanoseconds else None


def _id(row: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """An event of an older version names no request: its place in the session tells it apart."""
    place = (row["session_id"], said.get("event.sequence"), row["started_at"], row["model"])
    return hashlib.sha256("/".join(str(each) for each in place).encode()).hexdigest()[:32]
