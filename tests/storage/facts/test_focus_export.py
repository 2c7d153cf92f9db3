"""What is exported as FOCUS keeps the rules of each version, and imported into a fresh home it is the same ledger."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from finops.errors import BadFile
from finops.focus import Version
from finops.period import Period
from finops.question import Dimension, Grain, Measure, Question
from finops.stamp import LedgerName
from sources.focus import Focus
from sources.requests import Requests
from storage.exporting import export
from tests.storage.facts.conftest import House

SAMPLE = Path(__file__).parents[2] / "fixtures" / "focus10_sample.csv"
OCTOBER, YEAR = Period(date(2026, 10, 1), date(2026, 11, 1)), Period(date(2024, 1, 1), date(2027, 1, 1))
MEASURES = (Measure.COST, Measure.BILLED_COST, Measure.LIST_COST, Measure.TOKENS, Measure.TOKEN_COST,
            Measure.GPU_HOURS)  # fmt: skip
USUAL = {"ProviderName": "Acme", "BillingAccountId": "a1", "SubAccountId": "", "ServiceName": "Chat",
         "ServiceCategory": "AI and Machine Learning", "ChargeCategory": "Usage", "BilledCost": "1.5",
         "EffectiveCost": "1.25", "ListCost": "2", "BillingCurrency": "USD", "ChargePeriodStart": "2026-10-05",
         "BillingPeriodStart": "2026-10-01", "ConsumedQuantity": "", "ConsumedUnit": "", "Tags": "", "x_model": "",
         "x_token_type": "", "CommitmentDiscountStatus": "", "SkuMeter": ""}  # fmt: skip
TOKENS = {"ConsumedQuantity": "3", "ConsumedUnit": "1M Tokens", "x_model": "haiku-4-5"}
ROWS = [
    TOKENS | {"x_token_type": "cache_write_1h", "Tags": json.dumps({"team": "=1+1", "app": "é, \"x\"", "key": "-k"})},
    TOKENS | {"x_token_type": "Output", "ListCost": "", "ConsumedUnit": "1000 Tokens", "EffectiveCost": "-0.25"},
    TOKENS | {"BillingAccountId": ""},
    {"x_model": "haiku-4-5", "EffectiveCost": "0.000000000000000001"},  # summed with the one above but for the account
    TOKENS,
    {"x_model": "haiku-4-5", "x_token_type": "input"},
    {"ServiceName": "", "ServiceCategory": "", "ChargeCategory": "", "SubAccountId": "@sub"},
    {"ServiceName": "''=not a formula", "ServiceCategory": "Chips", "ChargeCategory": "Refund"},
    {"ServiceName": "'quoted'", "ProviderName": "+Plus", "BillingAccountId": "1,5\n2"},
    {"ServiceName": "\ttab", "Tags": '{"team": "NULL", "env": "prod"}', "ConsumedQuantity": "7", "ConsumedUnit": "GB"},
    {"ServiceName": "Assistant", "ConsumedQuantity": "3", "ConsumedUnit": "Seats"},  # a scope that only its unit tells
    {"ServiceName": "EC2", "ServiceCategory": "Compute", "ConsumedQuantity": "38.25", "ConsumedUnit": "GPU-Hours"},
    {"ServiceName": "EC2", "ServiceCategory": "Compute", "CommitmentDiscountStatus": "Used", "BilledCost": "0"},
    {"ServiceName": "EC2", "ServiceCategory": "Compute", "CommitmentDiscountStatus": "Unused", "BilledCost": "0"},
    {"SkuMeter": "Provisioned Managed Global"},
    {"ChargeCategory": "Tax", "ListCost": "0"},
    {"ChargeCategory": "Credit", "BilledCost": "-20", "EffectiveCost": "-20", "ListCost": "-20"},
    {"ChargeCategory": "Purchase", "BilledCost": "200000.00", "EffectiveCost": "0"},
    {"ChargePeriodStart": "2026-10-28", "BillingPeriodStart": "2026-11-01", "BilledCost": "-3"},
    {"ChargePeriodStart": "2026-11-02", "BillingPeriodStart": "2026-11-01", "ServiceName": "NULL", "Tags": "{}"},
]  # fmt: skip


def imported(house: House, rows: list[dict[str, str]], name: str = "bill.csv") -> House:
    file = house.home / name
    with file.open("w", newline="", encoding="utf-8") as out:
        sheet = csv.DictWriter(out, list(USUAL))
        sheet.writeheader()
        sheet.writerows(USUAL | row for row in rows)
    assert house.publish(Focus().batch((file,))).quarantined == 0
    return house


def exported(
    house: House, version: Version = Version.V1_2, period: Period = YEAR, ledger: LedgerName = LedgerName.BILLED
) -> Path:
    out = house.home / f"focus-{version}.csv"
    export(house.ledger.shelf, ledger, period, version, out)
    return out


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def fresh(house: House, file: Path) -> House:
    home = house.home / "fresh"
    home.mkdir()
    other = House(home)
    assert other.publish(Focus().batch((file,)), strict=True).published
    return other


def answers(house: House, ledger: LedgerName = LedgerName.BILLED, measures: tuple[Measure, ...] = MEASURES) -> object:
    """Everything that can be asked of a ledger: every measure by every dimension and day."""
    asked = [Question(measures, YEAR, by=(each,), grain=Grain.DAY, ledger=ledger) for each in Dimension]
    return [[(r.day, r.key, r.values) for r in house.ledger.answer(each).rows] for each in asked]


@pytest.fixture
def bill(house: House) -> House:
    return imported(house, ROWS)


@pytest.mark.parametrize("version", Version)
def test_an_export_imported_into_a_fresh_home_is_the_same_ledger(bill: House, version: Version) -> None:
    other = fresh(bill, exported(bill, version))
    assert answers(other) == answers(bill)
    feeds = [
        [(each.feed, each.first_day, each.last_day) for each in house.ledger.freshness()] for house in (bill, other)
    ]
    assert feeds[0] == feeds[1]


def test_it_is_the_same_file_when_that_home_exports_it(bill: House) -> None:
    file = exported(bill)
    assert exported(fresh(bill, file)).read_bytes() == file.read_bytes()


def test_the_sample_of_the_foundation_survives_it(house: House) -> None:
    house.publish(Focus().batch((SAMPLE,)))
    assert answers(fresh(house, exported(house))) == answers(house)


def test_a_metered_ledger_becomes_a_bill_of_the_same_costs_and_tokens(house: House) -> None:
    calls = house.home / "calls.csv"
    calls.write_text("id,ts_start,provider,model,input_tokens,cached_input_tokens,output_tokens,team,app,spend_usd\n"
                     "r1,2026-10-05T00:00:00Z,openai,gpt-4o-2024-08-06,1000,400,50,search,ranker,\n"
                     "r2,2026-10-05T00:00:00Z,,unknown-1,1000,0,50,,,0.5\n")  # fmt: skip
    house.publish(Requests().batch((calls,)))
    other = fresh(house, exported(house, ledger=LedgerName.METERED))
    assert answers(other) == answers(house, LedgerName.METERED)


def test_only_the_days_of_the_period_are_written(bill: House) -> None:
    days = {row["ChargePeriodStart"] for row in read(exported(bill, period=OCTOBER))}
    assert days == {"2026-10-05T00:00:00Z", "2026-10-28T00:00:00Z"}


def test_an_export_of_nothing_is_refused_and_leaves_nothing(bill: House) -> None:
    out = bill.home / "none.csv"
    with pytest.raises(BadFile, match="The metered ledger knows nothing in October 2026"):
        export(bill.ledger.shelf, LedgerName.METERED, OCTOBER, Version.V1_2, out)
    with pytest.raises(BadFile, match="cannot be written"):
        export(bill.ledger.shelf, LedgerName.BILLED, OCTOBER, Version.V1_2, bill.home / "no folder" / "x.csv")
    assert [file.name for file in bill.home.iterdir() if file.suffix in (".part", ".csv")] == ["bill.csv"]


def test_no_text_of_it_is_a_formula_to_a_spreadsheet(bill: House) -> None:
    cells = [cell for row in read(exported(bill)) for cell in row.values() if cell]
    assert [c for c in cells if c[0] in "=+-@\t\r\n" and not re.fullmatch(r"-\d+(\.\d+)?", c)] == []
    assert {"'+Plus", "''=not a formula", "'@sub", "'quoted'", "'\ttab"} <= set(cells)
