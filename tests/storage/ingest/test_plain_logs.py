"""A log that is sound as it stands is read once; it means the same as one whose texts are staged first."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage.ingest import plain_logs
from storage.staging import files_of
from storage.workbench import workbench
from tests.storage.ingest.conftest import Calls, call

PLAIN: dict[str, list[dict[str, Any]]] = {
    "as it should be": [call("r1"), call("r2", "2026-11-03", spend="")],
    "offsets": [call("r1", "2026-11-02T01:00:00+02:00"), call("r2", "2026-11-02T23:30:00.250-05:00")],
    "an empty text": [call("r1", team="search"), call("r2", team="")],
    "blanks around labels": [call("r1", team=" search ", status=" Success ", model="in-house ", tags=" env:prod ")],
    "a blank label": [call("r1", team=" ", key="   ", error=" ")],
    "words for a flag": [call("r1", stream=" TRUE", cache_hit="true", spend="0"), call("r2", cache_hit="False")],
    "numbers of many kinds": [call("r1", spend="1.5e-3", input_tokens="+12", output_tokens="007", ttft_ms="1.7")],
    "an odd small number": [call("r1", max_tokens="1024", temperature="0.7", http_status="none", tool_calls="2")],
    "a failure": [call("r1", status="failure", error="timeout", spend="")],
    "the same id twice": [call("r1"), call("r1", spend="2"), call("r1", "2026-11-09T10:00:00Z")],
    "batches and tiers": [call("r1", tier="Flex"), call("r2", tier="auto"), call("r3", tier=" priority")],
    "an end user": [call("r1", user=" someone "), call("r2", user="")],
}
STAGED: dict[str, list[dict[str, Any]]] = {
    "a row to hold back": [call("r1"), call("r2", spend="dear")],
    "no id": [call("r1"), call("")],
    "a blank beside an id": [call("r1 "), call("r2")],
    "a wide blank beside a hash": [call("r1", prompt_hash="\u3000abc")],
    "a blank beside a number": [call("r1", input_tokens=" 12")],
    "a guarded text": [call("r1", team="'=search")],
    "another date": [call("r1", "25/11/2026 10:00")],
    "afternoon": [call("r1", "2026-11-02 10:00 PM")],
    "a decimal comma": [call("r1", spend="0,5"), call("r2", spend="1,25")],
    "a comma in a small number": [call("r1", latency_ms="12,5"), call("r2", latency_ms="0,5")],
    "grouped thousands": [call("r1", input_tokens="1,200"), call("r2", input_tokens="12,000,000")],
    "underscores": [call("r1", spend="1_000")],
    "half a token": [call("r1", input_tokens="12.5")],
    "hexadecimal": [call("r1", input_tokens="0x10")],
    "below zero": [call("r1", output_tokens="-1")],
    "long ago": [call("r1", "1999-11-02T10:00:00Z")],
}
KEPT = ("day", '"at"', "request_id", "provider", "told_model", "model", "team", "key", "status", "error", "tags",
        "tier", "person", "input_tokens", "output_tokens", "told", "listed", "ttft_ms", "temperature", "max_tokens",
        "http_status", "stream", "cache_hit", "prompt_hash")  # fmt: skip


def read_at_once(calls: Calls, rows: list[dict[str, Any]], folder: Path) -> bool:
    batch = calls.batch("csv", *rows, guarded=True)
    with workbench(calls.home) as db:
        return plain_logs.read(db, batch, files_of(db, batch), folder) is not None


@pytest.mark.parametrize("rows", PLAIN.values(), ids=PLAIN)
def test_a_plain_log_means_what_it_means_when_it_is_staged(
    calls: Calls, tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    assert read_at_once(calls, rows, tmp_path)
    calls.tell("csv", *rows, guarded=True)
    staged = calls.another("staged")
    told = staged.tell("csv", *rows, call(""), guarded=True)
    assert told.quarantined == 1
    assert calls.rows(*KEPT) == staged.rows(*KEPT)
    assert calls.sums() == staged.sums()


@pytest.mark.parametrize("rows", STAGED.values(), ids=STAGED)
def test_what_needs_a_closer_look_is_staged(calls: Calls, tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    assert not read_at_once(calls, rows, tmp_path)


def test_a_row_that_is_too_long_is_staged_and_named(calls: Calls, tmp_path: Path) -> None:
    batch = calls.batch("csv", call("r1"), call("r2"))
    with batch.files[0].open("a", newline="") as out:
        csv.writer(out).writerow(["r3", *["x"] * 40])
    with workbench(calls.home) as db:
        assert plain_logs.read(db, batch, files_of(db, batch), tmp_path) is None
    told = calls.publish(batch)
    assert (told.kept, [(each.row, each.reason) for each in told.examples]) == (2, [(3, "has too many columns")])


def test_rows_of_several_files_keep_their_places(calls: Calls) -> None:
    one, other = (calls.batch("csv", *(call(f"{n}", team=name) for n in range(3))) for name in ("a", "b"))
    told = calls.publish(replace(one, files=(*one.files, *other.files)))
    assert told.kept == 3
    assert {team for (team,) in calls.rows("team")} == {"b"}
