"""Traces: the OpenTelemetry SDK's own exporter is heard, its calls are counted without what was said in them."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.trace import StatusCode

from bot.bodies import Refused
from bot.spool import Spool
from finops.question import Dimension, Measure, Question
from tests.bot.test_pushes import NOVEMBER, TOKEN, Door
from tests.storage.facts.conftest import NOW, every_fact

SECRET = "what a customer wrote"
JSON, PROTOBUF = "application/json", "application/x-protobuf"
CALL = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100, "gen_ai.usage.cache_read.input_tokens": 0,
        "gen_ai.input.messages": SECRET}  # fmt: skip


@pytest.fixture
def pushed(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path)
    yield made
    made.open.close()


def nanoseconds(days: float = 0) -> int:
    return int((NOW - timedelta(days=days)).timestamp()) * 10**9


def exported(there: Door, token: str = TOKEN, compression: Compression = Compression.Gzip,
             status: StatusCode = StatusCode.UNSET, **more: Any) -> list[Any]:  # fmt: skip
    """What became of a call and the step around it, as the SDK's exporter sends them."""
    exporter = OTLPSpanExporter(f"http://127.0.0.1:{there.open.port}/v1/traces", compression=compression, timeout=10,
                                headers={"Authorization": f"Bearer {token}"})  # fmt: skip
    results: list[SpanExportResult] = []

    class Heard(SimpleSpanProcessor):
        def on_end(self, span: Any) -> None:
            results.append(self.span_exporter.export((span,)))

    provider = TracerProvider(resource=Resource({"service.name": "desk"}), shutdown_on_exit=False)
    provider.add_span_processor(Heard(exporter))
    tracer = provider.get_tracer("test")
    agent = tracer.start_span("agent", start_time=nanoseconds(), attributes={**CALL, **AGENT})
    call = tracer.start_span("chat", start_time=nanoseconds(), attributes=CALL | more)
    call.set_status(status)
    call.end(nanoseconds())
    agent.end(nanoseconds())
    return results


AGENT = {"gen_ai.operation.name": "invoke_agent"}


def span(id: str = "00f067aa0ba902b7", days: float = 0, **said: Any) -> dict[str, Any]:
    values = [{"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
              for key, value in (CALL | said).items() if value is not None]  # fmt: skip
    return {"traceId": "5b8efff798038103d269b633813fc60c", "spanId": id, "startTimeUnixNano": str(nanoseconds(days)),
            "attributes": values}  # fmt: skip


def sent(*spans: Any) -> dict[str, Any]:
    service = {"attributes": [{"key": "service.name", "value": {"stringValue": "desk"}}]}
    return {"resourceSpans": [{"resource": service, "scopeSpans": [{"spans": list(spans)}]}]}


def counted(there: Door, measure: Measure = Measure.REQUESTS, *by: Dimension) -> dict[str, str]:
    there.spool.publish(NOW)
    rows = there.house.ledger.answer(Question((measure,), NOVEMBER, by=by)).rows
    return {row.name: f"{row.values[measure].normalize():f}" for row in rows}


@pytest.mark.parametrize("compression", [Compression.Gzip, Compression.NoCompression])
def test_what_the_sdk_exports_is_counted_without_its_content(pushed: Door, compression: Compression) -> None:
    assert exported(pushed, compression=compression) == [SpanExportResult.SUCCESS] * 2
    kept = b"".join(gzip.decompress(file.read_bytes()) for file in pushed.spool.folder.glob("*/*.gz"))
    assert counted(pushed, Measure.COST, Dimension.PROVIDER, Dimension.APP) == {"openai · desk": "0.0035"}
    facts = every_fact(pushed.house.home)
    assert b"gpt-4o" in kept
    assert SECRET.encode() not in kept
    assert SECRET not in facts


def test_the_sdk_is_told_that_its_token_is_wrong(pushed: Door) -> None:
    assert exported(pushed, token="wrong") == [SpanExportResult.FAILURE] * 2
    assert not list(pushed.spool.folder.glob("*/*"))


def test_json_says_the_same_and_calls_that_come_twice_count_once(pushed: Door) -> None:
    for content, packed in (
        (json.dumps(sent(span())).encode(), ""),
        (gzip.compress(json.dumps(sent(span())).encode()), "gzip"),
    ):
        answer = pushed.push(content, "/v1/traces", Content_Type=JSON, Content_Encoding=packed)
        assert (answer.status_code, answer.headers["Content-Type"], answer.json()) == (200, JSON, {})
        assert counted(pushed, Measure.COST, Dimension.APP) == {"desk": "0.0035"}


def test_a_day_grows_with_every_push_and_each_is_published_once(pushed: Door) -> None:
    for number in range(3):
        pushed.push(sent(span(f"{number:016x}"), span(f"{number + 9:016x}", days=1)), "/v1/traces", Content_Type=JSON)
        assert pushed.spool.publish(NOW) == 2
        assert pushed.spool.publish(NOW) == 0
    assert list(counted(pushed).values()) == ["6"]
    assert len(list(pushed.spool.folder.glob("*/*"))) == 2


def test_a_day_that_was_published_when_the_bot_died_is_not_counted_twice(pushed: Door) -> None:
    pushed.push(sent(span()), "/v1/traces", Content_Type=JSON)
    [piece] = pushed.spool.folder.glob("*/*")
    content = piece.read_bytes()
    pushed.spool.publish(NOW)
    piece.write_bytes(content)  # it died before it took this one away
    assert list(counted(pushed).values()) == ["1"]


def test_days_long_gone_are_forgotten_but_their_facts_are_not(pushed: Door) -> None:
    pushed.push(sent(span()), "/v1/traces", Content_Type=JSON)
    pushed.spool.publish(NOW)
    pushed.spool.publish(NOW + timedelta(days=10))
    assert [file.name for file in pushed.spool.folder.iterdir()] == ["lock"]
    assert list(counted(pushed).values()) == ["1"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (span(days=9), "its time is over a week ago or to come"),
        (span(days=-3), "its time is over a week ago or to come"),
        (span("short"), "its id is missing or cannot be"),
        (span(**{"gen_ai.usage.input_tokens": -1}), "its input is missing or cannot be"),
        (span(**{"gen_ai.usage.input_tokens": None}), "its input is missing or cannot be"),
        (span(**{"gen_ai.usage.output_tokens": 10**30}), "its output is missing or cannot be"),
        (span(**{"gen_ai.usage.cache_read.input_tokens": "many"}), "its cached is missing or cannot be"),
        (span(**{"gen_ai.cost.total_cost": "NaN"}), "its spend is missing or cannot be"),
    ],
    ids=str,
)
def test_calls_that_cannot_be_are_refused_by_number_and_the_others_kept(
    pushed: Door, wrong: dict[str, Any], reason: str
) -> None:
    answer = pushed.push(sent(wrong, span(), wrong), "/v1/traces", Content_Type=JSON)
    partial = {"rejectedSpans": "2", "errorMessage": f"Refused, for the first of them: {reason}."}
    assert (answer.status_code, answer.json()) == (200, {"partialSuccess": partial})
    assert list(counted(pushed).values()) == ["1"]
    assert pushed.house.ledger.freshness()[0].quarantined == 0


def test_a_refusal_in_protobuf_is_protobuf(pushed: Door) -> None:
    answer = pushed.push(b"\xff\xff", "/v1/traces", Content_Type=PROTOBUF)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:1]) == (400, PROTOBUF, b"\x12")
    assert answer.content[3:] == b"The body is no OTLP export of traces in protobuf."
    whole = pushed.push(b"", "/v1/traces", Content_Type=PROTOBUF)
    assert (whole.status_code, ExportTraceServiceResponse.FromString(whole.content)) == (
        200,
        ExportTraceServiceResponse(),
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"3", b"{", b"[" * 100_000, b'{"resourceSpans": 3}', b"\xff\xfe"],
)  # fmt: skip
def test_a_body_that_is_no_export_is_refused(pushed: Door, content: bytes) -> None:
    answer = pushed.push(content, "/v1/traces", Content_Type=JSON)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


def said(name: str, **value: Any) -> dict[str, Any]:
    return {"key": name, "value": value}


ODD_SPANS: tuple[Any, ...] = (
    None, 3, "x", [SECRET], {"startTimeUnixNano": SECRET}, {"attributes": 3},
    span() | {"startTimeUnixNano": float("nan")}, span() | {"startTimeUnixNano": 10**40},
    span() | {"attributes": [{"key": "gen_ai.request.model"}]}, span() | {"status": 3},
    span() | {"status": {"code": []}},
    span(**{"gen_ai.usage.input_tokens": SECRET}), span(**{"gen_ai.usage.input_tokens": "1.5"}),
    span() | {"attributes": [*span()["attributes"][:-1], {"key": "gen_ai.usage.input_tokens", "value": 3}]},
    span() | {"attributes": [*span()["attributes"], said("gen_ai.usage.input_tokens", boolValue=True)]},
    span() | {"attributes": [*span()["attributes"], said("gen_ai.cost.total_cost", doubleValue=float("nan"))]},
)  # fmt: skip


def test_twenty_calls_are_counted_beside_each_kind_of_odd_span(pushed: Door, caplog: pytest.LogCaptureFixture) -> None:
    sound = [span(f"{number:016x}") for number in range(20)]
    for odd in ODD_SPANS:
        answer = pushed.push(sent(*sound[:10], odd, *sound[10:]), "/v1/traces", Content_Type=JSON)
        assert (answer.status_code, answer.json()["partialSuccess"]["rejectedSpans"]) == (200, "1"), str(odd)
        assert SECRET not in answer.text
    answer = pushed.push(sent(*sound[:10], *ODD_SPANS, *sound[10:]), "/v1/traces", Content_Type=JSON)
    assert answer.json()["partialSuccess"]["rejectedSpans"] == str(len(ODD_SPANS))
    assert list(counted(pushed).values()) == ["20"]
    kept = [gzip.decompress(each.read_bytes()) for each in pushed.spool.folder.glob("*/*.gz")]
    assert SECRET not in f"{kept}{caplog.text}"


@pytest.mark.parametrize("resource", [None, 3, {"scopeSpans": 3}, {"scopeSpans": [None]},
                                      {"scopeSpans": [{"spans": {"a": SECRET}}]}])  # fmt: skip
def test_an_odd_resource_or_scope_leaves_the_others_alone(pushed: Door, resource: Any) -> None:
    whole = sent(span())
    whole["resourceSpans"].insert(0, resource)
    answer = pushed.push(whole, "/v1/traces", Content_Type=JSON)
    assert answer.json()["partialSuccess"]["rejectedSpans"] == "1"
    assert list(counted(pushed).values()) == ["1"]


def test_what_is_odd_of_a_resource_is_left_out_and_its_calls_are_counted(pushed: Door) -> None:
    whole = sent(span())
    for number, resource in enumerate((None, 3, {"attributes": 3}, {"attributes": [{"key": "service.name"}]})):
        whole["resourceSpans"].append(sent(span(f"{number:016x}"))["resourceSpans"][0] | {"resource": resource})
    assert pushed.push(whole, "/v1/traces", Content_Type=JSON).json() == {}
    assert list(counted(pushed).values()) == ["5"]


def test_other_forms_and_bombs_are_refused(pushed: Door) -> None:
    assert pushed.push(b"", "/v1/traces", Content_Type="text/plain").status_code == 415
    bomb = gzip.compress(b"\0" * 100_000_000)
    assert pushed.push(bomb, "/v1/traces", Content_Type=PROTOBUF, Content_Encoding="gzip").status_code == 413


@pytest.mark.parametrize(
    ("status", "error", "counted_as"),
    [
        ({"code": 1}, None, "ok"),
        ({"code": 2, "message": SECRET}, None, "error"),
        ({"code": "STATUS_CODE_OK"}, None, "ok"),
        ({"code": "STATUS_CODE_ERROR"}, None, "error"),
        ({"code": 0}, None, "no status"),
        ({"code": 0}, "timeout", "error"),
        ({}, None, "no status"),
        (None, None, "no status"),
        (None, "timeout", "error"),
    ],
)
def test_a_call_in_json_failed_or_went_well_only_where_its_span_says_so(
    pushed: Door, status: Any, error: str | None, counted_as: str
) -> None:
    call = span(**{"error.type": error}) | {"status": status}
    assert pushed.push(sent(call), "/v1/traces", Content_Type=JSON).json() == {}
    assert SECRET not in str([gzip.decompress(each.read_bytes()) for each in pushed.spool.folder.glob("*/*.gz")])
    assert counted(pushed, Measure.REQUESTS, Dimension.STATUS) == {counted_as: "1"}


def test_a_span_without_a_status_is_neither_well_nor_failed(pushed: Door) -> None:
    pushed.push(sent(span()), "/v1/traces", Content_Type=JSON)
    assert counted(pushed, Measure.REQUESTS, Dimension.STATUS) == {"no status": "1"}


@pytest.mark.parametrize(
    ("code", "counted_as"), [(StatusCode.OK, "ok"), (StatusCode.ERROR, "error"), (StatusCode.UNSET, "no status")]
)
def test_a_call_of_the_sdk_failed_or_went_well_as_its_program_said(
    pushed: Door, code: StatusCode, counted_as: str
) -> None:
    assert exported(pushed, status=code) == [SpanExportResult.SUCCESS] * 2
    assert counted(pushed, Measure.REQUESTS, Dimension.STATUS) == {counted_as: "1"}


def test_halves_of_letters_do_not_spoil_a_day(pushed: Door) -> None:
    content = json.dumps(sent(span(**{"gen_ai.request.model": "gpt-\ud8004o"}), span("00000000000000aa")))
    pushed.push(content.encode(), "/v1/traces", Content_Type=JSON)
    assert list(counted(pushed).values()) == ["2"]


def test_what_waits_is_bounded(pushed: Door) -> None:
    pushed.push(sent(span()), "/v1/traces", Content_Type=JSON)
    with pytest.raises(Refused, match="Too many"):
        Spool(pushed.house.facts, largest=10).keep({})
