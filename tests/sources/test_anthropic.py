"""Anthropic, as recorded: fractions of cents to the last digit, the cache beside the input, the older reports too."""

import copy
import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops.errors import SourceChanged
from finops.normalise import Owners
from finops.period import Period
from finops.question import Dimension, Grain, Measure, Question
from finops.stamp import LedgerName
from sources._prices import PriceLists
from storage.database import database
from storage.facts import Facts
from tests.answering import Answering, Asked, Says
from tests.sources.conftest import KEY, Reading, Recording, recordings
from tests.sources.summing import sums
from tests.storage.facts.conftest import House

ANALYTICS, REPORTS = (each for each in recordings() if each.name.startswith("anthropic-"))
PERIOD = ANALYTICS.period
BILLED, METERED = LedgerName.BILLED, LedgerName.METERED
SONNET, HAIKU = "claude-sonnet-4-5-20250929", "claude-haiku-4-5"
Full = Callable[[Recording], House]


@pytest.fixture
def reading(server: Answering, tmp_path: Path) -> Callable[[Recording], Reading]:
    return lambda recording: Reading(recording, server, tmp_path / "pages")


@pytest.fixture
def full(reading: Callable[[Recording], Reading], house: House) -> Full:
    def of(recording: Recording) -> House:
        for batch in reading(recording).batches():
            assert house.publish(batch).quarantined == 0
        return house

    return of


def changed(recording: Recording, path: str, change: Callable[[list[dict[str, Any]]], None]) -> Recording:
    """*recording* with another list of rows in the first page at *path*."""
    told = copy.deepcopy(recording.exchanges)
    change(next(each for each in told if each["path"].endswith(path))["answer"]["data"])
    return Recording("anthropic", recording.kind, {}, recording.period, told, [])


def test_the_bill_is_in_fractions_of_cents_and_exact_to_the_last_digit(full: Full) -> None:
    asked = Question((Measure.COST, Measure.BILLED_COST, Measure.LIST_COST), PERIOD, grain=Grain.DAY)
    answer = full(ANALYTICS).ledger.answer(asked)
    assert answer.stamp.ledger is BILLED
    assert [[*row.values.values()] for row in answer.rows] == [
        [Decimal("7.776"), Decimal("7.776"), Decimal("8.64")],
        [Decimal("0.7175012345678901"), Decimal("0.7175012345678901"), Decimal("0.78")],
    ]


def test_the_bill_names_the_class_of_token_and_counts_it_as_usage_does(full: Full) -> None:
    house = full(ANALYTICS)
    assert sums(house, PERIOD, Measure.COST, Dimension.TOKEN_CLASS, ledger=BILLED) == {
        "uncached_input": "4.6440012345678901", "output": "2.979", "cache_write": "0.3375", "cache_write_1h": "0.27",
        "no token class": "0.155", "cache_read": "0.108"}  # fmt: skip
    metered = sums(house, PERIOD, Measure.TOKENS, Dimension.TOKEN_CLASS, Dimension.MODEL, ledger=METERED)
    billed = sums(house, PERIOD, Measure.TOKENS, Dimension.TOKEN_CLASS, Dimension.MODEL, ledger=BILLED)
    assert {name: count for name, count in billed.items() if count != "0"} == {
        name: count for name, count in metered.items() if count != "0"
    }
    assert sums(house, PERIOD, Measure.TOKEN_COST, ledger=BILLED) == {"total": "8.3385012345678901"}


@pytest.mark.parametrize("recording", [ANALYTICS, REPORTS], ids=["analytics", "reports"])
def test_what_came_from_the_cache_is_beside_the_input_and_counted_once(full: Full, recording: Recording) -> None:
    assert sums(full(recording), PERIOD, Measure.TOKENS, Dimension.TOKEN_CLASS, ledger=METERED) == {
        "uncached_input": "1920000", "cache_read": "400000", "cache_write": "100000", "cache_write_1h": "50000",
        "output": "303000", "no token class": "0"}  # fmt: skip


@pytest.mark.parametrize("recording", [ANALYTICS, REPORTS], ids=["analytics", "reports"])
def test_many_calls_are_priced_by_their_window_also_where_nobody_counts_them(full: Full, recording: Recording) -> None:
    # sonnet: 3 + 0.12 + 0.375 + 0.3 + 3, the long call 1.8 + 0.045 (twice as dear above 200k), priority has no price;
    # haiku: 1.1, but in a batch
    assert sums(full(recording), PERIOD, Measure.COST, Dimension.MODEL, ledger=METERED) == {
        SONNET: "8.64", HAIKU: "0.55"}  # fmt: skip


def test_without_workspace_or_key_nothing_is_lost(full: Full) -> None:
    house = full(ANALYTICS)
    assert sums(house, PERIOD, Measure.COST, Dimension.KEY, ledger=BILLED) == {
        "apikey_1": "7.9985", "no key": "0.4950012345678901"}  # fmt: skip
    assert sums(house, PERIOD, Measure.COST, Dimension.KEY, ledger=METERED) == {"apikey_1": "8.64", "no key": "0.55"}


def test_how_far_the_analytics_are_complete_is_known_and_the_earliest_page_counts(full: Full) -> None:
    later = copy.deepcopy(ANALYTICS.exchanges)
    later[0]["answer"]["data_refreshed_at"] = "2026-11-24T09:00:00+02:00"
    feeds = full(Recording("anthropic", ANALYTICS.kind, {}, PERIOD, later, [])).ledger.freshness()
    told = datetime(2026, 11, 24, 6, 55, tzinfo=UTC)
    assert [(feed.dataset, feed.watermark) for feed in feeds] == [("charges", told), ("requests", told)]


def test_the_older_reports_do_not_say_how_far_they_are_complete(full: Full) -> None:
    assert {feed.watermark for feed in full(REPORTS).ledger.freshness()} == {None}


def test_the_default_workspace_is_none_and_not_a_word(reading: Callable[[Recording], Reading]) -> None:
    bill, _ = reading(ANALYTICS).batches()
    lines = map(json.loads, gzip.decompress(bill.files[0].read_bytes()).splitlines())
    assert {line["sub_account"] for line in lines} == {"wrkspc_1", None}


def test_calls_are_counted_where_anthropic_counts_them(full: Full) -> None:
    counted = sums(full(ANALYTICS), PERIOD, Measure.REQUESTS, Dimension.MODEL, ledger=METERED)
    assert counted == {SONNET: "43", HAIKU: "0"}


def test_all_of_it_is_ai_of_anthropic(full: Full) -> None:
    bill = sums(full(ANALYTICS), PERIOD, Measure.COST, Dimension.PROVIDER, Dimension.SCOPE, ledger=BILLED)
    assert bill == {"Anthropic · ai": "8.4935012345678901"}


def test_the_older_reports_give_cents_too_and_no_list_cost(full: Full) -> None:
    answer = full(REPORTS).ledger.answer(Question((Measure.COST, Measure.LIST_COST), PERIOD, ledger=BILLED))
    assert [*answer.total.values()] == [Decimal("9.31500000000000001")] * 2


def test_what_the_priority_tier_costs_is_missing_on_the_older_bill_and_not_made_up(full: Full) -> None:
    house = full(REPORTS)
    counted = [sums(house, PERIOD, Measure.TOKENS, Dimension.MODEL, ledger=ledger) for ledger in (BILLED, METERED)]
    assert Decimal(counted[1][SONNET]) - Decimal(counted[0][SONNET]) == 21_000
    assert sums(house, PERIOD, Measure.COST, Dimension.MODEL, ledger=BILLED)[SONNET] == "8.64"


def test_a_line_in_two_places_of_the_bill_counts_its_tokens_once(full: Full) -> None:
    def in_two(days: list[dict[str, Any]]) -> None:
        first = days[0]["results"][0]
        days[0]["results"][0:1] = [
            first | {"amount": "100", "inference_geo": "us"},
            first | {"amount": "200", "inference_geo": "global"},
        ]

    house = full(changed(REPORTS, "cost_report", in_two))
    assert sums(house, PERIOD, Measure.COST, ledger=BILLED) == {"total": "9.31500000000000001"}
    assert sums(house, PERIOD, Measure.TOKENS, Dimension.TOKEN_CLASS, ledger=BILLED)["uncached_input"] == "1900000"


def test_no_usage_of_a_line_is_no_reason_to_lose_its_money(full: Full) -> None:
    house = full(changed(ANALYTICS, "analytics/usage", list.clear))
    assert sums(house, PERIOD, Measure.COST, ledger=BILLED) == {"total": "8.4935012345678901"}
    assert sums(house, PERIOD, Measure.TOKENS, ledger=BILLED) == {"total": "721000"}


def test_where_the_analytics_are_not_there_the_older_reports_are_read(
    reading: Callable[[Recording], Reading], server: Answering
) -> None:
    list(reading(REPORTS).batches())
    assert [each.path.removeprefix("/v1/organizations/") for each in server.asked] == [
        "analytics/usage", "usage_report/messages", "usage_report/messages", "cost_report", "cost_report"]  # fmt: skip


def test_where_neither_is_there_it_is_told(reading: Callable[[Recording], Reading], server: Answering) -> None:
    read = reading(ANALYTICS)
    server.says(Says({"type": "error", "error": {"type": "not_found_error"}}, 404))
    with pytest.raises(SourceChanged, match="Anthropic answered 404 to /v1/organizations/usage_report/messages"):
        list(read.batches())


def test_the_key_and_the_version_are_said_in_its_own_headers(
    reading: Callable[[Recording], Reading], server: Answering
) -> None:
    list(reading(ANALYTICS).batches())
    said = {name.lower(): value for name, value in server.asked[0].headers.items()}
    assert (said["x-api-key"], said["anthropic-version"]) == (KEY, "2026-10-21")
    assert said["anthropic-beta"] == "analytics-usage-cost-2026-08-24"
    assert "authorization" not in said


def test_no_more_than_31_days_are_asked_for_at_once(
    reading: Callable[[Recording], Reading], server: Answering, tmp_path: Path
) -> None:
    read, spans = reading(ANALYTICS), []

    def nothing(asked: Asked) -> Says:
        spans.append((asked.query["starting_at"][0][:10], asked.query["ending_at"][0][:10]))
        return Says({"data": [], "has_more": False, "next_page": None})

    server.chosen = nothing
    list(read.source.fetch(read.web, Period(date(2026, 9, 1), date(2026, 11, 3)), tmp_path))
    assert spans == [("2026-09-01", "2026-10-02"), ("2026-10-02", "2026-11-02"), ("2026-11-02", "2026-11-03")] * 2


def test_a_workspace_a_key_or_a_tier_can_belong_to_a_team(
    reading: Callable[[Recording], Reading], house: House, tmp_path: Path
) -> None:
    owners = Owners(teams={"wrkspc_1": "search", "batch": "nights"})
    engine = database(f"sqlite:///{tmp_path}/state.sqlite")
    house.facts = Facts(tmp_path, engine, b"k" * 32, PriceLists(), owners)
    for batch in reading(ANALYTICS).batches():
        house.publish(batch)
    for ledger, cost in ((BILLED, ["7.9985", "0.4950012345678901"]), (METERED, ["8.64", "0.55"])):
        assert sums(house, PERIOD, Measure.COST, Dimension.TEAM, ledger=ledger) == {
            "search": cost[0],
            "nights": cost[1],
        }
