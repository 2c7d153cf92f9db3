"""What is kept of a call: no content, pseudonyms of persons, hashes of this installation alone, how long it took."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from statistics import quantiles
from typing import Any

import duckdb
import pytest

from finops.question import Measure
from storage.beside import LATENCY
from storage.ingest import request_rows
from storage.ingest.request_sums import BASE, BUCKETS
from tests.storage.facts.conftest import every_fact
from tests.storage.ingest.conftest import COLUMNS, Calls, call

PERSON, PROMPT, HASH = "jane.roe@example.com", "what a customer wrote", "5bce9f1a77d0"
NOTHING = dict.fromkeys(COLUMNS, "") | {"reasoning_tokens": "0", "cached_tokens": "0", "cache_write_tokens": "0"}


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def another(calls: Calls, name: str, **said: Any) -> Calls:
    house = calls.another(name)
    house.facts = replace(house.facts, **said)
    return house


def test_a_row_says_the_same_with_and_without_columns_that_say_nothing(calls: Calls) -> None:
    wide = NOTHING | call("a")
    calls.tell("litellm", call("a"))
    other = calls.another("wide")
    other.tell("litellm", wide)
    content = request_rows.content()
    assert calls.rows(content) == other.rows(content)
    named = [f'"{name}"' for name in request_rows.SCHEMA]
    assert calls.rows(*named) == other.rows(*named)
    assert calls.sums() == other.sums()
    assert calls.tell("litellm", wide).changed == 0
    assert other.tell("litellm", call("a")).changed == 0


def test_whatever_a_row_says_tells_it_from_another_version(calls: Calls) -> None:
    odd = {"cache_hit": "True", "stream": "True", "disconnected": "True", "provider": "mistral", "status": "failure",
           "tier": "batch", "input_tokens": "777", "output_tokens": "777", "started_at": "2026-11-02T10:00:01Z",
           "model": "another", "spend": "2"}  # fmt: skip
    names = [name for name in COLUMNS if name != "request_id"]
    calls.tell("litellm", call("none"), *(call(name) | {name: odd.get(name, "3")} for name in names))
    said = dict(calls.rows("request_id", request_rows.content().replace('"request_id"', "''")))
    assert len(said) == len(names) + 1
    assert [name for name, content in said.items() if content == said["none"]] == ["none"]


def test_no_prompt_is_kept_whatever_the_file_calls_it(calls: Calls) -> None:
    batch = calls.batch("litellm", call("a"))
    header, row = batch.files[0].read_text().splitlines()
    batch.files[0].write_text(f"{header},prompt,messages,response,input\n{row},{','.join([PROMPT] * 4)}\n")
    assert set(calls.publish(batch).ignored_columns) == {"prompt", "messages", "response", "input"}
    batch.files[0].unlink()
    assert PROMPT not in every_fact(calls.home)
    assert PROMPT.encode() not in everything(calls.home)


def test_persons_and_hashes_are_of_this_installation_alone(calls: Calls) -> None:
    rows = call("a", user=PERSON, prompt_hash=HASH), call("b", user=PERSON, prompt_hash=HASH, response_hash=HASH)
    homes = [
        another(calls, name, key=key) for name, key in (("one", b"k" * 32), ("same", b"k" * 32), ("two", b"q" * 32))
    ]
    for house in homes:
        house.tell("litellm", *rows)
    persons, hashes = ([house.rows(name) for house in homes] for name in ("person", "prompt_hash"))
    for found in (persons, hashes):
        assert found[0] == found[1] != found[2]
        assert found[0][0] == found[0][1]
    assert homes[0].rows("prompt_hash = response_hash", where="request_id = 'b'") == [(True,)]
    for house in homes:
        assert not [text for text in (PERSON, HASH) if text in every_fact(house.home)]
        ((person,), _) = house.rows("person")
        assert len(person) == 16


def test_persons_are_named_where_that_is_configured(calls: Calls) -> None:
    house = another(calls, "named", named_users=True)
    house.tell("litellm", call("a", user=PERSON))
    assert house.rows("person") == [(PERSON,)]


def test_a_call_without_a_person_or_hash_has_none(calls: Calls) -> None:
    calls.tell("litellm", call("a", user="", prompt_hash=""), call("b", user=PERSON, prompt_hash=HASH))
    assert calls.rows("person", "prompt_hash", where="request_id = 'a'") == [("", None)]


def test_all_that_is_known_of_a_call_is_kept(calls: Calls) -> None:
    said = {"session_id": "s-1", "http_status": 200, "latency_ms": 1234, "ttft_ms": 56, "max_tokens": 4096,
            "temperature": 0.5, "tool_calls": 2, "finish_reason": "stop", "template": "triage",
            "error": "timeout"}  # fmt: skip
    calls.tell("litellm", call("a", **said, stream="true", disconnected="0"))
    names = [*said, "stream", "disconnected"]
    assert calls.rows(*names) == [(*said.values(), True, False)]


def test_what_cannot_be_such_a_number_is_left_empty_and_the_call_kept(calls: Calls) -> None:
    calls.tell(
        "litellm", call("a", latency_ms="soon", http_status="-1", temperature="nan", tool_calls="9" * 30, stream="?")
    )
    assert calls.rows("latency_ms", "http_status", "temperature", "tool_calls", "stream") == [(None,) * 5]
    assert calls.total() == (1, 1)


def bucketed(calls: Calls, measure: str) -> list[float]:
    """How long each call took by the histogram: the (geometric) middle of its bucket, sorted."""
    files = [str(file) for file in (calls.home / "facts").glob(f"*{LATENCY}")]
    with duckdb.connect() as db:
        told = f"SELECT bucket, sum(calls) FROM read_parquet({files}) WHERE measure = '{measure}' GROUP BY 1 ORDER BY 1"
        found = db.execute(told).fetchall()
    return [BASE ** (bucket + 0.5) for bucket, count in found for _ in range(int(count))]


def told(times: Iterable[int]) -> list[dict[str, Any]]:
    return [call(f"c{n}", latency_ms=ms, ttft_ms=ms // 3 + 1, team=("a", "b")[n % 2]) for n, ms in enumerate(times)]


def test_percentiles_by_the_histogram_are_at_most_five_percent_off(calls: Calls) -> None:
    times = [1 + n * n % 90_001 for n in range(1, 600)]
    calls.tell("litellm", *told(times))
    for measure, real in (("latency", times), ("ttft", [ms // 3 + 1 for ms in times])):
        found = bucketed(calls, measure)
        assert len(found) == len(real)
        assert found == pytest.approx(sorted(real), rel=0.05)
        assert quantiles(found, n=20) == pytest.approx(quantiles(real, n=20), rel=0.05)
    assert {*BUCKETS} == {"latency", "ttft"}


def test_a_histogram_counts_a_merged_call_once(calls: Calls) -> None:
    calls.tell("otel", call("s", response_id="r", latency_ms=100))
    calls.tell("litellm", call("g", response_id="r", latency_ms=200), call("other", latency_ms=300))
    live = {Path(each.file).name for each in calls.ledger.shelf.opened().manifest.files}
    for file in (calls.home / "facts").glob(f"*{LATENCY}"):
        if file.name.removesuffix(LATENCY) not in live:
            file.unlink()
    assert bucketed(calls, "latency") == pytest.approx([200, 300], rel=0.05)
    assert calls.total(Measure.REQUESTS) == (2,)
