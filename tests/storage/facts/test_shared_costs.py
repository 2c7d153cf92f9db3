"""Shared costs: split by usage when they are asked for, exactly, and exported so that they come back as they were."""

import csv
import json
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext

import pytest

from finops.allocation import By, Shared
from finops.focus import Version
from finops.period import Period
from finops.question import Dimension, Filter, Measure, Question
from finops.stamp import LedgerName
from sources.focus import Focus
from sources.requests import Requests
from storage.exporting import export
from storage.shelf import Shelf
from tests.storage.facts.conftest import House

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
GATEWAY = {Dimension.SERVICE: ("gateway*",)}
MONEY = (Measure.COST, Measure.BILLED_COST, Measure.LIST_COST)
HEADER = ("ChargePeriodStart", "ProviderName", "BillingAccountId", "ServiceName", "ChargeCategory", "BilledCost",
          "EffectiveCost", "BillingCurrency", "x_team", "x_ConsumedTokens")  # fmt: skip
Line = tuple[int, str, str, Decimal, int]
CALLS = [(5, "search", 1000), (5, "support", 3000), (9, "search", 2000), (9, "", 77)]


def shares(house: House, *rules: Shared) -> House:
    house.ledger = replace(house.ledger, shelf=Shelf(house.home, house.facts.engine, rules))
    return house


def billed(house: House, *lines: Line) -> None:
    with (house.home / "bill.csv").open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(HEADER)
        for day, service, team, cost, tokens in lines:
            costs = [f"{cost * 2:f}", f"{cost:f}", "USD"]
            sheet.writerow([date(2026, 11, day), "AWS", "1", service, "Usage", *costs, team, tokens or ""])
    house.publish(replace(Focus().batch((house.home / "bill.csv",)), replace=True))


def called(house: House, calls: Iterable[tuple[int, str, int]] = CALLS) -> None:
    with (house.home / "calls.csv").open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(["request_id", "ts_start", "provider", "model", "team", "input_tokens", "output_tokens"])
        sheet.writerows([n, f"2026-11-{day:02}T10:00:00Z", "openai", "gpt-5", team, tokens, 0]
                        for n, (day, team, tokens) in enumerate(calls))  # fmt: skip
    house.publish(Requests().batch((house.home / "calls.csv",)))


def cost(house: House, measure: Measure = Measure.COST, *where: Filter) -> dict[str, Decimal]:
    asked = Question((measure,), NOVEMBER, by=(Dimension.TEAM,), where=where, ledger=LedgerName.BILLED)
    return {row.key[Dimension.TEAM]: row.values[measure] for row in house.ledger.answer(asked).rows}


def totals(house: House) -> list[Decimal]:
    asked = Question((*MONEY, Measure.TOKENS, Measure.TOKEN_COST), NOVEMBER, ledger=LedgerName.BILLED)
    return list(house.ledger.answer(asked).total.values())


@pytest.mark.parametrize(
    ("rule", "teams"),
    [
        (Shared(GATEWAY, By.TOKENS), {"search": "2", "support": "6", "": "1"}),
        (Shared(GATEWAY, By.REQUESTS), {"search": "4", "support": "4", "": "1"}),
        (Shared(GATEWAY, By.COST), {"search": "7.2", "billing": "1.8"}),
        (Shared(GATEWAY, By.TOKENS, ("support",)), {"support": "8", "": "1"}),
        (Shared(GATEWAY, By.TOKENS, ("nobody",)), {"": "9"}),
        (Shared({Dimension.SERVICE: ("nothing",)}, By.TOKENS), {"": "9"}),
        (Shared(GATEWAY | {Dimension.PROVIDER: ("azure", "a?s")}, By.TOKENS), {"search": "2", "support": "6", "": "1"}),
    ],
)
def test_a_shared_charge_is_split_by_the_usage_of_its_day(house: House, rule: Shared, teams: dict[str, str]) -> None:
    billed(house, (5, "Gateway EU", "", Decimal(8), 0), (5, "Other", "", Decimal(1), 0))
    called(house)
    if rule.by is By.COST:
        billed(house, (5, "Gateway EU", "", Decimal(9), 0), (5, "S3", "search", Decimal(40), 0),
               (5, "S3", "billing", Decimal(10), 0))  # fmt: skip
        teams = {"search": str(40 + Decimal(teams["search"])), "billing": str(10 + Decimal(teams["billing"]))}
    assert cost(shares(house, rule)) == {team: Decimal(amount) for team, amount in teams.items()}


def test_a_day_without_usage_is_split_by_its_month_and_usage_told_later_counts_at_once(house: House) -> None:
    billed(shares(house, Shared(GATEWAY, By.TOKENS)), (6, "Gateway", "", Decimal(9), 0))
    assert cost(house) == {"": Decimal(9)}
    called(house)
    assert cost(house) == {"search": Decimal("4.5"), "support": Decimal("4.5")}
    called(house, [*CALLS, (6, "billing", 1)])
    assert cost(house) == {"billing": Decimal(9)}


def test_the_first_rule_that_fits_counts_and_a_named_team_shares_only_if_a_rule_says_so(house: House) -> None:
    billed(house, (5, "Gateway", "", Decimal(4), 0), (5, "Gateway", "platform", Decimal(4), 0))
    called(house)
    alone = (Shared(GATEWAY, By.TOKENS, ("search",)), Shared(GATEWAY, By.TOKENS, ("support",)))
    assert cost(shares(house, *alone)) == {"search": Decimal(4), "platform": Decimal(4)}
    both = Shared({Dimension.TEAM: ("platform",)}, By.TOKENS)
    assert cost(shares(house, *alone, both)) == {"search": Decimal(5), "support": Decimal(3)}


def test_what_is_shared_itself_is_no_usage(house: House) -> None:
    billed(house, (5, "Gateway", "platform", Decimal(4), 0), (5, "S3", "search", Decimal(1), 0),
           (5, "S3", "support", Decimal(3), 0))  # fmt: skip
    shares(house, Shared({Dimension.TEAM: ("platform",)}, By.COST))
    assert cost(house) == {"search": Decimal(2), "support": Decimal(6)}


def test_who_may_see_one_team_sees_its_slice(house: House) -> None:
    billed(shares(house, Shared(GATEWAY, By.TOKENS)), (5, "Gateway", "", Decimal(8), 0))
    called(house)
    house.ledger = house.ledger.narrowed(("support",))
    assert cost(house) == {"support": Decimal(6)}


@pytest.fixture
def random_bill(house: House) -> House:
    """A month of awkward amounts: what is split has eighteen places, and teams that used thirds of it."""
    dice = random.Random(11)
    lines = [(dice.randrange(1, 29), dice.choice(["Gateway", "gateway 2", "S3"]), dice.choice(["", "", "lab"]),
              Decimal(dice.randrange(-(10**20), 10**24)).scaleb(-18), dice.choice([0, 1000]))
             for _ in range(200)]  # fmt: skip
    billed(house, *lines)
    called(house, [(dice.randrange(1, 20), dice.choice("abc"), dice.randrange(1, 999)) for _ in range(60)])
    return house


def test_splitting_changes_no_total_and_the_slices_add_up_to_what_was_shared(random_bill: House) -> None:
    before = totals(random_bill)
    asked = Question(MONEY, NOVEMBER, by=(Dimension.SERVICE, Dimension.TEAM), ledger=LedgerName.BILLED)
    whole = {row.name: row.values for row in random_bill.ledger.answer(asked).rows}
    shares(random_bill, Shared({Dimension.SERVICE: ("gateway",)}, By.TOKENS))
    assert totals(random_bill) == before
    split = {row.name: row.values for row in random_bill.ledger.answer(asked).rows}
    assert {"Gateway · a", "Gateway · b", "Gateway · c"} <= split.keys()
    with localcontext(prec=60):
        for measure in MONEY:
            parts = sum(split[f"Gateway · {team}"][measure] for team in "abc")
            assert parts + split["Gateway · no team"][measure] == whole["Gateway · no team"][measure]
            assert split["Gateway · no team"][measure] == 0
    assert split["gateway 2 · no team"] == whole["gateway 2 · no team"]


@pytest.mark.parametrize("version", [Version.V1_2, Version.V1_3])
def test_an_export_comes_back_unsplit_and_is_split_the_same_again(random_bill: House, version: Version) -> None:
    rule = Shared(GATEWAY, By.TOKENS)
    out = random_bill.home / "out.csv"
    export(shares(random_bill, rule).ledger.shelf, LedgerName.BILLED, NOVEMBER, version, out)
    (random_bill.home / "fresh").mkdir()
    other = House(random_bill.home / "fresh")
    other.publish(Focus().batch((out,)), strict=True)
    other.publish(Requests().batch((random_bill.home / "calls.csv",)))
    for rules in ((), (rule,)):
        assert cost(shares(other, *rules)) == cost(shares(random_bill, *rules))
        assert totals(other) == totals(random_bill)


def test_the_export_says_how_each_charge_was_split(house: House) -> None:
    billed(house, (5, "Gateway", "", Decimal(8), 0), (5, "S3", "lab", Decimal(1), 0))
    shares(house, Shared(GATEWAY, By.TOKENS))
    called(house, [(5, "a", 1), (5, "b", 1), (5, "c", 1)])
    rows = {version: told(house, version) for version in Version}
    assert not any("Allocated" in name for name in rows[Version.V1_2][0])
    for version in (Version.V1_3, Version.V1_4):
        split = [row for row in rows[version] if row["AllocatedMethodId"]]
        details = [json.loads(row["AllocatedMethodDetails"], parse_float=Decimal)["Elements"] for row in split]
        assert sum(each["AllocatedRatio"] for (each,) in details) == 1
        assert [(each["UsageUnit"], each["UsageQuantity"]) for (each,) in details] == [("Tokens", 1)] * 3
        assert [(row["AllocatedMethodId"], row["AllocatedResourceId"], row["AllocatedResourceName"], row["Tags"],
                 row["AllocatedTags"]) for row in split] == [
            ("tuppence-tokens-of-the-day", team, team, "", json.dumps({"team": team})) for team in "abc"
        ]  # fmt: skip
        assert sum(Decimal(row["EffectiveCost"]) for row in split) == 8
        (own,) = (row for row in rows[version] if not row["AllocatedMethodId"])
        assert {own[name] for name in own if name.startswith("Allocated")} == {""}


def told(house: House, version: Version) -> list[dict[str, str]]:
    out = house.home / f"{version}.csv"
    export(house.ledger.shelf, LedgerName.BILLED, NOVEMBER, version, out)
    with out.open(newline="") as rows:
        return list(csv.DictReader(rows))
