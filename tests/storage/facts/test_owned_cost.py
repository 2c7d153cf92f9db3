"""The cost that names a team: exact to the digit, whatever it is cut by, whoever may see it."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from finops.kpis.allocation_coverage import allocation_coverage
from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.focus import Focus
from tests.storage.facts.conftest import House

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
ROWS = [("EC2", "search", "0.100000000000000001"), ("EC2", "", "0.2"), ("S3", "", "5"), ("S3", "support", "15")]


def bill(folder: Path) -> Path:
    with (folder / "bill.csv").open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(["ChargePeriodStart", "ProviderName", "BillingAccountId", "ServiceName", "ChargeCategory",
                        "BilledCost", "EffectiveCost", "BillingCurrency", "x_team"])  # fmt: skip
        sheet.writerows(["2026-11-05", "AWS", "1", service, "Usage", "1", cost, "USD", team]
                        for service, team, cost in ROWS)  # fmt: skip
    return folder / "bill.csv"


def test_coverage_is_the_share_of_cost_that_names_a_team(house: House, tmp_path: Path) -> None:
    house.publish(Focus().batch((bill(tmp_path),)))
    answer = house.ledger.answer(Question((Measure.OWNED_COST, Measure.COST), NOVEMBER, by=(Dimension.SERVICE,)))
    assert {row.name: row.values[Measure.OWNED_COST] for row in answer.rows} == {
        "S3": Decimal(15),
        "EC2": Decimal("0.100000000000000001"),
    }
    by_service = {row.name: allocation_coverage.of(row.values) for row in answer.rows}
    assert by_service["S3"] == 75
    narrowed = house.ledger.narrowed(("search",)).answer(Question((Measure.COST, Measure.OWNED_COST), NOVEMBER))
    assert allocation_coverage.of(narrowed.total) == 100


def test_a_month_without_cost_has_no_coverage(house: House) -> None:
    assert allocation_coverage.of(house.ledger.answer(Question(allocation_coverage.measures, NOVEMBER)).total) is None
