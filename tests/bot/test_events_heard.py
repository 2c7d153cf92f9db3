"""Events that are logged: the OpenTelemetry SDK's evaluations are outcomes, all else is taken and forgotten."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

from finops.batch import Dataset
from sources._logs import EVALUATION
from tests.bot.test_outcomes_heard import said
from tests.bot.test_pushes import TOKEN, Door
from tests.bot.test_traces import JSON, PROTOBUF, SECRET, nanoseconds

JUDGED = {"gen_ai.evaluation.name": "accepted", "gen_ai.evaluation.score.label": "pass",
          "gen_ai.evaluation.explanation": SECRET}  # fmt: skip


@pytest.fixture
def pushed(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path)
    yield made
    made.open.close()


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door at which no outcome may be taken."""
    made = Door(tmp_path_factory.mktemp("refusing"))
    yield made
    made.open.close()
    assert not list(made.spool.room(Dataset.OUTCOMES).glob("*/*"))


def record(**changed: Any) -> dict[str, Any]:
    attributes = [{"key": key, "value": {"stringValue": value}} for key, value in JUDGED.items()]
    return {"eventName": EVALUATION, "timeUnixNano": str(nanoseconds()), "spanId": "00F067AA0BA902B7",
            "attributes": attributes, "body": {"stringValue": SECRET}} | changed  # fmt: skip


def sent(*records: Any) -> bytes:
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": list(records)}]}]}).encode()


def test_an_evaluation_that_the_sdk_logs_is_an_outcome_without_what_was_written(pushed: Door) -> None:
    there = f"http://127.0.0.1:{pushed.open.port}/v1/logs"
    exporter = OTLPLogExporter(there, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    logger = provider.get_logger("test")
    for name in (EVALUATION, "gen_ai.client.inference.operation.details"):
        logger.emit(LogRecord(timestamp=nanoseconds(), trace_id=1, span_id=0xF067AA0BA902B7, event_name=name,
                              attributes=JUDGED, body=SECRET))  # fmt: skip
    [file] = pushed.spool.room(Dataset.OUTCOMES).glob("*/*")
    assert SECRET.encode() not in gzip.decompress(file.read_bytes())
    assert said(pushed) == {("00f067aa0ba902b7", "", "accepted", "accepted", "pass"): 1}


def test_json_says_the_same_and_an_older_event_is_named_by_an_attribute(pushed: Door) -> None:
    named = {"key": "event.name", "value": {"stringValue": EVALUATION}}
    answered = {"key": "gen_ai.response.id", "value": {"stringValue": "chatcmpl-A"}}
    older = record(eventName="", spanId="", timeUnixNano="0", observedTimeUnixNano=str(nanoseconds()))
    older["attributes"] = [*older["attributes"], named, answered]
    other = record(eventName="gen_ai.client.inference.operation.details")
    other["attributes"] = [{"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}}]
    answer = pushed.push(sent(record(), older, other), "/v1/logs", Content_Type=JSON)
    assert (answer.status_code, answer.json()) == (200, {})
    assert {request for request, *_ in said(pushed)} == {"00f067aa0ba902b7", "chatcmpl-A"}


def test_what_cannot_be_is_refused_by_number(refusing: Door) -> None:
    wrong = [record(attributes=[]), record(spanId=""), record(timeUnixNano=str(nanoseconds(9)))]
    told = refusing.push(sent(*wrong), "/v1/logs", Content_Type=JSON).json()["partialSuccess"]
    assert told == {"rejectedLogRecords": "3",
                    "errorMessage": "Refused, for the first of them: its type is missing or cannot be."}  # fmt: skip
    export = ExportLogsServiceRequest()
    export.resource_logs.add().scope_logs.add().log_records.add(event_name=EVALUATION)
    answer = refusing.push(export.SerializeToString(), "/v1/logs", Content_Type=PROTOBUF)
    assert ExportLogsServiceResponse.FromString(answer.content).partial_success.rejected_log_records == 1


@pytest.mark.parametrize(
    "wrong", [3, record(timeUnixNano="soon"), record(attributes=3)], ids=["a number", "no time", "no attributes"]
)
def test_a_record_that_is_none_is_refused_by_number_and_the_others_are_kept(pushed: Door, wrong: object) -> None:
    answer = pushed.push(sent(record(), wrong), "/v1/logs", Content_Type=JSON)
    assert (answer.status_code, answer.json()["partialSuccess"]["rejectedLogRecords"]) == (200, "1")
    assert {request for request, *_ in said(pushed)} == {"00f067aa0ba902b7"}


@pytest.mark.parametrize(
    "content",
    [b"[]", b"{", b'{"resourceLogs": 3}'],
    ids=lambda content: content.decode()[:40],
)
def test_a_body_that_is_no_export_of_logs_is_refused(refusing: Door, content: bytes) -> None:
    answer = refusing.push(content, "/v1/logs", Content_Type=JSON)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])
    assert refusing.push(b"\xff\xff", "/v1/logs", Content_Type=PROTOBUF).status_code == 400
    assert refusing.push(content, "/v1/logs", Content_Type=JSON, Authorization="Bearer x").status_code == 401
