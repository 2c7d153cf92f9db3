"""What drew on a commitment, and what nobody drew of one, is kept; a purchase never stands beside what it pays for."""

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from finops.kpis.commitment_utilisation import commitment_utilisation
from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from sources.focus import Focus
from tests.storage.facts.conftest import House
from tests.storage.facts.test_earlier_files import as_before

SAMPLE = Path(__file__).parents[2] / "fixtures" / "focus10_sample.csv"
YEARS = Period(date(2024, 1, 1), date(2027, 1, 1))
MEASURES = (Measure.COST, Measure.BILLED_COST, Measure.LIST_COST)
COLUMNS = ("EffectiveCost", "BilledCost", "ListCost")
USUAL = {"BillingCurrency": "USD", "BillingAccountId": "a1", "ProviderName": "Microsoft", "ServiceName": "Foundry",
         "ChargePeriodStart": "2026-10-05", "ChargeCategory": "Usage", "CommitmentDiscountStatus": ""}  # fmt: skip
BILL = [
    {"ChargeCategory": "Purchase", "BilledCost": "720", "EffectiveCost": "0", "CommitmentDiscountStatus": "Used"},
    {"BilledCost": "0", "EffectiveCost": "540.25", "CommitmentDiscountStatus": "Used"},
    {"BilledCost": "0", "EffectiveCost": "-0.25", "CommitmentDiscountStatus": "Used", "ChargeClass": "Correction"},
    {"BilledCost": "0", "EffectiveCost": "180", "CommitmentDiscountStatus": "UNUSED"},
    {"BilledCost": "30", "EffectiveCost": "30"},
    {"BilledCost": "7", "EffectiveCost": "7", "CommitmentDiscountStatus": "Pending"},
]


def written(file: Path, rows: list[dict[str, str]]) -> Path:
    with file.open("w", newline="") as out:
        sheet = csv.DictWriter(out, [*USUAL, "BilledCost", "EffectiveCost", "ListCost", "ChargeClass"])
        sheet.writeheader()
        sheet.writerows(USUAL | {"ListCost": row["EffectiveCost"]} | row for row in rows)
    return file


def by_commitment(house: House) -> dict[str, list[Decimal]]:
    asked = Question(MEASURES, YEARS, by=(Dimension.COMMITMENT,), ledger=LedgerName.BILLED)
    return {row.key[Dimension.COMMITMENT]: list(row.values.values()) for row in house.ledger.answer(asked).rows}


def utilisation(house: House) -> Decimal | None:
    costs = {name: values[0] for name, values in by_commitment(house).items()}
    return commitment_utilisation.of({name: costs.get(name, Decimal(0)) for name in ("used", "unused")})


def test_used_is_told_from_unused_and_a_purchase_is_neither(house: House, tmp_path: Path) -> None:
    house.publish(Focus().batch((written(tmp_path / "bill.csv", BILL),)))
    assert by_commitment(house) == {"used": [540, 0, Decimal("540.25") - Decimal("0.25")],
                                    "unused": [180, 0, 180], "": [37, 757, 37]}  # fmt: skip
    assert utilisation(house) == 75


def test_parquet_says_the_same(house: House, tmp_path: Path) -> None:
    file = tmp_path / "bill.parquet"
    with duckdb.connect() as db:
        rows = f"read_csv('{written(tmp_path / 'bill.csv', BILL)}', all_varchar = true)"
        db.execute(f"COPY (FROM {rows}) TO '{file}' (FORMAT parquet)")
    house.publish(Focus().batch((file,)))
    assert utilisation(house) == 75


def test_a_bill_without_the_column_has_no_commitment(house: House, tmp_path: Path) -> None:
    bare = tmp_path / "bare.csv"
    with written(tmp_path / "bill.csv", BILL).open() as rows, bare.open("w", newline="") as out:
        table = list(csv.DictReader(rows))
        sheet = csv.DictWriter(out, [name for name in table[0] if not name.startswith("Commitment")],
                               extrasaction="ignore")  # fmt: skip
        sheet.writeheader()
        sheet.writerows(table)
    house.publish(Focus().batch((bare,)))
    assert by_commitment(house) == {"": [757, 757, 757]}
    assert utilisation(house) is None


def test_files_of_an_earlier_version_say_nothing_of_commitments(house: House, tmp_path: Path) -> None:
    house.publish(Focus().batch((written(tmp_path / "bill.csv", BILL),)))
    as_before(house)
    assert by_commitment(House(house.home)) == {"": [757, 757, 757]}


def test_the_sample_of_the_foundation_comes_to_what_is_counted_by_hand(house: House) -> None:
    """Its savings plans are used, and cost nothing in it: no figure, and not 0 %."""
    told: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    with SAMPLE.open(newline="") as rows:
        for row in csv.DictReader(rows):
            said = {"Used": "used", "Unused": "unused"}.get(row["CommitmentDiscountStatus"], "")
            told[said] = [sum + Decimal(row[name]) for sum, name in zip(told[said], COLUMNS, strict=True)]
    house.publish(Focus().batch((SAMPLE,)))
    assert by_commitment(house) == told
    assert utilisation(house) is None


@pytest.mark.parametrize("by", [Dimension.PROVIDER, Dimension.SERVICE])
def test_it_cuts_beside_other_dimensions(house: House, tmp_path: Path, by: Dimension) -> None:
    house.publish(Focus().batch((written(tmp_path / "bill.csv", BILL),)))
    asked = Question((Measure.COST,), YEARS, by=(Dimension.COMMITMENT, by), ledger=LedgerName.BILLED)
    found = [(row.name, row.values[Measure.COST]) for row in house.ledger.answer(asked).rows]
    named = USUAL["ProviderName" if by is Dimension.PROVIDER else "ServiceName"]
    assert found == [(f"used · {named}", 540), (f"unused · {named}", 180), (f"no commitment · {named}", 37)]
