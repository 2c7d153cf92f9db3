"""Traces: an OTLP/HTTP receiver for spans and events of AI requests; it answers as OTLP demands, in the same form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from wsgiref.types import StartResponse, WSGIEnvironment

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from bot.bodies import Refused, bad, body
from bot.bugs import Caught, noted
from bot.gate import Gate
from bot.spool import Spool
from finops.batch import Dataset
from finops.errors import BadFile
from sources._otlp import Calls, calls, told

_JSON, _PROTOBUF = "application/json", "application/x-protobuf"


@dataclass(frozen=True)
class Traces:
    """Hears exports of spans (of *logs*: of events) from whoever passes *gate*, and keeps their AI requests and
    outcomes in *spool*."""

    gate: Gate
    spool: Spool
    clock: Callable[[], datetime]
    logs: bool = False
    turn: Lock = field(default_factory=Lock)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """200, with the number of spans that were refused if any were; else a status that says why."""
        kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        is_json, headers = kind == _JSON, [("Content-Type", _JSON if kind == _JSON else _PROTOBUF)]
        try:
            answer, status = _answer(self._taken(environ, kind), is_json=is_json, logs=self.logs), "200 OK"
        except Refused as refused:
            answer, status = _status(str(refused), is_json=is_json), refused.status
            headers += [("Retry-After", str(refused.again))] if refused.again else []
        start(status, headers)
        return [answer]

    def _taken(self, environ: WSGIEnvironment, kind: str) -> Calls:
        self.gate.pass_(environ)
        if kind not in (_JSON, _PROTOBUF):
            raise Refused("415 Unsupported Media Type", f"Send {_PROTOBUF} or {_JSON}.")
        content = body(environ)
        try:
            with self.turn:
                found = (told if self.logs else calls)(content, self.clock(), is_json=kind == _JSON)
        except BadFile as error:
            raise bad(str(error)) from None
        with Caught() as caught:
            self.spool.keep(found.rows)
            self.spool.keep(found.outcomes, Dataset.OUTCOMES)
        if caught.error and not isinstance(caught.error, Refused):
            reference = noted("keeping spans", caught.error)
            raise Refused(
                "503 Service Unavailable", f"It could not be kept (log: {reference}); send it again.", again=60
            )
        if caught.error:
            raise caught.error
        return found


def _answer(found: Calls, *, is_json: bool, logs: bool) -> bytes:
    reason = f"Refused, for the first of them: {found.reason}." if found.refused else ""
    if is_json:
        partial = {"rejectedLogRecords" if logs else "rejectedSpans": str(found.refused), "errorMessage": reason}
        return json.dumps({"partialSuccess": partial} if found.refused else {}).encode()
    answer = ExportLogsServiceResponse() if logs else ExportTraceServiceResponse()
    if found.refused:
        refused = "rejected_log_records" if logs else "rejected_spans"
        setattr(answer.partial_success, refused, found.refused)
        answer.partial_success.error_message = reason
    return answer.SerializeToString()


def _status(sentence: str, *, is_json: bool) -> bytes:
    """A `google.rpc.Status` that holds its message only: field 2, a text of less than 2^14 bytes."""
    text = sentence.encode()
    if is_json:
        return json.dumps({"message": sentence}).encode()
    return bytes([0x12, len(text) & 0x7F | 0x80, len(text) >> 7]) + text
