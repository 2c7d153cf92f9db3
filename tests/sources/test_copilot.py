"""GitHub Copilot, as recorded: the bill of Copilot alone, after discounts, by model, exact, as SaaS; nobody named."""

import csv
import gzip
import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops.errors import SourceChanged
from finops.period import Period
from finops.question import Dimension, Filter, Grain, Measure, Question
from sources.copilot_report import CopilotReport
from tests.answering import Answering, Asked, Says
from tests.sources.conftest import Reading, Recording, recordings
from tests.storage.facts.conftest import House

NAMED = {each.name: each for each in recordings() if each.name.startswith("copilot-")}
ORGANIZATION, ENTERPRISE = NAMED["copilot-organization"], NAMED["copilot-enterprise"]
REPORT = Path(__file__).parents[1] / "fixtures" / "copilot_ai_usage.csv.gz"
MONEY = (Measure.COST, Measure.BILLED_COST, Measure.LIST_COST)


@pytest.fixture
def reading(server: Answering, tmp_path: Path) -> Reading:
    return Reading(ORGANIZATION, server, tmp_path / "pages")


def published(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        house.publish(batch)


def sums(house: House, recording: Recording, measure: Measure, *by: Dimension) -> dict[str, Decimal]:
    rows = house.ledger.answer(Question((measure,), recording.period, by)).rows
    return {row.name: row.values[measure] for row in rows if row.values[measure]}


def test_the_bill_of_copilot_is_exact_and_nothing_else_is_in_it(reading: Reading, house: House) -> None:
    published(reading, house)
    asked = Question(MONEY, ORGANIZATION.period, (Dimension.SCOPE,))
    (row,) = house.ledger.answer(asked).rows
    assert row.key[Dimension.SCOPE] == "saas"
    assert row.values[Measure.COST] == row.values[Measure.BILLED_COST] == Decimal("52.338963123456")
    assert row.values[Measure.LIST_COST] == Decimal("55.1653242")
    days = house.ledger.answer(Question((Measure.COST,), ORGANIZATION.period, grain=Grain.DAY)).rows
    assert [each.values[Measure.COST] for each in days] == [Decimal("25.738963123456"), Decimal("26.6")]


def test_models_have_what_the_report_says_and_what_is_left_of_the_bill_has_none(reading: Reading, house: House) -> None:
    published(reading, house)
    assert sums(house, ORGANIZATION, Measure.COST, Dimension.MODEL) == {
        "claude-opus-4.5": Decimal("0.7335126573"),
        "claude-haiku-4.5": Decimal("0.4511804345"),  # chosen by a person, and by Copilot itself
        # two days of seats, 24.51 and 26.6, and what is left of 1.228963123456 for credits
        "no model": Decimal("51.11") + Decimal("0.0442700316560"),
    }  # fmt: skip
    assert sums(house, ORGANIZATION, Measure.LIST_COST, Dimension.MODEL)["gpt-5.4"] == Decimal("0.544")


def test_a_report_that_says_more_than_the_bill_leaves_less_than_nothing(
    server: Answering, tmp_path: Path, house: House
) -> None:
    reading = Reading(ENTERPRISE, server, tmp_path / "pages")
    published(reading, house)
    kept = b"".join(gzip.decompress(file.read_bytes()) for file in reading.files)
    of: dict[str, list[Decimal]] = defaultdict(list)
    for row in map(json.loads, kept.splitlines()):
        of[row.get("sub_account") or ""].append(Decimal(row.get("billed_cost", 0)))
    assert {name: sum(costs) for name, costs in of.items()} == {"acme": Decimal("16.35"), "acme-labs": 3,
                                                                "": Decimal("0.07")}  # fmt: skip
    assert Decimal("-0.1") in of["acme-labs"]
    assert sums(house, ENTERPRISE, Measure.COST, Dimension.MODEL)["gpt-5.5"] == Decimal("3.85")
    assert house.ledger.answer(Question(MONEY, ENTERPRISE.period)).total[Measure.COST] == Decimal("19.42")


@pytest.mark.parametrize("missing", ["ai_credit", "premium_request", "seats"])
def test_what_a_server_does_not_have_is_done_without(reading: Reading, house: House, missing: str) -> None:
    def answer(asked: Asked) -> Says:
        return Says({"message": "Not Found"}, 404) if missing in asked.path else ORGANIZATION.answer(asked)

    reading.server.chosen = answer
    published(reading, house)
    asked = house.ledger.answer(Question((Measure.COST,), ORGANIZATION.period))
    assert asked.total[Measure.COST] == Decimal("52.338963123456")


def test_seats_and_those_in_use_are_counted_by_team_on_the_last_day(reading: Reading, house: House) -> None:
    published(reading, house)
    asked = Question((Measure.DRIVERS,), ORGANIZATION.period, (Dimension.TEAM, Dimension.DRIVER), grain=Grain.DAY)
    rows = house.ledger.answer(asked).rows
    counts = {(row.key[Dimension.TEAM], row.key[Dimension.DRIVER]): row.values[Measure.DRIVERS] for row in rows}
    assert {place: int(count) for place, count in counts.items() if count} == {
        ("search", "seats"): 2, ("search", "active_seats"): 1,  # one was used 31 days ago
        ("checkout", "seats"): 1, ("checkout", "active_seats"): 1,  # to the second 30 days ago
        ("", "seats"): 2, ("", "active_seats"): 1,
    }  # fmt: skip
    assert {row.day for row in rows if row.values[Measure.DRIVERS]} == {date(2026, 11, 1)}


def test_seats_are_no_business_that_costs_are_told_per(reading: Reading, house: House) -> None:
    published(reading, house)
    assert sums(house, ORGANIZATION, Measure.DRIVERS, Dimension.APP) == {}
    seats = Question((Measure.DRIVERS,), ORGANIZATION.period, where=(Filter(Dimension.DRIVER, ("seats",)),))
    assert house.ledger.answer(seats).total[Measure.DRIVERS] == 5


def seats(*ids: int) -> dict[str, Any]:
    return {"seats": [{"created_at": "2026-01-05T09:00:00Z", "assignee": {"id": number},
                       "last_activity_at": "2026-11-01T00:00:00Z"} for number in ids]}  # fmt: skip


def test_seats_go_over_pages_and_who_has_two_is_counted_once(reading: Reading, house: House) -> None:
    pages = {"1": seats(*range(100)), "2": seats(*range(50, 150)), "3": seats()}

    def answer(asked: Asked) -> Says:
        return Says(pages[asked.query["page"][0]]) if "seats" in asked.path else ORGANIZATION.answer(asked)

    reading.server.chosen = answer
    published(reading, house)
    assert sums(house, ORGANIZATION, Measure.DRIVERS, Dimension.DRIVER) == {"seats": 150, "active_seats": 150}
    pages["2"] = pages["1"]
    with pytest.raises(SourceChanged, match="repeats its pages"):
        list(reading.batches())


def test_no_person_and_no_repository_is_kept(reading: Reading) -> None:
    list(reading.batches())
    kept = "".join(gzip.decompress(file.read_bytes()).decode() for file in reading.files)
    assert '"consumed_quantity": "1.29", "consumed_unit": "UserMonths"' in kept
    assert "acme/shop" not in kept
    assert "dev-4" not in kept
    assert "44" not in json.dumps([row for row in map(json.loads, kept.splitlines()) if "driver" in row])


def test_it_speaks_the_version_of_the_api_that_is_known(reading: Reading) -> None:
    list(reading.batches())
    assert {each.headers["X-GitHub-Api-Version"] for each in reading.server.asked} == {"2026-03-10"}


def test_a_report_of_a_month_is_exact_before_and_after_discounts(house: House) -> None:
    delivery = house.publish(CopilotReport().batch((REPORT,)), strict=True)
    assert (delivery.read, delivery.kept) == (123, 123)
    period = Period(date(2026, 5, 27), date(2026, 6, 27))
    total = house.ledger.answer(Question(MONEY, period)).total
    assert total[Measure.LIST_COST] == Decimal("710.514320809999786332")  # GitHub writes floats: $710.51
    assert total[Measure.COST] == total[Measure.BILLED_COST] == 0
    by_model: dict[str, Decimal] = defaultdict(Decimal)
    with gzip.open(REPORT, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            by_model[row["model"].removeprefix("Auto: ").lower().replace(" ", "-")] += Decimal(row["gross_amount"])
    rows = house.ledger.answer(Question((Measure.LIST_COST,), period, (Dimension.MODEL,))).rows
    assert {row.name: row.values[Measure.LIST_COST] for row in rows} == by_model
    saas = (Filter(Dimension.SCOPE, ("saas",)), Filter(Dimension.APP, ("copilot",)))
    assert house.ledger.answer(Question(MONEY, period, where=saas)).total == total
