"""OTLP: the AI requests in an export of spans, and what they were found to be worth (evaluations)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from finops.batch import Batch, Dataset, Format
from finops.stamp import LedgerName
from sources._fields import Count, Spend
from sources._logs import CALLS, EVALUATION, EVALUATIONS, OTEL
from sources._spans import Attributes, Span, events, first, names, spans

_NAMES, _JUDGED = names(OTEL), names(EVALUATIONS)
_COUNTED = frozenset(name for each in _NAMES.values() for name in each)
_OLDEST, _AHEAD = timedelta(days=7), timedelta(days=1)
_MOST = 10**12

Days = dict[date, list[dict[str, Any]]]


@dataclass
class Calls:
    """The AI requests of an export as rows, by day, and their outcomes; how many spans were refused, the first why."""

    rows: Days = field(default_factory=dict)
    outcomes: Days = field(default_factory=dict)
    refused: int = 0
    reason: str = ""


_Tokens = Annotated[Count, Field(le=_MOST)]


class _Counted(BaseModel):
    """What a call must say to be counted, and how."""

    id: str = Field(pattern="^[0-9a-fA-F]{16}$")
    model: str = Field(min_length=1)
    input: _Tokens
    output: _Tokens = 0
    cached: _Tokens = 0
    cache_write: _Tokens = 0
    reasoning: _Tokens = 0
    spend: Spend = Decimal(0)


class _Outcome(BaseModel):
    """What an evaluation must say to be an outcome."""

    request_id: str = Field(min_length=1)
    type: str = Field(min_length=1)
    value: str = Field(min_length=1)


_ANSWER = ("gen_ai.response.id",)
_READ = {"model": "model", "input": "input_tokens", "output": "output_tokens", "cached": "cached_tokens",
         "cache_write": "cache_write_tokens", "reasoning": "reasoning_tokens", "spend": "spend"}  # fmt: skip


def calls(content: bytes, now: datetime, *, is_json: bool) -> Calls:
    """The AI requests and outcomes of an export of traces that came *now*; BadFile if it is none."""
    return _found(spans(content, is_json=is_json), now)


def told(content: bytes, now: datetime, *, is_json: bool) -> Calls:
    """The outcomes of an export of logs that came *now*; BadFile if it is none."""
    judged = (each for each in events(content, is_json=is_json) if each is None or each.name == EVALUATION)
    return _found(judged, now)


def _found(steps: Iterable[Span | None], now: datetime) -> Calls:
    found, oldest, newest = Calls(), (now - _OLDEST).date(), (now + _AHEAD).date()
    for span in steps:
        if span is None:
            found.refused, found.reason = found.refused + 1, found.reason or "it cannot be read"
            continue
        wrong = ""
        for days, at, row, reason in (*_called(found, span), *_judged(found, span)):
            reason = reason or ("" if oldest <= at.date() <= newest else "its time is over a week ago or to come")
            if not reason:
                days.setdefault(at.date(), []).append(row)
            wrong = wrong or reason
        found.refused, found.reason = found.refused + bool(wrong), found.reason or wrong
    return found


def pushed_requests(files: tuple[Path, ...]) -> Batch:
    """All AI requests that were pushed of a day."""
    return Batch("push", Dataset.REQUESTS, Format.JSONL, files, OTEL, ("provider",), ledger=LedgerName.METERED,
                 kinds=CALLS, per_call=True)  # fmt: skip


_Row = tuple[Days, datetime, dict[str, Any], str]
"""Where it belongs, when it was, what it is, and what is wrong with it."""


def _called(found: Calls, span: Span) -> Iterator[_Row]:
    if _is_call(span):
        at = _at(span.start)
        said = {name: value for name, value in span.attributes.items() if name in _COUNTED}
        row = {"spanId": span.id.lower(), "startTime": at.isoformat(), "status": span.status, "attributes": said}
        yield found.rows, at, row, _wrong(_Counted, _said(_READ, _NAMES, span.attributes) | {"id": span.id})


def _is_call(span: Span) -> bool:
    """Whether it is a call of a model, and no agent, tool or other step around it."""
    kind = first(span.attributes, _NAMES["kind"])
    named = any(name in span.attributes for name in _NAMES["model"])
    return span.name != EVALUATION and (str(kind).lower() in CALLS if kind else named)


def _judged(found: Calls, span: Span) -> Iterator[_Row]:
    """What was found of the call *span*, noted as its events; or, if *span* is itself an evaluation, of its parent."""
    for event in span.events:
        answer = first(event.attributes, _ANSWER)
        yield _outcome(found, event.at, event.attributes, span.id.lower() if _is_call(span) or not answer else answer)
    if span.name == EVALUATION:
        yield _outcome(found, span.start, span.attributes, span.parent.lower() or first(span.attributes, _ANSWER))


def _outcome(found: Calls, when: int, attributes: Attributes, request: Any) -> _Row:
    at, said = _at(when), _said({"type": "type", "value": "value", "session_id": "session_id"}, _JUDGED, attributes)
    told = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in said.items()}
    row = told | {"told_at": at.isoformat(), "request_id": str(request or "")}
    return found.outcomes, at, row, _wrong(_Outcome, row)


def _said(read: Mapping[str, str], lie: Mapping[str, list[str]], attributes: Attributes) -> dict[str, Any]:
    said = {field: first(attributes, lie[ours]) for field, ours in read.items()}
    return {field: value for field, value in said.items() if value is not None}


def _wrong(shape: type[BaseModel], told: Mapping[str, Any]) -> str:
    try:
        shape.model_validate(told)
    except ValidationError as error:
        return f"its {error.errors()[0]['loc'][0]} is missing or cannot be"
    return ""


def _at(nanoseconds: int) -> datetime:
    """The instant; the year 1970 for what is out of all bounds."""
    seconds = nanoseconds // 10**9
    return datetime.fromtimestamp(seconds if 0 <= seconds < 10**10 else 0, UTC)
