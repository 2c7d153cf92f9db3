"""Langfuse: golden figures of its recording, both keys as Basic authentication, and nothing that people wrote."""

import base64
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from finops.errors import SourceChanged
from finops.question import Dimension, Measure, Question
from tests.answering import Answering, Says
from tests.sources.conftest import KEY, Reading, recordings
from tests.sources.test_outcomes import kept
from tests.storage.facts.conftest import House

[PROJECT] = [each for each in recordings() if each.name == "langfuse-project"]


@pytest.fixture
def reading(server: Answering, tmp_path: Path) -> Reading:
    return Reading(PROJECT, server, tmp_path / "pages")


def told(house: House, measure: Measure, by: Dimension) -> dict[str, Decimal]:
    rows = house.ledger.answer(Question((measure,), PROJECT.period, by=(by,))).rows
    return {row.name: row.values[measure] for row in rows if row.values[measure]}


def test_its_requests_and_scores_are_exact_and_what_people_wrote_is_dropped(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        house.publish(batch)
    assert told(house, Measure.COST, Dimension.MODEL) == {
        "gpt-4o": Decimal("0.003"), "claude-haiku-4-5": Decimal("0.001"),
        "text-embedding-3-small": Decimal("0.0001")}  # fmt: skip
    assert told(house, Measure.TOKENS, Dimension.TOKEN_CLASS) == {
        "uncached_input": 6600, "cache_read": 400, "output": 100}  # fmt: skip
    assert told(house, Measure.REQUESTS, Dimension.TEAM)["support"] == 1
    assert told(house, Measure.REQUESTS, Dimension.STATUS) == {"error": 1, "no status": 2}
    assert dict(kept(house)) == {
        ("o1", "t1", "thumbs_down", "thumbs_up", "false"): 1,
        ("", "t1", "unknown", "relevance", "0.75"): 1,
        ("", "s1", "unknown", "tone", "kind"): 1,
    }
    pages = b"".join(gzip.decompress(file.read_bytes()) for file in reading.files)
    assert b"desk" in pages
    assert b"what a customer wrote" not in pages


def test_both_keys_are_the_basic_authentication(reading: Reading) -> None:
    list(reading.batches())
    said = {asked.headers["Authorization"] for asked in reading.server.asked}
    assert said == {f"Basic {base64.b64encode(f'pk-lf-1:{KEY}'.encode()).decode()}"}


def test_pages_that_repeat_are_noticed(reading: Reading) -> None:
    repeated = Says(PROJECT.exchanges[0]["answer"])
    reading.replay.answer = lambda _: repeated
    with pytest.raises(SourceChanged, match="repeats its pages"):
        list(reading.batches(reading.replay))


def test_texts_and_days_that_were_not_asked_for_are_left_out(reading: Reading) -> None:
    score = {"name": "n", "dataType": "NUMERIC", "value": 1, "timestamp": "2026-11-03T00:00:00Z",
             "subject": {"kind": "trace", "id": "t1"}}  # fmt: skip
    others = [score, score | {"timestamp": "2026-11-02T01:00:00+02:00"}, score | {"dataType": "TEXT", "value": KEY},
              score | {"subject": {"kind": "experiment", "id": "e1"}}]  # fmt: skip
    reading.replay.answer = lambda asked: Says({"data": others if "scores" in asked.path else [], "meta": {}})
    *_, outcomes = reading.batches(reading.replay)
    assert gzip.decompress(outcomes.files[0].read_bytes()) == b""
