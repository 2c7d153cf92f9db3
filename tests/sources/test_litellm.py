"""LiteLLM, as recorded: each call with its spend, or a day's sums; days go by UTC, cached tokens are kept apart."""

import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.batch import Batch
from finops.period import Period
from finops.question import Dimension, Grain, Measure, Question
from finops.stamp import LedgerName
from tests.answering import Answering, Says
from tests.sources.conftest import Reading, Recording, recordings
from tests.storage.facts.conftest import House

LOG, DAILY = (next(r for r in recordings() if r.name == f"litellm-{case}") for case in ("log", "daily"))
PERIOD = LOG.period


def published(recording: Recording, server: Answering, house: House) -> list[Batch]:
    batches = list(Reading(recording, server, house.home / "pages").batches())
    for batch in batches:
        house.publish(batch)
    return batches


def sums(house: House, measure: Measure, *by: Dimension) -> dict[str, str]:
    rows = house.ledger.answer(Question((measure,), PERIOD, by=by)).rows
    return {row.name: format(row.values[measure].normalize(), "f") for row in rows}


def days(house: House, measure: Measure) -> list[str]:
    rows = house.ledger.answer(Question((measure,), PERIOD, grain=Grain.DAY)).rows
    return [format(row.values[measure].normalize(), "f") for row in rows]


def test_a_call_without_tokens_is_held_back_and_twenty_others_are_counted(
    server: Answering, house: House, tmp_path: Path
) -> None:
    good = [{"request_id": f"g{n}", "startTime": "2026-11-22T10:00:00+00:00", "model": "claude-haiku-4-5",
             "prompt_tokens": 1000, "completion_tokens": 10, "spend": 1.0, "custom_llm_provider": "anthropic",
             "team_id": "search", "api_key": "k1", "status": "success", "cache_hit": "False", "request_tags": [],
             "metadata": {"usage_object": {}}} for n in range(20)]  # fmt: skip
    odd = good[0] | {"request_id": "bad", "prompt_tokens": None, "completion_tokens": None, "spend": 0}
    reading = Reading(LOG, server, tmp_path / "pages")
    server.chosen = lambda asked: Says({"data": [*good, odd] if "2026-11-22" in str(asked.query["start_date"]) else [],
                                        "total_pages": 1})  # fmt: skip
    first, second = (house.publish(batch) for batch in reading.batches())
    assert (first.read, first.kept, first.quarantined, second.quarantined) == (21, 20, 1, 0)
    assert (first.examples[0].row, first.examples[0].field) == (21, "prompt_tokens")
    assert first.examples[0].reason == "is empty"
    assert sums(house, Measure.COST) == {"total": "20"}


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("metadata", '{"usage_object": {"cache_read_input_tokens": 5}}'),
        ("metadata", None),
        ("request_tags", '["a"]'),
        ("request_tags", {"team": "x"}),
        ("request_tags", ""),
        ("cache_hit", False),
        ("cache_hit", None),
        ("team_id", 7),
        ("model", ""),
        ("prompt_tokens", "1e3"),
        ("spend", "0.5"),
        ("startTime", 1795341600),
        ("startTime", "2026-11-22T10:00:00"),
    ],
    ids=str,
)
def test_what_gateways_write_in_other_ways_is_taken(
    server: Answering, tmp_path: Path, field: str, told: object
) -> None:
    call = {"request_id": "1", "startTime": "2026-11-22T10:00:00Z", "model": "m", "prompt_tokens": 1,
            "completion_tokens": 1, "spend": 1} | {field: told}  # fmt: skip
    reading = Reading(LOG, server, tmp_path / "pages")
    server.chosen = lambda asked: Says({"data": [call], "total_pages": 1})
    batch = next(iter(reading.batches()))
    assert not batch.rejected
    assert len(gzip.decompress(batch.files[0].read_bytes()).splitlines()) == 1


def test_spend_is_exact_and_a_call_belongs_to_its_day_in_utc(server: Answering, house: House) -> None:
    published(LOG, server, house)
    assert days(house, Measure.COST) == ["0.008915", "0.00015"]
    assert days(house, Measure.REQUESTS) == ["3", "2"]  # one at 23:59:59.999999, the next at 00:00:00
    assert house.ledger.answer(Question((Measure.COST,), PERIOD)).stamp.ledger is LedgerName.METERED


def test_cached_tokens_are_apart_and_reasoning_is_of_the_output(server: Answering, house: House) -> None:
    published(LOG, server, house)
    assert sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS) == {
        "uncached_input": "3600", "cache_read": "400", "output": "260", "cache_write": "100", "reasoning": "100",
        "no token class": "0"}  # fmt: skip
    # claude-haiku-4-5: 500 input, 400 from the cache, 100 into it, 50 output; the cached answer cost nothing
    haiku = Question((Measure.COST,), Period(PERIOD.start, date(2026, 11, 23)), by=(Dimension.TOKEN_CLASS,))
    found = {row.name: row.values[Measure.COST] for row in house.ledger.answer(haiku).rows}
    assert found["cache_read"] == Decimal("0.00004")
    assert found["cache_write"] == Decimal("0.000125")


def test_who_called_is_kept(server: Answering, house: House) -> None:
    published(LOG, server, house)
    assert sums(house, Measure.REQUESTS, Dimension.TEAM) == {"search": "4", "no team": "1"}
    assert set(sums(house, Measure.REQUESTS, Dimension.KEY)) == {"search-prod", "4f1c" * 16}
    assert sums(house, Measure.REQUESTS, Dimension.MODEL) == {
        "claude-haiku-4-5-20251001": "4",
        "gpt-4o-2024-08-06": "1",
    }


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-23T00:30:00+02:00", 0),
        ("2026-11-22T20:30:00-05:00", 1),
        ("2026-11-22 23:59:59", 0),
        ("2026-11-23T00:00:00Z", 1),
        ("2026-11-22T23:59:59.999Z", 0),
    ],
)
def test_a_time_in_another_zone_is_counted_once_on_its_day_in_utc(
    server: Answering, house: House, written: str, day: int
) -> None:
    told = json.loads(json.dumps(LOG.exchanges))
    call = told[2]["answer"]["data"][0] | {"startTime": written}
    for each in told:  # the gateway gives it to either day that asks, beside one that is that day's
        own = {"request_id": each["query"]["start_date"], "startTime": each["query"]["start_date"]}
        each["answer"] |= {"data": [call, call | own], "total_pages": 1}
    published(Recording("litellm", LOG.kind, LOG.settings, PERIOD, told, []), server, house)
    assert days(house, Measure.REQUESTS) == [["2", "1"], ["1", "2"]][day]


def test_a_day_that_goes_over_several_pages_is_added_up(server: Answering, house: House) -> None:
    published(DAILY, server, house)
    assert sums(house, Measure.COST, Dimension.TEAM) == {"search": "0.009333", "support": "0.00015"}
    assert days(house, Measure.COST) == ["0.00945", "0.000033"]
    assert days(house, Measure.REQUESTS) == ["12", "1"]
    assert sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS) == {
        "uncached_input": "5210", "cache_read": "4000", "cache_write": "1000", "output": "521",
        "no token class": "0"}  # fmt: skip


def test_each_day_is_asked_for_up_to_the_next_midnight(server: Answering, house: House) -> None:
    batches = published(LOG, server, house)
    asked = [[*each.query["start_date"], *each.query["end_date"]] for each in server.asked]
    assert asked[0] == ["2026-11-22 00:00:00", "2026-11-23 00:00:00"]
    assert asked[-1] == ["2026-11-23 00:00:00", "2026-11-24 00:00:00"]
    assert [batch.covers for batch in batches] == [Period(d, date.fromordinal(d.toordinal() + 1)) for d in PERIOD]
