"""The rules of the FOCUS specification that matter to an export: columns, nulls, formats, identities of cost."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from finops.focus import Version
from finops.period import month_of
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from tests.storage.facts.conftest import House
from tests.storage.facts.test_focus_export import ROWS, YEAR, exported, imported, read

Row = dict[str, str]
NOT_NULL = {"BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart",
            "ChargeCategory", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost", "EffectiveCost",
            "InvoiceIssuerName", "ListCost", "ServiceCategory", "ServiceName", "ServiceSubcategory",
            "ChargeFrequency"}  # fmt: skip
NULLABLE = {"BillingAccountName", "ChargeClass", "ChargeDescription", "PricingQuantity", "PricingUnit", "InvoiceId"}
PROVIDERS = {
    Version.V1_2: {"ProviderName", "PublisherName"},
    Version.V1_3: {"ProviderName", "PublisherName", "ServiceProviderName", "HostProviderName"},
    Version.V1_4: {"ServiceProviderName", "HostProviderName"},
}
CONDITIONAL = {"ConsumedQuantity", "ConsumedUnit", "SubAccountId", "Tags"}
ALLOCATED = {"AllocatedMethodId", "AllocatedMethodDetails", "AllocatedResourceId", "AllocatedResourceName",
             "AllocatedTags"}  # fmt: skip
COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
NUMBER = re.compile(r"-?\d+\.(0|\d*[1-9])")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT00:00:00Z")
CHARGES = {"Usage", "Purchase", "Tax", "Credit", "Adjustment"}
SERVICES = {"AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools",
            "Identity", "Integration", "Internet of Things", "Management and Governance", "Media", "Migration",
            "Mobile", "Multicloud", "Networking", "Other", "Security", "Storage", "Web"}  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _period(row: Row) -> bool:
    billed = month_of(at(row["BillingPeriodStart"]).date())
    return (
        all(MOMENT.fullmatch(row[f"{what}Period{end}"]) for what in ("Charge", "Billing") for end in ("Start", "End"))
        and at(row["ChargePeriodEnd"]) - at(row["ChargePeriodStart"]) == timedelta(days=1)
        and (at(row["BillingPeriodStart"]).date(), at(row["BillingPeriodEnd"]).date()) == (billed.start, billed.end)
    )


def _consumed(row: Row) -> bool:
    """Said of usage, and of nothing else; a unit where there is a quantity."""
    there = [bool(row["ConsumedQuantity"]), bool(row["ConsumedUnit"])]
    return there == [row["ChargeCategory"] == "Usage"] * 2


def _priced(row: Row) -> bool:
    """Never of a tax, always of usage and purchases; a unit where there is a quantity."""
    told = bool(row["PricingQuantity"])
    wanted = {"Tax": False, "Usage": True, "Purchase": True}.get(row["ChargeCategory"], told)
    return told == wanted == bool(row["PricingUnit"])


def _contracted(row: Row) -> bool:
    """Without a unit price: what a charge on its own bills, or what usage costs."""
    return Decimal(row["ContractedCost"]) == Decimal(
        row["EffectiveCost" if row["ChargeCategory"] == "Usage" else "BilledCost"]
    )


def _flat(row: Row) -> bool:
    """Tags are a JSON object of texts, or null."""
    tags = json.loads(row["Tags"] or '{"none": ""}')
    return isinstance(tags, dict) and len(tags) > 0 and all(isinstance(value, str) for value in tags.values())


RULES: dict[str, Callable[[Row], bool]] = {
    "numbers": lambda row: (
        all(NUMBER.fullmatch(row[name]) for name in COSTS)
        and all(NUMBER.fullmatch(row[name] or "0.0") for name in ("PricingQuantity", "ConsumedQuantity"))
    ),
    "periods": _period,
    "currency": lambda row: re.fullmatch("[A-Z]{3}", row["BillingCurrency"]) is not None,
    "charge categories": lambda row: row["ChargeCategory"] in CHARGES and row["ChargeClass"] in ("", "Correction"),
    "service categories": lambda row: row["ServiceCategory"] in SERVICES,
    "subcategories": lambda row: row["ServiceSubcategory"] == f"Other ({row['ServiceCategory']})",
    "frequency": lambda row: (row["ChargeFrequency"] == "Usage-Based") == (row["ChargeCategory"] == "Usage"),
    "consumed": _consumed,
    "priced": _priced,
    "contracted": _contracted,
    "tags": _flat,
    "null is not a word": lambda row: not {"NULL", "N/A", "Not Applicable", "None"} & set(row.values()),
    "no text of spaces": lambda row: all(value == "" or value.strip() for value in row.values()),
}


@pytest.fixture
def bill(house: House) -> House:
    return imported(house, ROWS)


@pytest.mark.parametrize("version", Version)
def test_the_columns_of_each_version_are_there_and_others_are_our_own(bill: House, version: Version) -> None:
    names = read(exported(bill, version))[0].keys()
    ours = {name for name in names if name.startswith("x_")}
    allocated = ALLOCATED if version is not Version.V1_2 else set()
    assert names - ours == NOT_NULL | NULLABLE | PROVIDERS[version] | CONDITIONAL | allocated
    assert {"x_ModelId", "x_TokenType", "x_ConsumedTokens"} <= ours


@pytest.mark.parametrize("version", Version)
def test_what_must_not_be_null_is_never_null(bill: House, version: Version) -> None:
    rows = read(exported(bill, version))
    assert len(rows) > 10
    assert {name for row in rows for name in NOT_NULL | PROVIDERS[version] if not row[name]} == set()


@pytest.mark.parametrize("rule", RULES)
def test_every_row_keeps_the_rule_of(bill: House, rule: str) -> None:
    rows = read(exported(bill))
    assert {row["ChargeCategory"] for row in rows} == CHARGES - {"Adjustment"}
    assert [row for row in rows if not RULES[rule](row)] == []


def test_the_costs_are_those_of_the_ledger_each_for_itself(bill: House) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in read(exported(bill)):
        for name in COSTS[:3]:
            sums[name] += Decimal(row[name])
    measures = (Measure.BILLED_COST, Measure.COST, Measure.LIST_COST)
    told = bill.ledger.answer(Question(measures, YEAR, by=(Dimension.SCOPE,), ledger=LedgerName.BILLED)).total
    assert list(sums.values()) == list(told.values())


def test_a_charge_that_was_billed_later_says_so(bill: House) -> None:
    late = [row for row in read(exported(bill)) if row["ChargePeriodStart"][:7] != row["BillingPeriodStart"][:7]]
    assert [(row["BillingPeriodStart"], row["BilledCost"]) for row in late] == [("2026-11-01T00:00:00Z", "-3.0")]
