"""What real FOCUS files do: bills that correct an older month, currencies called token, amounts with a sign."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.batch import Batch
from finops.errors import BadFile
from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.focus import Focus
from tests.storage.facts.conftest import House

AUTUMN = Period(date(2026, 9, 1), date(2026, 12, 1))
USUAL = {"BilledCost": "1", "EffectiveCost": "1", "ListCost": "1", "BillingCurrency": "USD", "BillingAccountId": "a1",
         "ProviderName": "Acme", "ServiceName": "Chat", "ChargeCategory": "Usage", "ChargeClass": "NULL",
         "BillingPeriodStart": "10/1/26", "ChargePeriodStart": "10/5/26", "ConsumedQuantity": "NULL",
         "ConsumedUnit": "NULL", "PricingCurrency": "NULL", "ChargeDescription": "NULL"}  # fmt: skip
COSTS = {Measure.BILLED_COST: "BilledCost", Measure.COST: "EffectiveCost", Measure.LIST_COST: "ListCost"}


def month(file: Path, *rows: dict[str, str]) -> Path:
    """A file as spreadsheets save it: a byte-order mark, short dates, NULL in words."""
    with file.open("w", newline="", encoding="utf-8-sig") as out:
        sheet = csv.DictWriter(out, list(USUAL))
        sheet.writeheader()
        sheet.writerows(USUAL | row for row in rows)
    return file


def american(file: Path) -> Batch:
    """Its short dates could be read both ways."""
    return replace(Focus().batch((file,)), dates="month-first")


def total(house: House, measure: Measure, period: Period = AUTUMN) -> Decimal:
    return house.ledger.answer(Question((measure,), period)).total[measure]


CORRECTION = {"BillingPeriodStart": "11/1/26", "ChargePeriodStart": "10/6/26", "ChargeClass": "Correction",
              "BilledCost": "-2", "EffectiveCost": "-2"}  # fmt: skip
OCTOBER = [{"ChargePeriodStart": f"10/{day}/26", "BilledCost": "10", "EffectiveCost": "10"} for day in (5, 6, 7, 31)]
NOVEMBER = [CORRECTION, {"BillingPeriodStart": "11/1/26", "ChargePeriodStart": "11/2/26", "EffectiveCost": "5"}]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)])
def test_a_correction_of_an_older_month_replaces_none_of_its_days(
    house: House, tmp_path: Path, order: tuple[int, ...]
) -> None:
    files = [month(tmp_path / "october.csv", *OCTOBER), month(tmp_path / "november.csv", *NOVEMBER)]
    for each in order:
        house.publish(american(files[each]))
    assert total(house, Measure.COST) == 43
    assert total(house, Measure.COST, Period(date(2026, 10, 1), date(2026, 11, 1))) == 38
    (feed,) = house.ledger.freshness()
    assert (feed.feed, feed.last_day) == ("focus/Acme/a1", date(2026, 11, 2))


def test_purchases_credits_and_taxes_add_up_each_cost_for_itself(house: House, tmp_path: Path) -> None:
    rows = [
        {"ChargeCategory": "Purchase", "BilledCost": "200000.00", "EffectiveCost": "0.00", "ListCost": "200000.00"},
        {"BilledCost": "0.00", "EffectiveCost": "490.00", "ListCost": "490.00"},
        {"ChargeCategory": "Credit", "BilledCost": "-30.5", "EffectiveCost": "-30.5", "ListCost": "-30.5"},
        {"ChargeCategory": "Tax", "BilledCost": "3.1", "EffectiveCost": "3.1", "ListCost": "0"},
        {"ChargeCategory": "Adjustment", "BilledCost": "-1E-2", "EffectiveCost": "35.2E-7", "ListCost": "0"},
    ]
    assert house.publish(american(month(tmp_path / "bill.csv", *rows))).quarantined == 0
    for measure, column in COSTS.items():
        assert total(house, measure) == sum(Decimal(row[column]) for row in rows)


@pytest.mark.parametrize(
    ("unit", "currency", "tokens"),
    [
        ("Tokens", "NULL", 245),
        ("1000 Tokens", "USD", 245000),
        ("1M Tokens", "USD", 245000000),
        ("Tokens", "Token", 0),
        ("Executions", "Token", 0),
    ],
)
def test_tokens_are_counted_by_their_unit_unless_they_are_money(
    house: House, tmp_path: Path, unit: str, currency: str, tokens: int
) -> None:
    row = {"ConsumedQuantity": "245", "ConsumedUnit": unit, "PricingCurrency": currency,
           "ChargeDescription": "Token Consumption"}  # fmt: skip
    house.publish(american(month(tmp_path / "bill.csv", row)))
    assert (total(house, Measure.TOKENS), total(house, Measure.COST)) == (tokens, 1)


@pytest.mark.parametrize("amount", ["1,00.00", "$1,00.00", "$1.2.3", "€5"])
def test_an_amount_with_a_sign_or_separators_is_held_back_and_says_how_to_write_it(
    house: House, tmp_path: Path, amount: str
) -> None:
    delivery = house.publish(american(month(tmp_path / "bill.csv", {}, {"BilledCost": amount})))
    (held,) = delivery.examples
    assert (delivery.kept, held.row, held.field) == (1, 2, "BilledCost")
    assert (
        held.reason == f"“{amount.strip()}” is not a number that can be kept: write 1234.50, without sign or separators"
    )


@pytest.mark.parametrize(
    ("amount", "meant"),
    [("$10,000.00 ", "10000"), ("-$1,234.5", "-1234.5"), ("$7", "7"), ("10,000.00", "10000"), ("(7.5)", "-7.5")],
)
def test_dollars_as_spreadsheets_write_them_are_that_amount(
    house: House, tmp_path: Path, amount: str, meant: str
) -> None:
    house.publish(american(month(tmp_path / "bill.csv", {"EffectiveCost": amount})))
    assert total(house, Measure.COST) == Decimal(meant)


def test_an_excerpt_without_whom_it_bills_is_refused_and_says_all_that_is_missing(house: House, tmp_path: Path) -> None:
    file = tmp_path / "excerpt.csv"
    file.write_text("ChargePeriodStart,ChargeCategory,BilledCost,EffectiveCost\n2026-10-05,Purchase,1,0\n")
    missing = "the mandatory columns ProviderName, BillingAccountId, ServiceName, BillingCurrency are missing"
    with pytest.raises(BadFile, match=missing):
        house.publish(Focus().batch((file,)))


@pytest.mark.parametrize("name", ["ProviderName", "ServiceProviderName", "HostProviderName", "PublisherName"])
def test_the_provider_is_named_by_the_column_of_any_version(house: House, tmp_path: Path, name: str) -> None:
    file = month(tmp_path / "bill.csv", {})
    file.write_text(file.read_text("utf-8-sig").replace("ProviderName", name))
    house.publish(american(file))
    rows = house.ledger.answer(Question((Measure.COST,), AUTUMN, by=(Dimension.PROVIDER,))).rows
    assert [row.name for row in rows] == ["Acme"]
