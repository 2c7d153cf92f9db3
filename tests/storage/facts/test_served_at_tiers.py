"""The tier is kept of charges and of AI requests, so that what provisioned capacity costs and serves is known."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.normalise import Owners
from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from sources.focus import Focus
from sources.requests import Requests
from storage.facts import Facts
from tests.storage.facts.conftest import House
from tests.storage.facts.test_earlier_files import as_before, earlier_requests

YEARS = Period(date(2024, 1, 1), date(2027, 1, 1))
MEASURES = (Measure.COST, Measure.TOKENS, Measure.UNPRICED_TOKENS)
CALLS = """id,ts_start,provider,model,input_tokens,output_tokens,tier,batch,spend
r1,2026-10-05T10:00:00Z,azure,azure/gpt-4o-ptu,1000,50,,,0
r2,2026-10-05T10:00:00Z,vertex_ai,gemini-2.5-pro,2000,0,PROVISIONED_THROUGHPUT,,
r3,2026-10-05T10:00:00Z,openai,gpt-4o,1000000,0,default,,
r4,2026-10-05T10:00:00Z,openai,gpt-4o,1000000,0,,true,
"""
BILL = """ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,\
EffectiveCost,BillingCurrency,SkuMeter
2026-10-05,Microsoft,a1,Foundry Models,AI and Machine Learning,Usage,48,48,USD,Provisioned Managed Global
2026-10-05,Microsoft,a1,Foundry Models,AI and Machine Learning,Usage,2,2,USD,gpt-4o Input Tokens
2026-10-05,AWS,a2,Amazon Elastic File System,Storage,Usage,6,6,USD,Provisioned Throughput
"""


def calls(folder: Path) -> Path:
    file = folder / "calls.csv"
    file.write_text(CALLS)
    return file


def by_tier(house: House, ledger: LedgerName) -> dict[str, tuple[Decimal, ...]]:
    rows = house.ledger.answer(Question(MEASURES, YEARS, by=(Dimension.TIER,), ledger=ledger)).rows
    return {row.key[Dimension.TIER]: tuple(row.values.values()) for row in rows}


@pytest.fixture
def told(house: House) -> House:
    """A house whose operator says which deployments are provisioned."""
    before = house.facts
    house.facts = Facts(before.home, before.engine, b"k" * 32, before.prices, Owners(provisioned=("*-ptu",)))
    return house


def test_calls_of_provisioned_capacity_have_no_price_a_token(told: House, tmp_path: Path) -> None:
    told.publish(Requests().batch((calls(tmp_path),)))
    assert by_tier(told, LedgerName.METERED) == {
        "": (Decimal("2.5"), 1_000_000, 0),
        "batch": (Decimal("1.25"), 1_000_000, 0),
        "provisioned": (0, 3050, 3050),
    }


def test_a_deployment_that_nobody_calls_provisioned_is_taken_for_one_that_is_paid_by_the_token(
    house: House, tmp_path: Path
) -> None:
    house.publish(Requests().batch((calls(tmp_path),)))
    assert by_tier(house, LedgerName.METERED)["provisioned"] == (0, 2000, 2000)


def test_the_hours_of_a_bill_are_provisioned_where_their_meter_says_so(house: House, tmp_path: Path) -> None:
    file = tmp_path / "bill.csv"
    file.write_text(BILL)
    house.publish(Focus().batch((file,)))
    assert by_tier(house, LedgerName.BILLED) == {"provisioned": (48, 0, 0), "": (8, 0, 0)}


def test_files_of_an_earlier_version_say_their_tier_and_those_before_it_none(house: House) -> None:
    earlier_requests(house)
    tiers = by_tier(house, LedgerName.METERED)
    assert (tiers["batch"], tiers["provisioned"]) == ((Decimal("1.25"), 1_000_000, 0), (0, 3050, 3050))
    as_before(house)
    assert set(by_tier(House(house.home), LedgerName.METERED)) == {""}
