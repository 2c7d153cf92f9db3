"""Figures by weekday are what a plain count over the same lines gives, drivers too."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from finops.period import Period
from finops.question import WEEKDAYS, Dimension, Filter, Measure, Question
from sources.drivers import Drivers
from sources.focus import Focus
from storage.questions import sql, summed
from tests.storage.facts.conftest import House

PERIOD = Period(date(2026, 10, 1), date(2026, 10, 31))
BY = (Dimension.WEEKDAY,)
LINES = [(day, team, Decimal(number * number) / 7 // Decimal("0.001"))
         for number, day in enumerate(PERIOD) for team in ("search", "support") if number % 5]  # fmt: skip


def bill(folder: Path) -> Path:
    with (folder / "bill.csv").open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(["ChargePeriodStart", "ProviderName", "BillingAccountId", "ServiceName", "ChargeCategory",
                        "BilledCost", "EffectiveCost", "BillingCurrency", "x_team"])  # fmt: skip
        sheet.writerows([day, "AWS", "1", "EC2", "Usage", "1", cost, "USD", team] for day, team, cost in LINES)
    return folder / "bill.csv"


def counted(*teams: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for day, team, cost in LINES:
        if team in teams:
            sums[f"{day:%A}"] += cost
    return dict(sums)


def test_costs_by_weekday_are_what_a_plain_count_gives(house: House, tmp_path: Path) -> None:
    house.publish(Focus().batch((bill(tmp_path),)))
    answer = house.ledger.answer(Question((Measure.COST,), PERIOD, by=BY))
    assert {row.name: row.values[Measure.COST] for row in answer.rows} == counted("search", "support")
    mine = house.ledger.narrowed(("search",)).answer(Question((Measure.COST,), PERIOD, by=(*BY, Dimension.TEAM)))
    assert {row.key[Dimension.WEEKDAY]: row.values[Measure.COST] for row in mine.rows} == counted("search")


def test_drivers_are_counted_by_weekday_and_not_repeated(house: House, tmp_path: Path) -> None:
    house.publish(Focus().batch((bill(tmp_path),)))
    (tmp_path / "drivers.csv").write_text(
        "date,app,driver,count\n2026-10-05,chat,tickets,12\n2026-10-12,chat,tickets,3\n2026-10-06,chat,tickets,40\n"
    )
    house.publish(Drivers().batch((tmp_path / "drivers.csv",)))
    answer = house.ledger.answer(Question((Measure.COST, Measure.DRIVERS), PERIOD, by=BY))
    found = {row.name: row.values[Measure.DRIVERS] for row in answer.rows if row.values[Measure.DRIVERS]}
    assert found == {"Monday": Decimal(15), "Tuesday": Decimal(40)}


def test_a_weekday_can_be_left_out_and_asked_for(house: House, tmp_path: Path) -> None:
    house.publish(Focus().batch((bill(tmp_path),)))
    weekend = Filter(Dimension.WEEKDAY, ("Saturday", "Sunday"))
    inside = house.ledger.answer(Question((Measure.COST,), PERIOD, where=(weekend,))).total[Measure.COST]
    rest = Filter(Dimension.WEEKDAY, weekend.values, negated=True)
    outside = house.ledger.answer(Question((Measure.COST,), PERIOD, where=(rest,))).total[Measure.COST]
    expected = counted("search", "support")
    assert inside == expected["Saturday"] + expected["Sunday"]
    assert inside + outside == sum(expected.values())


def test_all_seven_weekdays_can_be_named(house: House, tmp_path: Path) -> None:
    house.publish(Focus().batch((bill(tmp_path),)))
    assert house.ledger.known().values[Dimension.WEEKDAY] == WEEKDAYS
    assert [f"{date(2026, 11, 23) + timedelta(days=n):%A}" for n in range(7)] == [*WEEKDAYS]


@pytest.mark.parametrize("engine", ["pyspark", "trino", "bigquery", "snowflake", "clickhouse"])
def test_weekdays_can_be_asked_of_other_engines(engine: str) -> None:
    asked = Question((Measure.COST,), PERIOD, by=BY, where=(Filter(Dimension.WEEKDAY, ("Sun*",)),))
    assert "Wednesday" in sql(summed(asked, [Measure.COST]), engine)
