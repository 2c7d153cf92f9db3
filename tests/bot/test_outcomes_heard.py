"""Outcomes that are pushed, alone or in traces: kept one by one, a day grows with each push."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from finops.batch import Dataset
from sources._logs import EVALUATION
from tests.bot.test_pushes import TOKEN, Door
from tests.bot.test_traces import CALL, JSON, SECRET, counted, nanoseconds, sent, span
from tests.sources.test_outcomes import kept
from tests.storage.facts.conftest import NOW

AT = (NOW - timedelta(hours=1)).astimezone(UTC)
TOLD = {"ts": AT.isoformat(), "request_id": "r1", "session_id": "s1", "type": "accepted"}
JUDGED = {"gen_ai.evaluation.name": "thumbs_up", "gen_ai.evaluation.score.value": 1}


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


def said(there: Door) -> dict[tuple[str, ...], int]:
    there.spool.publish(NOW)
    return dict(kept(there.house))


def event(name: str = EVALUATION, days: float = 0, **attributes: Any) -> dict[str, Any]:
    values = [{"key": key, "value": {"doubleValue" if isinstance(value, float) else "stringValue": value}}
              for key, value in attributes.items()]  # fmt: skip
    return {"name": name, "timeUnixNano": str(nanoseconds(days)), "attributes": values}


def test_a_day_of_outcomes_grows_with_every_push_and_each_is_kept_once(pushed: Door) -> None:
    for request in ("r1", "r2", "r1"):
        answer = pushed.push([TOLD | {"request_id": request}, TOLD | {"type": "applauded"}], "/v1/outcomes")
        assert (answer.status_code, answer.json()) == (200, {"taken": 2})
        pushed.spool.publish(NOW)
    assert said(pushed) == {
        ("r1", "s1", "accepted", "accepted", ""): 1,
        ("r2", "s1", "accepted", "accepted", ""): 1,
        ("r1", "s1", "unknown", "applauded", ""): 1,
    }
    [feed] = pushed.house.ledger.freshness()
    assert (feed.feed, feed.dataset, feed.rows, feed.quarantined) == ("push", "outcomes", 3, 0)


def test_a_type_that_is_said_not_to_be_so_is_its_opposite(pushed: Door) -> None:
    values = (True, 1, 0.95, "0.10", 0, False, "0.00", "No")
    rows = [TOLD | {"type": "Thumbs_Up", "value": value} for value in values]
    pushed.push([*rows, TOLD | {"type": "pr_merged", "value": False}], "/v1/outcomes")
    assert {(kind, value) for _, _, kind, _, value in said(pushed)} == {
        *(("thumbs_up", text) for text in ("true", "1", "0.95", "0.10")),
        *(("thumbs_down", text) for text in ("0", "false", "0.00", "No")),
        ("unknown", "false"),
    }


def test_a_time_is_of_the_day_that_it_has_in_utc(pushed: Door) -> None:
    late = f"{AT.date()}T00:30:00+02:00"
    pushed.push([TOLD | {"ts": late}, TOLD | {"ts": f"{AT:%Y-%m-%dT%H:%M:%S}"}], "/v1/outcomes")
    days = sorted(day.name for day in pushed.spool.room(Dataset.OUTCOMES).iterdir())
    assert days == [str(AT.date() - timedelta(days=1)), str(AT.date())]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"request_id": "", "session_id": ""}, "Row 1: it names neither request_id nor session_id."),
        ({"type": " "}, "Row 1: type:"),
        ({"ts": "soon"}, "Row 1: ts:"),
        ({"ts": None}, "Row 1: ts:"),
        ({"ts": (NOW - timedelta(days=8)).isoformat()}, "Row 1: ts: is over a week ago or to come; import"),
        ({"ts": (NOW + timedelta(days=2)).isoformat()}, "Row 1: ts: is over a week ago or to come; import"),
        ({"ts": "0001-01-01T00:00:00+14:00"}, "Row 1: ts:"),
        ({"ts": "9999-12-31T23:59:59-14:00"}, "Row 1: ts:"),
        ({"ts": 10**30}, "Row 1: ts:"),
        ({"value": {"text": SECRET}}, "Row 1: value:"),
        ({"value": "x" * 201}, "Row 1: value:"),
        ({"request_id": "\0"}, "Row 1: request_id:"),
        ({"comment": SECRET}, "Row 1: comment: there is no such field."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_outcome_that_cannot_be_is_rejected_and_the_others_are_taken(
    pushed: Door, row: dict[str, Any], sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    alone = pushed.push([TOLD | row], "/v1/outcomes")
    assert (alone.status_code, alone.json()["error"][: len(sentence)]) == (400, sentence)
    answer = pushed.push([TOLD | row, TOLD], "/v1/outcomes")
    told = answer.json()
    assert (answer.status_code, told["taken"], told["rejected"]) == (200, 1, 1)
    assert told["errors"][0][: len(sentence)] == sentence
    assert SECRET not in f"{answer.text}{caplog.text}"
    assert len(said(pushed)) == 1


def test_without_the_token_no_outcome_is_heard(refusing: Door) -> None:
    assert refusing.push([TOLD], "/v1/outcomes", Authorization="Bearer x").status_code == 401


def test_outcomes_that_cannot_be_kept_are_to_be_sent_again(pushed: Door) -> None:
    pushed.spool.room(Dataset.OUTCOMES).write_text("a file where a folder should be")
    answer = pushed.push([TOLD], "/v1/outcomes")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_the_evaluation_that_the_sdk_notes_of_a_call_is_its_outcome_without_the_explanation(pushed: Door) -> None:
    there = f"http://127.0.0.1:{pushed.open.port}/v1/traces"
    exporter = OTLPSpanExporter(there, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    call = provider.get_tracer("test").start_span("chat", start_time=nanoseconds(), attributes=CALL)
    call.add_event(EVALUATION, JUDGED | {"gen_ai.evaluation.explanation": SECRET}, nanoseconds())
    call.add_event("gen_ai.user.message", {"content": SECRET}, nanoseconds())
    call.end(nanoseconds())
    files = [*pushed.spool.folder.glob("*/*"), *pushed.spool.room(Dataset.OUTCOMES).glob("*/*")]
    assert len(files) == 2
    assert SECRET.encode() not in b"".join(gzip.decompress(file.read_bytes()) for file in files)
    assert said(pushed) == {(f"{call.get_span_context().span_id:016x}", "", "thumbs_up", "thumbs_up", "1"): 1}
    assert list(counted(pushed).values()) == ["1"]


def test_an_evaluation_is_of_its_call_its_parent_or_the_answer_that_it_names(pushed: Door) -> None:
    score = {"gen_ai.evaluation.name": "relevance", "gen_ai.evaluation.score.value": 0.5}
    label = {"gen_ai.evaluation.name": "accepted", "gen_ai.evaluation.score.label": "fail"}
    named = score | {"gen_ai.response.id": "chatcmpl-A"}
    agent = span("00000000000000aa", **{"gen_ai.operation.name": "invoke_agent"})
    alone = {"name": EVALUATION, "spanId": "00000000000000bb", "startTimeUnixNano": str(nanoseconds())}
    judged = {"attributes": event(**score)["attributes"]}
    content = sent(
        span("00000000000000AB") | {"events": [event(**named), event(**label)]},
        agent | {"events": [event(**named)]},
        alone | judged | {"parentSpanId": "00000000000000CD"},
        alone | {"attributes": event(**named)["attributes"]},
    )
    assert pushed.push(content, "/v1/traces", Content_Type=JSON).json() == {}
    assert said(pushed) == {
        ("00000000000000ab", "", "unknown", "relevance", "0.5"): 1,
        ("00000000000000ab", "", "rejected", "accepted", "fail"): 1,
        ("chatcmpl-A", "", "unknown", "relevance", "0.5"): 1,
        ("00000000000000cd", "", "unknown", "relevance", "0.5"): 1,
    }


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (event(**{"gen_ai.evaluation.score.value": 0.5}), "its type is missing or cannot be"),
        (
            event(**{"gen_ai.evaluation.name": "relevance", "error.type": "timeout"}),
            "its value is missing or cannot be",
        ),
        (event(days=9, **{"gen_ai.evaluation.name": "x", "gen_ai.evaluation.score.label": "y"}), "its time is over a"),
    ],
    ids=["name", "value", "old"],
)
def test_a_span_with_an_evaluation_that_cannot_be_is_refused_once_and_its_call_counts(
    refusing: Door, wrong: dict[str, Any], reason: str
) -> None:
    told = refusing.push(sent(span() | {"events": [wrong, wrong]}), "/v1/traces", Content_Type=JSON).json()
    assert told["partialSuccess"]["rejectedSpans"] == "1"
    assert reason in told["partialSuccess"]["errorMessage"]
    assert list(counted(refusing).values()) == ["1"]


def test_events_of_another_shape_are_refused_by_number_and_their_call_is_counted(refusing: Door) -> None:
    for events in ([3], 3, [{"name": EVALUATION, "attributes": 3}], [{"name": EVALUATION, "timeUnixNano": "soon"}]):
        content = json.dumps(sent(span() | {"events": events})).encode()
        answer = refusing.push(content, "/v1/traces", Content_Type=JSON)
        assert (answer.status_code, answer.json()["partialSuccess"]["rejectedSpans"]) == (200, "1"), str(events)
    assert list(counted(refusing).values()) == ["1"]
