"""OTLP: the AI requests in an export of spans, protobuf or JSON; of their attributes only those that we count by."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from pydantic import BaseModel, Field, ValidationError

from finops.batch import Batch, Dataset, Format
from finops.errors import BadFile
from finops.stamp import LedgerName
from sources._logs import CALLS, OTEL

_NAMES = {ours: re.findall('"([^"]+)"', " ".join(column.names)) for ours, column in OTEL.items()}
_KEPT = frozenset(name for names in _NAMES.values() for name in names)
_OLDEST, _AHEAD = timedelta(days=7), timedelta(days=1)
_MOST = 10**12
_LONGEST = 200

Attributes = dict[str, Any]


@dataclass
class Calls:
    """The AI requests of an export as rows, by day; and how many were refused, with the first reason."""

    rows: dict[date, list[dict[str, Any]]] = field(default_factory=dict)
    refused: int = 0
    reason: str = ""


@dataclass(frozen=True)
class _Span:
    id: str
    start: int
    attributes: Attributes

    @property
    def is_call(self) -> bool:
        """Whether it is a call of a model, and no agent, tool or other step around it."""
        kind = _first(self.attributes, _NAMES["kind"])
        return str(kind).lower() in CALLS if kind else any(name in self.attributes for name in _NAMES["model"])


_Tokens = Annotated[int, Field(ge=0, le=_MOST)]


class _Counted(BaseModel):
    """What a call must say to be counted, and how."""

    id: str = Field(pattern="^[0-9a-fA-F]{16}$")
    model: str = Field(min_length=1)
    input: _Tokens
    output: _Tokens = 0
    cached: _Tokens = 0
    cache_write: _Tokens = 0
    reasoning: _Tokens = 0
    spend: Decimal = Field(default=Decimal(0), ge=0, le=_MOST)


_READ = {"model": "model", "input": "input_tokens", "output": "output_tokens", "cached": "cached_tokens",
         "cache_write": "cache_write_tokens", "reasoning": "reasoning_tokens", "spend": "spend"}  # fmt: skip


def calls(content: bytes, now: datetime, *, is_json: bool) -> Calls:
    """The AI requests of an export that came *now*, those that cannot be told apart; BadFile if it is no export."""
    found, oldest, newest = Calls(), (now - _OLDEST).date(), (now + _AHEAD).date()
    for span in _of_json(content) if is_json else _of_protobuf(content):
        if not span.is_call:
            continue
        day = _at(span.start).date()
        if reason := _wrong(span) or ("" if oldest <= day <= newest else "its time is over a week ago or to come"):
            found.refused, found.reason = found.refused + 1, found.reason or reason
            continue
        row = {"spanId": span.id.lower(), "startTime": _at(span.start).isoformat(), "attributes": span.attributes}
        found.rows.setdefault(day, []).append(row)
    return found


def pushed_requests(files: tuple[Path, ...]) -> Batch:
    """All AI requests that were pushed of a day."""
    return Batch("push", Dataset.REQUESTS, Format.JSONL, files, OTEL, ("provider",), ledger=LedgerName.METERED,
                 kinds=CALLS)  # fmt: skip


def _wrong(span: _Span) -> str:
    told = {field: _first(span.attributes, _NAMES[ours]) for field, ours in _READ.items()} | {"id": span.id}
    try:
        _Counted.model_validate({field: value for field, value in told.items() if value is not None})
    except ValidationError as error:
        return f"its {error.errors()[0]['loc'][0]} is missing or cannot be"
    return ""


def _first(attributes: Attributes, names: Iterable[str]) -> Any:
    return next((attributes[name] for name in names if name in attributes), None)


def _at(nanoseconds: int) -> datetime:
    """The instant; the year 1970 for what is out of all bounds."""
    seconds = nanoseconds // 10**9
    return datetime.fromtimestamp(seconds if 0 <= seconds < 10**10 else 0, UTC)


def _of_protobuf(content: bytes) -> Iterator[_Span]:
    try:
        sent = ExportTraceServiceRequest.FromString(content)
    except DecodeError:
        raise BadFile("The body is no OTLP export of traces in protobuf.") from None
    for resource in sent.resource_spans:
        around = _kept((each.key, _plain(each.value)) for each in resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                said = _kept((each.key, _plain(each.value)) for each in span.attributes)
                yield _Span(span.span_id.hex(), span.start_time_unix_nano, around | said)


def _plain(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    return getattr(value, kind) if kind in ("string_value", "int_value", "double_value", "bool_value") else None


def _of_json(content: bytes) -> Iterator[_Span]:
    """By hand: in OTLP's JSON ids are hex and whole numbers may be texts, other than in protobuf's own."""
    try:
        sent = json.loads(content.decode())
        yield from [span for resource in sent.get("resourceSpans", []) for span in _of_resource(resource)]
    except (ValueError, ArithmeticError, RecursionError, AttributeError, TypeError, KeyError):
        raise BadFile("The body is no OTLP export of traces in JSON.") from None


def _of_resource(resource: Mapping[str, Any]) -> Iterator[_Span]:
    around = _kept(_pairs(resource.get("resource", {}).get("attributes", [])))
    for scope in resource.get("scopeSpans", []):
        for span in scope.get("spans", []):
            said = _kept(_pairs(span.get("attributes", [])))
            yield _Span(str(span.get("spanId", "")), int(span.get("startTimeUnixNano", 0)), around | said)


def _pairs(attributes: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for each in attributes:
        value = each["value"]
        if "intValue" in value:
            yield each["key"], int(value["intValue"])
        else:
            yield each["key"], value.get("stringValue", value.get("doubleValue", value.get("boolValue")))


def _kept(attributes: Iterable[tuple[str, Any]]) -> Attributes:
    """Those that we count by; texts of prompts and answers are not among them."""
    return {key: _sound(value) for key, value in attributes if key in _KEPT and _is_plain(value)}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _sound(value: Any) -> Any:
    """A text cut short, and without halves of letters, which no database keeps."""
    return value[:_LONGEST].encode("utf-8", "replace").decode() if isinstance(value, str) else value
