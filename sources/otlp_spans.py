"""OpenTelemetry's spans as files of OTLP JSON, as a collector's file exporter writes them; no content is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from finops.batch import TRACING, Batch, Dataset, Format
from finops.stamp import LedgerName
from sources._base import FileSource, Signature
from sources._logs import CALLS, OTEL
from sources._spans import plain_attributes

_STATUS = {1: "ok", 2: "error", "STATUS_CODE_OK": "ok", "STATUS_CODE_ERROR": "error"}


class OtlpSpans(FileSource):
    """OpenTelemetry's GenAI spans as OTLP JSON (`resourceSpans`), as a collector's file exporter writes them, a line an
    export. Spans that are no AI requests are left out; prompts and answers are not kept."""

    title: ClassVar[str] = "OpenTelemetry spans (OTLP JSON)"
    signatures: ClassVar[tuple[Signature, ...]] = (Signature(("resourceSpans",)),)

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of AI requests."""
        return Batch("otel", Dataset.REQUESTS, Format.JSONL, files, OTEL, ("provider",), ledger=LedgerName.METERED,
                     kinds=CALLS, per_call=True, authority=TRACING)  # fmt: skip

    def unfolds(self, form: Format) -> bool:
        """An export holds many spans."""
        return form is Format.JSONL

    def unfolded(self, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The spans of an export, as one writes them by hand."""
        for resource in record.get("resourceSpans", []):
            around = plain_attributes((resource.get("resource") or {}).get("attributes", []))
            for scope in resource.get("scopeSpans", []):
                for span in scope.get("spans", []):
                    yield _row(span, around)


def _row(span: Mapping[str, Any], around: Mapping[str, Any]) -> Mapping[str, Any]:
    status = (span.get("status") or {}).get("code", 0)
    return {
        "spanId": span.get("spanId"),
        "traceId": span.get("traceId"),
        "startTime": _at(span.get("startTimeUnixNano")),
        "endTime": _at(span.get("endTimeUnixNano")),
        "status": _STATUS.get(status, ""),
        "attributes": {**around, **plain_attributes(span.get("attributes", []))},
    }


def _at(nanoseconds: Any) -> str | None:
    return datetime.fromtimestamp(int(nanoseconds) / 10**9, UTC).isoformat() if nanoseconds else None
