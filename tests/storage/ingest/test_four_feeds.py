"""The same calls as a CSV, LiteLLM, Langfuse and OpenTelemetry tell them, in any order: each counts once, at the
gateway's cost."""

import csv
import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any, Literal, get_args

import pytest

from finops.question import Measure
from sources.requests import Requests
from tests.storage.ingest.conftest import Calls

Kind = Literal["csv", "litellm", "langfuse", "otel"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FIXTURE = Path(__file__).parents[2] / "fixtures/four_feeds"
SEED = Path(__file__).parents[4] / "shared/data/synthetic/seed11"
FILES = {"csv": "requests.csv", "litellm": "litellm.jsonl", "langfuse": "langfuse.jsonl", "otel": "otel.jsonl"}
KEPT = ("request_id", "source", "provider", "model", "team", "app", "key", "status", "input_tokens", "cached_tokens",
        "output_tokens", "told", "day", '"at"')  # fmt: skip


def lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as text:
        yield from map(json.loads, text)


def costs(log: Path) -> dict[str, Decimal]:
    """What the gateway's log says of each call, by its id."""
    return {row["request_id"]: Decimal(str(row["spend"] or 0)) for row in lines(log)}


def told(calls: Calls, order: tuple[Kind, ...]) -> Calls:
    for kind in order:
        calls.publish(Requests(format=kind).batch((FIXTURE / FILES[kind],)))
    return calls


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Calls:
    """The home that was told in one order; all others must equal it."""
    return told(Calls(tmp_path_factory.mktemp("first")), KINDS)


@pytest.mark.parametrize("order", list(permutations(KINDS))[::3], ids="-".join)
def test_each_call_counts_once_at_the_gateways_cost_in_any_order(
    calls: Calls, first: Calls, order: tuple[Kind, ...]
) -> None:
    wanted = costs(FIXTURE / FILES["litellm"])
    told(calls, order)
    assert calls.total() == (60, sum(wanted.values()))
    assert dict(calls.rows("request_id", "told")) == wanted
    assert {source for (source,) in calls.rows("source")} == {"litellm"}
    assert calls.rows(*KEPT) == first.rows(*KEPT)
    assert calls.sums() == first.sums()


def test_all_four_again_change_nothing(first: Calls) -> None:
    before = first.row_files, first.sums()
    for kind in reversed(KINDS):
        delivery = first.publish(Requests(format=kind).batch((FIXTURE / FILES[kind],)))
        assert (delivery.changed, delivery.changes.unchanged.rows) == (0, 60)
    assert (first.row_files, first.sums()) == before


@pytest.mark.parametrize("kind", KINDS)
def test_each_alone_tells_the_same_calls_and_tokens(calls: Calls, first: Calls, kind: Kind) -> None:
    told(calls, (kind,))
    assert calls.total(Measure.REQUESTS, Measure.TOKENS) == first.total(Measure.REQUESTS, Measure.TOKENS)


def test_without_the_gateway_the_log_of_ones_own_counts_then_the_traces(calls: Calls) -> None:
    told(calls, ("otel", "langfuse"))
    traces = {line["id"]: line["costDetails"]["total"] for line in lines(FIXTURE / FILES["langfuse"])}
    traced = sum((Decimal(str(cost)) for cost in traces.values()), Decimal(0))
    gateway = sum(costs(FIXTURE / FILES["litellm"]).values())
    assert calls.total() == (60, traced)
    assert traced > gateway
    told(calls, ("csv",))
    assert calls.total() == (60, gateway)


@pytest.mark.skipif(not SEED.exists(), reason="the made-up company is not here")
@pytest.mark.parametrize("order", [KINDS, ("otel", "csv", "langfuse", "litellm")], ids="-".join)
def test_the_made_up_company_has_as_many_calls_as_it_made(calls: Calls, order: tuple[Kind, ...]) -> None:
    gateway = costs(SEED / "litellm_spendlogs.jsonl.gz")
    with gzip.open(SEED / "requests.csv.gz", "rt") as text:
        rows = [row for row in csv.DictReader(text) if row["request_id"] in gateway]
    with (calls.home / "requests.csv").open("w", newline="") as out:
        sheet = csv.DictWriter(out, list(rows[0]))
        sheet.writeheader()
        sheet.writerows(rows)
    files = {"csv": calls.home / "requests.csv"} | {
        kind: SEED / f"{name}.jsonl.gz"
        for kind, name in (("litellm", "litellm_spendlogs"), ("langfuse", "langfuse_observations"),
                           ("otel", "otel_genai_spans"))}  # fmt: skip
    for kind in order:
        assert calls.publish(Requests(format=kind).batch((files[kind],))).kept == 2990
    own = {row["request_id"]: Decimal(row["spend_usd"] or 0) for row in rows}
    wanted = {id: cost or own[id] for id, cost in gateway.items()}
    kept = calls.rows("request_id", "told", "listed")
    assert {id: cost or Decimal(0) for id, cost, _ in kept} == wanted
    untold = [listed for _, cost, listed in kept if cost is None]
    assert (len(kept), len(untold)) == (2990, 30)  # 30 calls have no cost in either file, so the list prices them
    assert calls.total() == (2990, sum(wanted.values()) + sum(untold))
