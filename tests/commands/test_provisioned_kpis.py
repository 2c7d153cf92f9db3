"""Provisioned capacity: what its tokens come to by bill and gateway together, over the days that both know; load."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.plain import plain
from bot.printed import as_json
from bot.settings import OwnerSettings, Settings
from bot.wiring import House, built
from finops.errors import Unclear
from finops.report import Report
from sources.drivers import Drivers
from sources.focus import Focus
from sources.requests import Requests
from tests.commands.conftest import ERIK, FINANCE, NOW

BILL = "ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,\
EffectiveCost,BillingCurrency,SkuMeter,CommitmentDiscountStatus,Tags\n"
CALLS = "request_id,ts_start,provider,model,input_tokens,output_tokens,team,spend_usd\n"
UNITS = "Microsoft,a1,Foundry Models,AI and Machine Learning"
SEARCH = '"{""team"": ""search""}"'
COUNTED = "date,app,driver,count,team\n"
Made = Callable[..., House]


def billed(first: int, last: int) -> str:
    """Each day of November 18 for what was used and 6 for what was not, bought before for 720."""
    days = "".join(
        f"2026-11-{day:02},{UNITS},Usage,0,18,USD,Provisioned Managed Global,Used,{SEARCH}\n"
        f"2026-11-{day:02},{UNITS},Usage,0,6,USD,Provisioned Managed Global,Unused,\n" for day in range(first, last + 1)
    )  # fmt: skip
    return f"{BILL}2026-10-31,{UNITS},Purchase,720,0,USD,Provisioned Managed Global,,\n{days}"


def metered(first: int, last: int) -> str:
    """Each day of November a million tokens of provisioned capacity, and half a million that spill over."""
    days = "".join(
        f"p{day},2026-11-{day:02}T10:00:00Z,azure,azure/gpt-4o-ptu,900000,100000,search,0\n"
        f"s{day},2026-11-{day:02}T10:00:00Z,azure,azure/gpt-4o,500000,0,search,1.25\n" for day in range(first, last + 1)
    )  # fmt: skip
    return f"{CALLS}{days}"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """A company that bought capacity, with a bill and a gateway's log where they are given."""
    houses: list[House] = []

    def make(bill: str = "", calls: str = "", drivers: str = "") -> House:
        owners = OwnerSettings(provisioned=("azure/*-ptu",))
        house = built(Settings(home=tmp_path / f"home{len(houses)}", owners=owners), lambda: NOW)
        houses.append(house)
        file = tmp_path / "told.csv"
        for text, source in ((bill, Focus()), (calls, Requests()), (drivers, Drivers())):
            if text:
                file.write_text(text)
                assert house.facts.publish(source.batch((file,)), NOW).quarantined == 0
        return house

    yield make
    for house in houses:
        house.engine.dispose()


def told(house: House, words: str) -> Report:
    return house.asking().typed(words, ERIK, FINANCE)


def total(house: House, words: str) -> Decimal | None:
    said = told(house, words).figures
    assert said is not None
    return said.total


PRICE = "kpi provisioned_token_price 2026-11-01..2026-11-14"


@pytest.mark.parametrize(
    ("bill", "calls", "price"),
    [
        ((3, 6), (2, 8), 24),  # the bill ends, and begins, inside of what the gateway knows
        ((2, 8), (3, 6), 24),
        ((1, 5), (4, 9), 24),
        ((1, 3), (5, 9), None),
        ((3, 6), None, None),
        (None, (3, 6), None),
    ],
)
def test_a_price_is_of_the_days_that_bill_and_gateway_both_know(
    made: Made, bill: tuple[int, int] | None, calls: tuple[int, int] | None, price: int | None
) -> None:
    assert total(made(billed(*bill) if bill else "", metered(*calls) if calls else ""), PRICE) == price


def test_days_on_which_nothing_was_served_cost_all_the_same(made: Made) -> None:
    calls = "".join(line for line in metered(2, 8).splitlines(keepends=True) if not line.startswith(("p4", "p5")))
    assert total(made(billed(3, 6), calls), PRICE) == 48


def test_its_title_says_the_days_and_its_stamp_both_ledgers(made: Made) -> None:
    report = told(made(billed(3, 6), metered(2, 8)), PRICE)
    said, stamp = plain(report, "UTC"), json.loads(as_json(report))["stamp"]
    assert (stamp["ledger"], stamp["beside"]) == ("billed", "metered")
    assert "Provisioned price per million tokens, 3 Nov to 6 Nov 2026" in said
    assert "$24.00" in said
    assert "billed and metered to 6 Nov · provisional" in said
    assert "Not in it" not in said


def test_it_is_cut_by_team_and_set_beside_the_days_before(made: Made) -> None:
    house = made(billed(1, 8), metered(1, 8))
    said = told(house, "kpi provisioned_token_price by team 2026-11-05..2026-11-08 vs 2026-11-01..2026-11-04")
    assert said.figures is not None
    assert {row["team"]: value for row, value in said.figures.rows}["search"] == 18
    assert total(house, "kpi provisioned_token_price team:search 2026-11-05..2026-11-08") == 18


@pytest.mark.parametrize("words", ["billed", "metered", "by hour"])
def test_it_is_of_no_single_ledger_and_of_no_hour(made: Made, words: str) -> None:
    with pytest.raises(Unclear, match=r"sets a bill beside metered tokens, by day; leave .* out\."):
        told(made(billed(3, 6), metered(2, 8)), f"{PRICE} {words}")


def test_without_either_it_says_what_would_give_it(made: Made) -> None:
    said = plain(told(made(calls=metered(2, 8)), PRICE), "UTC")
    assert "no data" in said
    assert "It needs a bill whose meters say provisioned throughput, and a log of the calls it serves" in said


def test_what_spills_over_and_what_is_used_of_a_reservation_are_told_by_tier(made: Made) -> None:
    house = made(billed(3, 6), metered(3, 6))
    said = told(house, "tokens by tier 2026-11-03..2026-11-06 metered").figures
    assert said is not None
    assert {row["tier"]: value for row, value in said.rows} == {"provisioned": 4_000_000, "": 2_000_000}
    assert total(house, "kpi commitment_utilisation tier:provisioned 2026-11-01..2026-11-14") == 75


HOURS = "".join(f"2026-11-{day:02},gpt-ptu,{name},{many},search\n" for day in (3, 4)
                for name, many in (("provisioned_hours", 48), ("used_provisioned_hours", 30 + day)))  # fmt: skip


def test_load_is_what_was_used_of_the_hours_that_were_there(made: Made) -> None:
    house = made(drivers=COUNTED + HOURS)
    assert total(house, "kpi provisioned_utilisation by app 2026-11-01..2026-11-14") == Decimal(67) / 96 * 100
    none = told(house, "kpi provisioned_utilisation team:search 2026-11-10..2026-11-14")
    assert none.figures is None or none.figures.total is None


def test_hours_of_capacity_are_no_business(made: Made) -> None:
    tickets = "2026-11-03,desk,tickets,10,support\n"
    house = made(calls=metered(3, 6), drivers=COUNTED + HOURS + tickets)
    assert total(house, "kpi tokens_per_driver 2026-11-03..2026-11-06") == 600_000
    assert "Tokens per business driver: 600,000 tokens" in plain(told(house, "kpi"), "UTC").replace("600k", "600,000")
