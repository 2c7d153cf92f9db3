"""Files handed over: FOCUS of each version and format, request logs of each kind, drivers; exact to the digit."""

import csv
import gzip
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from finops.errors import BadFile
from finops.period import Period
from finops.question import Dimension, Grain, Measure, Question
from finops.stamp import LedgerName
from sources.drivers import Drivers
from sources.focus import Focus
from sources.requests import Requests
from tests.sources.conftest import RECORDED
from tests.storage.facts.conftest import House, every_fact

PERIOD = Period(date(2026, 11, 1), date(2026, 11, 3))
COMMON = {"BillingAccountId": "acc-1", "ServiceName": "Claude", "ServiceCategory": "AI and Machine Learning",
          "ChargeCategory": "Usage", "BillingCurrency": "USD", "SkuId": "sku-1", "ChargeDescription": "tokens",
          "ConsumedUnit": "Tokens"}  # fmt: skip
VERSIONS = {
    "1.0": ({"ProviderName": "Anthropic"}, "x_SkuDetails"),
    "1.2": ({"ProviderName": "Anthropic", "SkuMeter": "Input Tokens"}, "SkuPriceDetails"),
    "1.4": ({"ServiceProviderName": "Anthropic", "HostProviderName": "AWS", "ProviderName": ""}, "SkuPriceDetails"),
}


def line(day: str, cost: str, tokens: str, kind: str, version: str) -> dict[str, str]:
    named, details = VERSIONS[version]
    model = json.dumps({"x_ModelId": "claude-haiku-4-5", "x_TokenType": kind})
    return {"ChargePeriodStart": day, "EffectiveCost": cost, "BilledCost": cost, "ListCost": cost,
            "ConsumedQuantity": tokens, "Tags": '{"team": "search"}', details: model, **COMMON, **named}  # fmt: skip


def lines(version: str) -> list[dict[str, str]]:
    return [
        line("2026-11-01T00:00:00Z", "0.000000000000000001", "1000", "Input", version),
        line("2026-11-01T23:59:59Z", "12345678.9", "2000", "Output", version),
        line("2026-11-02T00:00:00Z", "0.1", "500", "CacheRead", version),
    ]


def written(file: Path, rows: list[dict[str, str]]) -> Path:
    with gzip.open(file, "wt", newline="") if file.suffix == ".gz" else file.open("w", newline="") as out:
        sheet = csv.DictWriter(out, list(rows[0]))
        sheet.writeheader()
        sheet.writerows(rows)
    return file


def parquet(file: Path, rows: list[dict[str, str]]) -> Path:
    """As exporters write it: instants, decimals and a map, not texts."""
    sheet = written(file.with_suffix(".csv"), rows)
    kinds = ", ".join(f"CAST({name} AS DECIMAL(38,18)) AS {name}" for name in ("EffectiveCost", "BilledCost"))
    tags = "MAP {'team': 'search'} AS Tags, CAST(ChargePeriodStart AS TIMESTAMP) AS ChargePeriodStart"
    with duckdb.connect() as db:
        db.execute(f"COPY (SELECT * REPLACE ({kinds}, {tags}) FROM read_csv('{sheet}', all_varchar=true)) "
                   f"TO '{file}' (FORMAT parquet)")  # fmt: skip
    return file


WRITERS: dict[str, Callable[[Path, list[dict[str, str]]], Path]] = {"csv": written, "csv.gz": written,
                                                                    "parquet": parquet}  # fmt: skip


def sums(house: House, measure: Measure, *by: Dimension, ledger: LedgerName | None = None) -> dict[str, Decimal]:
    rows = house.ledger.answer(Question((measure,), PERIOD, by=by, ledger=ledger)).rows
    return {row.name: row.values[measure] for row in rows}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("form", WRITERS)
def test_focus_of_every_version_and_format_says_the_same(house: House, tmp_path: Path, version: str, form: str) -> None:
    house.publish(Focus().batch((WRITERS[form](tmp_path / f"bill.{form}", lines(version)),)))
    answer = house.ledger.answer(Question((Measure.COST,), PERIOD, grain=Grain.DAY))
    assert [row.values[Measure.COST] for row in answer.rows] == [Decimal("12345678.900000000000000001"), Decimal("0.1")]
    assert sums(house, Measure.TOKENS, Dimension.PROVIDER, Dimension.MODEL, Dimension.TEAM, Dimension.TOKEN_CLASS) == {
        f"Anthropic · claude-haiku-4-5 · search · {kind}": count
        for kind, count in (("uncached_input", 1000), ("output", 2000), ("cache_read", 500))
    }


def test_files_of_one_delivery_are_added_and_another_account_is_left_alone(house: House, tmp_path: Path) -> None:
    other = [row | {"BillingAccountId": "acc-2"} for row in lines("1.2")]
    house.publish(Focus().batch((written(tmp_path / "a.csv", lines("1.2")), written(tmp_path / "b.csv", other))))
    house.publish(Focus().batch((written(tmp_path / "b.csv", [row | {"EffectiveCost": "1"} for row in other]),)))
    assert sums(house, Measure.COST, Dimension.ACCOUNT) == {
        "acc-1": Decimal("12345679.000000000000000001"), "acc-2": Decimal(3)}  # fmt: skip


CALLS = [
    {"id": "r1", "ts_start": "2026-11-01T23:59:59Z", "provider": "anthropic", "model": "claude-haiku-4-5-20251001",
     "input_tokens": "1000", "cached_input_tokens": "400", "cache_write_tokens": "100", "output_tokens": "50",
     "reasoning_tokens": "20", "team": "search", "app": "ranker", "spend_usd": "", "prompt": "what a customer wrote"},
    {"id": "r2", "ts_start": "2026-11-02T00:00:00Z", "provider": "openai", "model": "gpt-4o-2024-08-06",
     "input_tokens": "1000", "cached_input_tokens": "0", "cache_write_tokens": "0", "output_tokens": "0",
     "reasoning_tokens": "0", "team": "search", "app": "ranker", "spend_usd": "0.0025", "prompt": ""},
]  # fmt: skip


@pytest.mark.parametrize("name", ["calls.csv", "calls.csv.gz"])
def test_calls_are_priced_by_the_list_where_they_name_no_spend(house: House, tmp_path: Path, name: str) -> None:
    delivery = house.publish(Requests().batch((written(tmp_path / name, [*CALLS, CALLS[0]]),)))
    assert (delivery.read, delivery.kept, delivery.ignored_columns) == (3, 2, ("prompt",))  # a call is counted once
    assert sums(house, Measure.COST, Dimension.MODEL) == {
        "gpt-4o-2024-08-06": Decimal("0.0025"), "claude-haiku-4-5-20251001": Decimal("0.000915")}  # fmt: skip
    assert sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS)["cache_read"] == 400
    answer = house.ledger.answer(Question((Measure.REQUESTS,), PERIOD, grain=Grain.DAY))
    assert [row.values[Measure.REQUESTS] for row in answer.rows] == [1, 1]


APART = {
    "input_tokens": "10000", "cached_input_tokens": "4000", "cache_write_tokens": "3000",
    "cache_write_1h_tokens": "1000", "audio_input_tokens": "600", "image_input_tokens": "100",
    "output_tokens": "1000", "reasoning_tokens": "200",
    "audio_output_tokens": "300", "image_output_tokens": "50",
}  # fmt: skip


def test_every_class_of_tokens_is_kept_apart_and_each_token_is_in_one(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((written(tmp_path / "calls.csv", [CALLS[0] | APART]),)))
    tokens = sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS)
    assert {name: int(count) for name, count in tokens.items() if count} == {
        "uncached_input": 2300, "cache_read": 4000, "cache_write": 2000, "cache_write_1h": 1000, "audio_input": 600,
        "image_input": 100, "output": 450, "reasoning": 200, "audio_output": 300, "image_output": 50}  # fmt: skip
    costs = sums(house, Measure.COST, Dimension.TOKEN_CLASS)
    assert costs["cache_write"] == Decimal("0.0025")  # 2000 at 1.25 a million
    assert costs["cache_write_1h"] == Decimal("0.002")  # 1000 at 2
    assert costs["audio_input"] == Decimal("0.0006")  # not listed apart for this model: as any input


def test_sound_has_its_own_price_and_what_is_cached_of_it_is_no_sound_twice(house: House, tmp_path: Path) -> None:
    told = {
        "provider": "google",
        "model": "gemini-2.5-flash",
        "input_tokens": "1000",
        "cached_input_tokens": "400",
        "cache_write_tokens": "0",
        "audio_input_tokens": "900",
        "output_tokens": "0",
        "reasoning_tokens": "0",
    }
    house.publish(Requests().batch((written(tmp_path / "calls.csv", [CALLS[0] | told]),)))
    costs = sums(house, Measure.COST, Dimension.TOKEN_CLASS)
    assert costs["audio_input"] == Decimal("0.0006")  # 600 at 1 a million
    assert sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS)["audio_input"] == 600


def test_a_cache_beside_the_input_is_never_taken_from_it_in_silence(house: House, tmp_path: Path) -> None:
    beside = CALLS[0] | {"input_tokens": "100"}  # as a provider counts whose input excludes the cache
    delivery = house.publish(Requests().batch((written(tmp_path / "calls.csv", [beside, CALLS[1]]),)))
    assert delivery.notes == (
        "1 AI request names more tokens in a part (cache, reasoning) than in the whole; parts count as told.",
    )
    assert sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS)["uncached_input"] == 1000  # of the other call alone


def test_a_gateway_tells_how_long_the_cache_is_kept_and_what_was_sound(house: House, tmp_path: Path) -> None:
    usage = {"prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 50, "image_tokens": 20,
                                       "cache_creation_token_details": {"ephemeral_1h_input_tokens": 300}},
             "cache_creation_input_tokens": 400,
             "completion_tokens_details": {"audio_tokens": 5, "image_tokens": 3, "reasoning_tokens": 2}}  # fmt: skip
    told = {"request_id": "a", "startTime": "2026-11-01T10:00:00Z", "model": "claude-haiku-4-5-20251001",
            "prompt_tokens": 500, "completion_tokens": 20, "spend": 0, "custom_llm_provider": "anthropic",
            "metadata": {"usage_object": usage}}  # fmt: skip
    file = tmp_path / "log.jsonl"
    file.write_text(json.dumps(told) + "\n")
    house.publish(Requests(format="litellm").batch((file,)))
    tokens = sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS)
    assert {name: int(count) for name, count in tokens.items() if count} == {
        "uncached_input": 30, "cache_write": 100, "cache_write_1h": 300, "audio_input": 50, "image_input": 20,
        "output": 10, "reasoning": 2, "audio_output": 5, "image_output": 3}  # fmt: skip


def test_what_customers_write_is_not_among_the_facts(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((written(tmp_path / "calls.csv", CALLS),)))
    kept = every_fact(house.home)
    assert "search" in kept
    assert "customer" not in kept


@pytest.mark.parametrize("zone", ["+00:00", "Z"])
def test_a_spend_log_of_litellm_is_read_as_it_is_exported(house: House, tmp_path: Path, zone: str) -> None:
    told = json.loads((RECORDED / "litellm" / "log.json").read_text())
    calls = [call for each in told["exchanges"] for call in each["answer"]["data"]]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(c | {"startTime": c["startTime"].replace("+00:00", zone)}) + "\n" for c in calls))
    delivery = house.publish(Requests(format="litellm").batch((log,)))
    assert (delivery.read, delivery.kept, delivery.quarantined) == (6, 5, 0)
    answer = house.ledger.answer(Question((Measure.COST,), Period(date(2026, 11, 22), date(2026, 11, 24))))
    assert answer.total[Measure.COST] == Decimal("0.009065")


@pytest.mark.parametrize("kind", ["csv", "litellm"])
def test_a_log_that_is_cut_is_refused_whole(house: House, tmp_path: Path, kind: str) -> None:
    log = tmp_path / "log"
    log.write_bytes(b'{"request_id": "a"}\n{"request_id": "b", "mod' if kind == "litellm" else
                    written(log, CALLS).read_bytes()[:-60])  # fmt: skip
    with pytest.raises(BadFile):
        house.publish(Requests(format=kind).batch((log,)))  # type: ignore[arg-type]
    assert house.ledger.freshness() == ()


def test_drivers_speak_for_their_app_and_driver(house: House, tmp_path: Path) -> None:
    rows = [{"date": "2026-11-01", "app": "desk", "driver": "tickets solved", "count": "120", "team": "support"},
            {"date": "2026-11-02", "app": "desk", "driver": "tickets solved", "count": "80.5", "team": "support"},
            {"date": "2026-11-01", "app": "shop", "driver": "orders", "count": "7", "team": "sales"}]  # fmt: skip
    house.publish(Drivers().batch((written(tmp_path / "d.csv", rows),)))
    again = [row | {"count": "1"} for row in rows[:2]]
    house.publish(Drivers().batch((written(tmp_path / "e.csv.gz", again),)))
    assert sums(house, Measure.DRIVERS, Dimension.APP) == {"shop": 7, "desk": 2}


@pytest.mark.parametrize(("field", "value"), [("count", "-1"), ("count", "many"), ("date", "soon"), ("driver", "")])
def test_a_driver_that_cannot_be_is_held_back(house: House, tmp_path: Path, field: str, value: str) -> None:
    row = {"date": "2026-11-01", "app": "desk", "driver": "tickets solved", "count": "120"}
    delivery = house.publish(Drivers().batch((written(tmp_path / "d.csv", [row, row | {field: value}]),)))
    assert (delivery.kept, [each.field for each in delivery.examples]) == (1, [field])
