"""Spans: what an OTLP export of traces or logs holds, protobuf or JSON; of attributes only those that we count by."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from finops.batch import Column
from finops.errors import BadFile
from sources._logs import EVALUATION, EVALUATIONS, OTEL

_LONGEST = 200
_STATUS: Mapping[int | str, str] = {1: "ok", 2: "error", "STATUS_CODE_OK": "ok", "STATUS_CODE_ERROR": "error"}
"""What the codes of OTLP mean; the other one is UNSET, which says neither."""

Attributes = dict[str, Any]


def names(columns: Mapping[str, Column]) -> dict[str, list[str]]:
    """The attributes that each of our *columns* may lie in."""
    return {ours: re.findall('"([^"]+)"', " ".join(column.names)) for ours, column in columns.items()}


_KEPT = frozenset(
    name for each in (OTEL, EVALUATIONS) for ours, found in names(each).items() if ours != "user" for name in found
)


@dataclass(frozen=True)
class Event:
    """What was noted of a span when it happened: an evaluation, the only kind that we read."""

    at: int
    attributes: Attributes


@dataclass(frozen=True)
class Span:
    """One step of a program; times are nanoseconds since 1970. *status* is `ok` or `error`, empty where it says
    neither."""

    name: str
    id: str
    parent: str
    start: int
    attributes: Attributes
    events: tuple[Event, ...] = ()
    status: str = ""


def spans(content: bytes, *, is_json: bool) -> Iterator[Span]:
    """The spans of an export; BadFile if it is none."""
    return _of_json(content) if is_json else _of_protobuf(content)


def events(content: bytes, *, is_json: bool) -> Iterator[Span]:
    """The events in an export of logs, each as a step of its own below the span that it tells of; BadFile if it is
    none. What was logged (the body) is never looked at."""
    return _logged_in_json(content) if is_json else _logged_in_protobuf(content)


def first(attributes: Attributes, among: Iterable[str]) -> Any:
    """What the first of *among* that is there holds."""
    return next((attributes[name] for name in among if name in attributes), None)


def _of_protobuf(content: bytes) -> Iterator[Span]:
    try:
        sent = ExportTraceServiceRequest.FromString(content)
    except DecodeError:
        raise BadFile("The body is no OTLP export of traces in protobuf.") from None
    for resource in sent.resource_spans:
        around = _kept(_told(resource.resource.attributes))
        for scope in resource.scope_spans:
            for span in scope.spans:
                events = tuple(Event(each.time_unix_nano, _kept(_told(each.attributes)))
                               for each in span.events if each.name == EVALUATION)  # fmt: skip
                yield Span(span.name, span.span_id.hex(), span.parent_span_id.hex(), span.start_time_unix_nano,
                           around | _kept(_told(span.attributes)), events,
                           _STATUS.get(span.status.code, ""))  # fmt: skip


def _logged_in_protobuf(content: bytes) -> Iterator[Span]:
    try:
        sent = ExportLogsServiceRequest.FromString(content)
    except DecodeError:
        raise BadFile("The body is no OTLP export of logs in protobuf.") from None
    for resource in sent.resource_logs:
        for each in (record for scope in resource.scope_logs for record in scope.log_records):
            yield _event(each.event_name, each.span_id.hex(), each.time_unix_nano or each.observed_time_unix_nano,
                         _kept(_told(each.attributes)))  # fmt: skip


def _logged_in_json(content: bytes) -> Iterator[Span]:
    try:
        sent = json.loads(content.decode())
        scopes = [scope for resource in sent.get("resourceLogs", []) for scope in resource.get("scopeLogs", [])]
        yield from [_of_record(each) for scope in scopes for each in scope.get("logRecords", [])]
    except (ValueError, ArithmeticError, RecursionError, AttributeError, TypeError, KeyError):
        raise BadFile("The body is no OTLP export of logs in JSON.") from None


def _of_record(record: Mapping[str, Any]) -> Span:
    at = int(record.get("timeUnixNano", 0)) or int(record.get("observedTimeUnixNano", 0))
    return _event(str(record.get("eventName", "")), str(record.get("spanId", "")), at,
                  _kept(_pairs(record.get("attributes", []))))  # fmt: skip


def _event(name: str, span: str, at: int, attributes: Attributes) -> Span:
    return Span(name or str(attributes.get("event.name", "")), "", span, at, attributes)


def _told(attributes: Iterable[KeyValue]) -> Iterator[tuple[str, Any]]:
    return ((each.key, _plain(each.value)) for each in attributes)


def _plain(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    return getattr(value, kind) if kind in ("string_value", "int_value", "double_value", "bool_value") else None


def _of_json(content: bytes) -> Iterator[Span]:
    """By hand: in OTLP's JSON ids are hex and whole numbers may be texts, other than in protobuf's own."""
    try:
        sent = json.loads(content.decode())
        yield from [span for resource in sent.get("resourceSpans", []) for span in _of_resource(resource)]
    except (ValueError, ArithmeticError, RecursionError, AttributeError, TypeError, KeyError):
        raise BadFile("The body is no OTLP export of traces in JSON.") from None


def _of_resource(resource: Mapping[str, Any]) -> Iterator[Span]:
    around = _kept(_pairs(resource.get("resource", {}).get("attributes", [])))
    for scope in resource.get("scopeSpans", []):
        for span in scope.get("spans", []):
            events = tuple(Event(int(each.get("timeUnixNano", 0)), _kept(_pairs(each.get("attributes", []))))
                           for each in span.get("events", []) if each.get("name") == EVALUATION)  # fmt: skip
            yield Span(str(span.get("name", "")), str(span.get("spanId", "")), str(span.get("parentSpanId", "")),
                       int(span.get("startTimeUnixNano", 0)), around | _kept(_pairs(span.get("attributes", []))),
                       events, _STATUS.get((span.get("status") or {}).get("code", 0), ""))  # fmt: skip


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


_PLAIN = re.compile(r"^(gen_ai\.(?!(input|output|prompt|completion|system_instructions|tool)\b)|openai\.|http\.response"
                    r"\.status_code$|error\.type$|service\.name$|session\.id$|enduser\.id$|user\.id$|team$|metadata\."
                    r"user_api_key|event\.|[a-z_]+$)")  # fmt: skip
_CONTENT = frozenset({"prompt", "response", "body", "messages", "input", "output", "full_command", "tool_parameters",
                      "tool_input"})  # fmt: skip


def plain_attributes(attributes: Iterable[Mapping[str, Any]]) -> Attributes:
    """The *attributes* of an export in JSON that may be counted by: short plain values and lists of words; what may be
    content is not among them."""
    found: Attributes = {}
    for each in attributes:
        name, value = str(each.get("key", "")), each.get("value") or {}
        if name in _CONTENT or not _PLAIN.match(name):
            continue
        words = [item.get("stringValue", "") for item in (value.get("arrayValue") or {}).get("values", [])]
        told = next((value[kind] for kind in ("stringValue", "intValue", "doubleValue", "boolValue") if kind in value),
                    words or None)  # fmt: skip
        if told is not None:
            found[name] = _sound(told)
    return found
