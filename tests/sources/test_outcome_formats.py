"""Outcomes as Langfuse and OpenTelemetry export them: the same as in a CSV, and what people wrote stays outside."""

import json
from pathlib import Path
from typing import Any, Literal

import duckdb
import pytest

from finops.errors import BadFile
from sources.outcomes import Outcomes
from tests.sources.test_outcomes import kept
from tests.storage.facts.conftest import House

SECRET = "what a customer wrote"
AT = "2026-11-01T10:00:00Z"
SCORE = {"id": "1", "timestamp": AT, "name": "user-feedback", "dataType": "NUMERIC", "value": 0.9, "stringValue": None,
         "traceId": "t1", "observationId": "o1", "sessionId": None, "comment": SECRET, "source": "API"}  # fmt: skip
EVENT = {"name": "gen_ai.evaluation.result", "spanId": "s1", "timestamp": AT, "attributes": {
    "gen_ai.evaluation.name": "accepted", "gen_ai.evaluation.score.value": 1, "gen_ai.evaluation.explanation": SECRET,
    "gen_ai.conversation.id": "c1"}}  # fmt: skip
CALL = {"name": "chat", "spanId": "s1", "startTime": AT, "attributes": {"gen_ai.operation.name": "chat"}}


def told(house: House, tmp_path: Path, kind: Literal["langfuse", "otel"], *rows: dict[str, Any]) -> tuple[int, int]:
    (tmp_path / "o.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    delivery = house.publish(Outcomes(format=kind).batch((tmp_path / "o.jsonl",)))
    assert all("no outcome" in note for note in delivery.notes)
    return delivery.kept, delivery.quarantined


def test_scores_of_langfuse_are_outcomes(house: House, tmp_path: Path) -> None:
    rows = [
        SCORE,
        SCORE | {"name": "accepted", "dataType": "BOOLEAN", "value": 0, "stringValue": "False"},
        SCORE | {"name": "tone", "dataType": "CATEGORICAL", "value": None, "stringValue": "kind"},
        SCORE | {"name": "thumbs_up", "observationId": None, "value": 1, "sessionId": "s1"},
        SCORE | {"name": "remark", "dataType": "TEXT", "value": None, "stringValue": SECRET},
        SCORE | {"name": "better", "dataType": "CORRECTION", "value": 0, "stringValue": SECRET},
    ]
    assert told(house, tmp_path, "langfuse", *rows) == (4, 0)
    assert dict(kept(house)) == {
        ("o1", "t1", "unknown", "user-feedback", "0.9"): 1,
        ("o1", "t1", "rejected", "accepted", "False"): 1,
        ("o1", "t1", "unknown", "tone", "kind"): 1,
        ("", "s1", "thumbs_up", "thumbs_up", "1"): 1,
    }


def test_evaluations_of_opentelemetry_are_outcomes_and_other_spans_are_left_out(house: House, tmp_path: Path) -> None:
    span = {"name": EVENT["name"], "spanId": "s9", "parentSpanId": "s2", "startTime": AT, "attributes": {
        "gen_ai.evaluation.name": "relevance", "gen_ai.evaluation.score.label": "relevant",
        "gen_ai.evaluation.score.value": 0.7}}  # fmt: skip
    assert told(house, tmp_path, "otel", CALL, EVENT, span) == (2, 0)
    assert dict(kept(house)) == {
        ("s1", "c1", "accepted", "accepted", "1"): 1,
        ("s2", "", "unknown", "relevance", "relevant"): 1,
    }


@pytest.mark.parametrize(("kind", "row"), [("langfuse", SCORE), ("otel", EVENT)])
def test_nothing_of_what_people_wrote_is_kept(
    house: House, tmp_path: Path, kind: Literal["langfuse", "otel"], row: dict[str, Any]
) -> None:
    told(house, tmp_path, kind, row)
    with duckdb.connect() as db:
        found = str(db.execute(f"SELECT * FROM '{house.home}/facts/*.parquet'").fetchall())
    assert "accepted" in found or "user-feedback" in found
    assert SECRET not in found


def test_an_outcome_that_cannot_be_is_held_back_and_a_file_without_any_refused(house: House, tmp_path: Path) -> None:
    assert told(house, tmp_path, "langfuse", SCORE, SCORE | {"timestamp": "soon"}) == (1, 1)
    nobody = SCORE | {"observationId": None, "traceId": None}
    assert told(house, tmp_path, "langfuse", SCORE, nobody) == (1, 1)
    with pytest.raises(BadFile, match="holds no outcome"):
        told(house, tmp_path, "otel", CALL)
