"""Spans: what an OTLP export of traces or logs holds, protobuf or JSON; of attributes only those that we count by."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from finops.batch import Column
from finops.errors import BadFile
from sources._logs import EVALUATION, EVALUATIONS, OTEL
from web.json_text import parsed

Made = TypeVar("Made")

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


def spans(content: bytes, *, is_json: bool) -> Iterator[Span | None]:
    """The spans of an export, None for each that cannot be read; BadFile if it is no export."""
    return _of_json(content) if is_json else _of_protobuf(content)


def events(content: bytes, *, is_json: bool) -> Iterator[Span | None]:
    """The events in an export of logs, each as a step of its own below the span that it tells of, None for each that
    cannot be read; BadFile if it is no export. What was logged (the body) is never looked at."""
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


def _logged_in_json(content: bytes) -> Iterator[Span | None]:
    for scope in _scopes(_object(content, "logs"), "resourceLogs", "scopeLogs"):
        for record in _list(scope, "logRecords"):
            yield _readable(_of_record, record)


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


def _of_json(content: bytes) -> Iterator[Span | None]:
    """By hand: in OTLP's JSON ids are hex and whole numbers may be texts, other than in protobuf's own."""
    for scope in _scopes(_object(content, "traces"), "resourceSpans", "scopeSpans"):
        for span in _list(scope, "spans"):
            found = _readable(_of_span, span)
            if found is None:
                yield None
                continue
            yield replace(found, attributes=scope["around"] | found.attributes)
            yield from (None for event in _list(span, "events") if _readable(_of_event, event) is None)


def _object(content: bytes, what: str) -> Mapping[str, Any]:
    try:
        sent = parsed(content)
    except (ValueError, RecursionError):
        sent = None
    name = "resourceLogs" if what == "logs" else "resourceSpans"
    if not isinstance(sent, dict) or not isinstance(sent.get(name, []), list):
        raise BadFile(f"The body is no OTLP export of {what} in JSON.")
    return sent


def _scopes(sent: Mapping[str, Any], resources: str, scopes: str) -> Iterator[Any]:
    """Each scope, with the attributes of its resource; what is no object holds one thing that cannot be read."""
    for resource in _list(sent, resources):
        around = _readable(_of_resource, resource) or {}
        for scope in _list(resource, scopes):
            yield {**scope, "around": around} if isinstance(scope, dict) else scope


def _list(held: Any, name: str) -> list[Any]:
    """What *held* lists under *name*, nothing if it lists nothing; one thing that cannot be read if it is no list."""
    found = (held.get(name) or []) if isinstance(held, dict) else None
    return found if isinstance(found, list) else [None]


def _readable(read: Callable[[Any], Made], held: Any) -> Made | None:
    try:
        return read(held)
    except (ValueError, ArithmeticError, AttributeError, TypeError, KeyError):
        return None


def _of_resource(resource: Mapping[str, Any]) -> Attributes:
    return _kept(_pairs((resource.get("resource") or {}).get("attributes") or []))


def _of_span(span: Mapping[str, Any]) -> Span:
    events = [_readable(_of_event, each) for each in _list(span, "events")]
    status = (span.get("status") or {}).get("code", 0)
    return Span(str(span.get("name", "")), str(span.get("spanId", "")), str(span.get("parentSpanId", "")),
                int(span.get("startTimeUnixNano", 0)), _kept(_pairs(span.get("attributes") or [])),
                tuple(each for each in events if each and each.at >= 0), _STATUS.get(status, ""))  # fmt: skip


def _of_event(event: Mapping[str, Any]) -> Event:
    """An event; one of another kind than those that we read is before all time."""
    if event.get("name") != EVALUATION:
        return Event(-1, {})
    return Event(max(int(event.get("timeUnixNano", 0)), 0), _kept(_pairs(event.get("attributes") or [])))


def _pairs(attributes: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The attributes that we count by; an error if one of them cannot be read."""
    for each in attributes:
        if isinstance(each, dict) and str(each.get("key")) in _KEPT:
            value = each["value"]
            whole = value.get("intValue")
            yield each["key"], (int(whole) if whole is not None else
                                value.get("stringValue", value.get("doubleValue", value.get("boolValue"))))  # fmt: skip


def _kept(attributes: Iterable[tuple[str, Any]]) -> Attributes:
    """Those that we count by; texts of prompts and answers are not among them."""
    return {key: _sound(value) for key, value in attributes if key in _KEPT and _is_plain(value)}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | Decimal)


def _sound(value: Any) -> Any:
    """A text cut short, and without halves of letters, which no database keeps; what is not finite is the text NaN."""
    if isinstance(value, str):
        return value[:_LONGEST].encode("utf-8", "replace").decode()
    return value if math.isfinite(value) else "NaN"


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
            found[name] = _sound(told) if isinstance(told, str) else told
    return found
