"""Money in other currencies: converted exactly by the rate of its day, the original kept, held back without a rate."""

import csv
import json
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops.batch import Batch, Column, Dataset, Delivery, Format
from finops.errors import BadConfig
from finops.exchange import DatedRates
from finops.focus import Version
from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from sources._exchange import RatesFile
from sources.focus import Focus
from storage.exchanging import exchanged
from storage.exporting import export
from tests.storage.facts.conftest import House

FRIDAY, NOVEMBER = date(2026, 11, 20), Period(date(2026, 11, 1), date(2026, 12, 1))
RATES = {FRIDAY: {("EUR", "USD"): Decimal("1.1576"), ("EUR", "JPY"): Decimal("181.23")}}
HEADER = ("ChargePeriodStart", "ProviderName", "BillingAccountId", "ServiceName", "ChargeCategory", "BilledCost",
          "EffectiveCost", "BillingCurrency", "Tags")  # fmt: skip
Line = tuple[date, str, Decimal]
MONEY = st.decimals(min_value=-(10**12), max_value=10**12, places=18)
RATE = st.decimals(min_value="0.000000000000000001", max_value=20000, places=18)


def product(amount: Decimal, rate: Decimal) -> Decimal:
    with localcontext(prec=100):
        return (amount * rate).quantize(Decimal("1e-18"), ROUND_HALF_UP)


@cache
def calculator() -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    exchanged(db, Batch("none", Dataset.DRIVERS, Format.CSV, (), {}), "EUR", None)
    return db


def reckoning(house: House, currency: str = "EUR") -> House:
    house.facts = replace(house.facts, currency=currency, exchange=DatedRates(RATES))
    house.ledger = replace(house.ledger, currency=currency, converts=True)
    return house


def billed(house: House, *lines: Line, name: str = "bill.csv") -> Delivery:
    file = house.home / name
    with file.open("w", newline="", encoding="utf-8") as out:
        sheet = csv.writer(out)
        sheet.writerow(HEADER)
        for day, currency, cost in lines:
            tags = json.dumps({"team": "search"})
            sheet.writerow([day, "AWS", "1", "Bedrock", "Usage", f"{cost:f}", f"{cost:f}", currency, tags])
    return house.publish(Focus().batch((file,)))


def cost(house: House, *by: Dimension) -> dict[str, Decimal]:
    asked = Question((Measure.COST,), NOVEMBER, by=by)
    return {row.name: row.values[Measure.COST] for row in house.ledger.answer(asked).rows}


@settings(deadline=None)  # a busy machine is no defect
@given(MONEY, RATE)
def test_a_converted_amount_is_the_product_that_decimal_gives(amount: Decimal, rate: Decimal) -> None:
    told = calculator().execute("SELECT converted(?::DECIMAL(38,18), ?::DECIMAL(38,18))", [amount, rate]).fetchall()
    assert told == [(product(amount, rate),)]


def test_sums_are_those_of_plain_decimals_by_day_and_currency(house: House) -> None:
    dice = random.Random(7)
    lines = [(FRIDAY + timedelta(days=dice.randrange(4)), dice.choice(["USD", "JPY", "EUR", "usd"]),
              Decimal(dice.randrange(-(10**24), 10**26)).scaleb(-18)) for _ in range(300)]  # fmt: skip
    assert billed(reckoning(house), *lines).quarantined == 0
    rates = {name: house.facts.exchange.rate(name, "EUR", FRIDAY) for name in ("USD", "JPY")}  # type: ignore[union-attr]
    plain: dict[str, Decimal] = {}
    with localcontext(prec=60):
        for day, name in {(day, name.upper()) for day, name, _ in lines}:
            told = sum((amount for at, told, amount in lines if (at, told.upper()) == (day, name)), Decimal(0))
            plain[name] = plain.get(name, Decimal(0)) + product(told, rates.get(name) or Decimal(1))
    assert cost(house, Dimension.ORIGINAL_CURRENCY) == plain
    assert sum(cost(house).values()) == sum(plain.values())


def test_a_weekend_takes_fridays_rate_and_what_lies_further_back_is_held_back_by_name(house: House) -> None:
    days = [FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=2), FRIDAY + timedelta(days=8)]
    delivery = billed(reckoning(house), *((day, "USD", Decimal(10)) for day in days))
    assert [(held.row, held.field, held.reason) for held in delivery.examples] == [
        (1, "BillingCurrency", "no rate for USD on 2026-11-19"),
        (3, "BillingCurrency", "no rate for USD on 2026-11-28"),
    ]
    assert cost(house) == {"total": Decimal("8.63856254319281272")}


def test_the_stamp_says_what_was_converted_and_only_of_money(house: House) -> None:
    billed(reckoning(house), (FRIDAY, "USD", Decimal(1)), (FRIDAY, "EUR", Decimal(2)))

    def told(*measures: Measure) -> tuple[str, ...]:
        return house.ledger.answer(Question(measures, NOVEMBER)).stamp.converted_from

    assert (told(Measure.COST), told(Measure.TOKENS)) == (("USD",), ())


def test_an_export_bills_in_the_currency_of_the_invoice_and_comes_back_as_the_identical_ledger(house: House) -> None:
    amounts = [Decimal("0.100000000000000001"), Decimal("0.2"), Decimal("7.7")]
    billed(reckoning(house), *((FRIDAY, "JPY", each) for each in amounts), (FRIDAY, "EUR", Decimal(3)))
    out = house.home / "out.csv"
    export(house.ledger.shelf, LedgerName.BILLED, NOVEMBER, Version.V1_2, out)
    with out.open(newline="") as rows:
        told = {row["BillingCurrency"]: Decimal(row["BilledCost"]) for row in csv.DictReader(rows)}
    assert told == {"JPY": sum(amounts), "EUR": Decimal(3)}
    (house.home / "fresh").mkdir()
    other = reckoning(House(house.home / "fresh"))
    assert other.publish(Focus().batch((out,)), strict=True).published
    assert cost(other, Dimension.ORIGINAL_CURRENCY) == cost(house, Dimension.ORIGINAL_CURRENCY)


CALL = {"id": "c1", "provider": "openai", "model": "gpt-4o", "at": "2026-11-20T10:00:00Z", "in": 1000, "spend": "4"}


def called(house: House, **other: object) -> Delivery:
    file = house.home / "calls.jsonl"
    file.write_text(json.dumps(CALL) + "\n" + json.dumps(CALL | other | {"id": "c2"}) + "\n")
    names = {"request_id": "id", "provider": "provider", "model": "model", "started_at": "at", "input_tokens": "in",
             "spend": "spend"}  # fmt: skip
    columns = {ours: Column((name,)) for ours, name in names.items()}
    return house.publish(Batch("gateway", Dataset.REQUESTS, Format.JSONL, (file,), columns, ("provider",),
                               ledger=LedgerName.METERED))  # fmt: skip


def test_what_a_gateway_says_in_dollars_is_converted_and_priced(house: House) -> None:
    assert called(reckoning(house)).notes == ()
    answer = house.ledger.answer(Question((Measure.COST, Measure.UNPRICED_TOKENS), NOVEMBER, ledger=LedgerName.METERED))
    assert abs(answer.total[Measure.COST] - Decimal(8) / Decimal("1.1576")) < Decimal("1e-16")
    assert (answer.total[Measure.UNPRICED_TOKENS], answer.stamp.converted_from) == (0, ("USD",))


def test_calls_of_a_day_without_a_rate_are_counted_and_said_to_be_unpriced(house: House) -> None:
    delivery = called(reckoning(house), at="2026-11-02T10:00:00Z")
    assert delivery.notes == ("1 AI request is unpriced: no rate for USD on 2026-11-02.",)
    asked = Question((Measure.TOKENS, Measure.UNPRICED_TOKENS), NOVEMBER, ledger=LedgerName.METERED)
    assert list(house.ledger.answer(asked).total.values()) == [2000, 1000]


def test_without_rates_the_setting_is_named(house: House) -> None:
    house.facts = replace(house.facts, currency="EUR")
    (note,) = called(house).notes
    assert note.startswith("2 AI requests are unpriced: prices are in USD, the reporting currency is EUR")
    assert "name a file of rates as `currency.rates`" in note


def test_a_rates_file_that_grew_is_read_again_and_a_broken_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("date,from,to,rate\n2026-11-20,USD,EUR,0.5\n")
    rates = RatesFile(file)
    later = FRIDAY + timedelta(days=9)
    assert (rates.rate("USD", "EUR", FRIDAY), rates.rate("USD", "EUR", later)) == (Decimal("0.5"), None)
    file.write_text(file.read_text() + "2026-11-29,USD,EUR,0.25\n")
    assert rates.rate("USD", "EUR", later) == Decimal("0.25")
    file.write_text("rates\n")
    with pytest.raises(BadConfig, match=r"currency\.rates: .*rates\.csv, line 1: expected"):
        rates.rate("USD", "EUR", FRIDAY)
    with pytest.raises(BadConfig, match="cannot be read"):
        RatesFile(tmp_path / "none.csv")
