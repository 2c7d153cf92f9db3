"""The same AI requests told of by LiteLLM, Langfuse and OpenTelemetry cost the same, and leave no content behind."""

import gzip
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

import pytest

from finops.batch import Batch
from finops.errors import BadFile
from finops.normalise import Owners, provider_name
from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources._prices import PriceLists
from sources.requests import Requests
from tests.storage.facts.conftest import House, every_fact

Kind = Literal["litellm", "langfuse", "otel"]
FIXTURES, SHARED = Path(__file__).parents[1] / "fixtures", Path(__file__).parents[3] / "shared/data/synthetic"
SECRET = "what a customer wrote"
ALIASES = {f"prod-{model}": model for model in ("gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-5-mini")}
NAMES = {"litellm": "litellm_spendlogs", "langfuse": "langfuse_observations", "otel": "otel_genai_spans"}
PERIOD = Period(date(2026, 10, 1), date(2026, 12, 1))


def sums(house: House, measure: Measure, *by: Dimension) -> dict[str, Decimal]:
    rows = house.ledger.answer(Question((measure,), PERIOD, by=by)).rows
    return {row.name: row.values[measure] for row in rows if row.values[measure]}


def lines(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt") as text:
        return [json.loads(line) for line in text]


def written(file: Path, rows: list[Any]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def read(kind: Kind, tmp_path: Path, *rows: dict[str, Any]) -> Batch:
    return Requests(format=kind).batch((written(tmp_path / "log.jsonl", list(rows)),))


def aware(home: Path) -> House:
    """A house that knows what the aliases of the made-up gateway mean, and whose list it prices by."""
    house = House(home, PriceLists(order=("litellm", "genai-prices")))
    house.facts = replace(house.facts, owners=Owners(models=ALIASES))
    return house


def told(tmp_path: Path, folder: Path, kind: Kind, kept: frozenset[str]) -> House:
    """A house that was told the AI requests called *kept* by *kind*."""
    home = tmp_path / f"{folder.name}-{kind}"
    home.mkdir()
    house, id = aware(home), {"litellm": "request_id", "langfuse": "id", "otel": "spanId"}[kind]
    rows = [row for row in lines(folder / f"{NAMES[kind]}.jsonl.gz") if row[id] in kept]
    house.publish(Requests(format=kind).batch((written(home / "log.jsonl", rows),)))
    return house


@pytest.mark.parametrize("folder", [FIXTURES / "logs", SHARED / "small_seed12"], ids=lambda folder: folder.name)
def test_the_same_calls_cost_the_same_whoever_tells_of_them(tmp_path: Path, folder: Path) -> None:
    """OpenTelemetry carries no cost, so what it tells costs what the list says of it."""
    if not folder.exists():
        pytest.skip("the shared data are not here")
    ids = frozenset(row["id"] for row in lines(folder / "langfuse_observations.jsonl.gz"))
    houses = {kind: told(tmp_path, folder, kind, ids) for kind in get_args(Kind)}
    by = (Dimension.PROVIDER, Dimension.MODEL, Dimension.APP)
    assert sums(houses["langfuse"], Measure.COST, *by) == sums(houses["litellm"], Measure.COST, *by)
    for measure in (Measure.LIST_COST, Measure.TOKENS, Measure.REQUESTS):
        found = [sums(house, measure, *by) for house in houses.values()]
        assert found[0] == found[1] == found[2], measure
    assert sums(houses["otel"], Measure.COST, *by) == sums(houses["litellm"], Measure.LIST_COST, *by)


def observation(**said: Any) -> dict[str, Any]:
    return {"id": "a", "type": "GENERATION", "startTime": "2026-11-01T00:00:00Z", "model": "gpt-4o",
            "usageDetails": {"input": 1000, "output": 100}, "input": SECRET, "output": SECRET} | said  # fmt: skip


def span(**said: Any) -> dict[str, Any]:
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o",
                  "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100,
                  "gen_ai.input.messages": SECRET}  # fmt: skip
    return {"spanId": "a", "startTime": "2026-11-01T00:00:00Z", "attributes": attributes | said}


def test_langfuse_keeps_what_was_cached_apart_and_the_input_counts_it(house: House, tmp_path: Path) -> None:
    used = {"input": 100, "input_cached_tokens": 800, "input_cache_creation": 100, "output": 60,
            "output_reasoning_tokens": 40, "total": 1100}  # fmt: skip
    house.publish(read("langfuse", tmp_path, observation(usageDetails=used)))
    assert sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS) == {
        "cache_read": 800, "uncached_input": 100, "cache_write": 100, "output": 60, "reasoning": 40}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "ours", "others"),
    [
        ("langfuse", observation(), [observation(id="b", type="SPAN", model=None), observation(id="c", type="EVENT")]),
        ("otel", span(), [span() | {"spanId": "b", "attributes": {"http.method": "GET"}},
                          span(**{"gen_ai.operation.name": "invoke_agent"}) | {"spanId": "c"}]),
    ],
)  # fmt: skip
def test_steps_of_a_program_that_are_no_calls_are_left_out_and_counted(
    house: House, tmp_path: Path, kind: Kind, ours: dict[str, Any], others: list[dict[str, Any]]
) -> None:
    delivery = house.publish(read(kind, tmp_path, *others, ours))
    assert (delivery.read, delivery.kept, delivery.quarantined) == (1, 1, 0)
    assert delivery.notes == ("2 rows that are no AI requests were left out of log.jsonl.",)
    assert sums(house, Measure.COST, Dimension.PROVIDER) == {"openai": Decimal("0.0035")}
    with pytest.raises(BadFile, match="no AI request"):
        house.publish(read(kind, tmp_path, *others))


ERROR_TYPE = {"error.type": "timeout"}


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (observation(level="ERROR"), "error"),
        (observation(level="DEFAULT"), ""),
        (observation(level="WARNING"), ""),
        (observation(level=None), ""),
        (observation(level="DEFAULT", statusMessage="ok"), ""),
        (span(), ""),
        (span(**ERROR_TYPE), "error"),
        (span() | {"status": "UNSET"}, ""),
        (span(**ERROR_TYPE) | {"status": "UNSET"}, "error"),
        (span() | {"status": "ERROR"}, "error"),
        (span() | {"status": "OK"}, "ok"),
        (span() | {"status": {"status_code": "ERROR", "description": SECRET}}, "error"),
        (span() | {"status": {"status_code": "OK"}}, "ok"),
        (span(**ERROR_TYPE) | {"status": {"status_code": "UNSET"}}, "error"),
        (span() | {"status": {}}, ""),
    ],
    ids=str,
)
def test_a_call_failed_or_went_well_only_where_its_log_says_so(
    house: House, tmp_path: Path, row: dict[str, Any], status: str
) -> None:
    house.publish(read("otel" if "spanId" in row else "langfuse", tmp_path, row))
    asked = Question((Measure.REQUESTS,), PERIOD, by=(Dimension.STATUS,))
    assert [each.key[Dimension.STATUS] for each in house.ledger.answer(asked).rows] == [status]


@pytest.mark.parametrize(("kind", "row"), [("langfuse", observation()), ("otel", span())])
def test_nothing_of_what_was_written_or_answered_is_kept(
    house: House, tmp_path: Path, kind: Kind, row: dict[str, Any]
) -> None:
    house.publish(read(kind, tmp_path, row))
    kept = every_fact(house.home)
    assert "gpt-4o" in kept
    assert SECRET not in kept


def test_a_cost_that_a_gateway_tells_of_a_span_counts(house: House, tmp_path: Path) -> None:
    house.publish(read("otel", tmp_path, span(**{"gen_ai.cost.total_cost": 0.5})))
    assert sums(house, Measure.COST, Dimension.MODEL) == {"gpt-4o": Decimal("0.5")}


@pytest.mark.parametrize(
    ("told", "model", "name"),
    [("gcp.gemini", "gemini-2.5-pro", "gemini"), ("aws.bedrock", "claude-sonnet-4-5", "bedrock"),
     ("Groq", "x", "Groq"), ("", "claude-haiku-4-5", "anthropic"), ("", "o3-mini", "openai"), ("", "orca-1", "")],
)  # fmt: skip
def test_a_provider_has_one_name(told: str, model: str, name: str) -> None:
    assert provider_name(told, model) == name
