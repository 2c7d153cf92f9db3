"""FOCUS files become charges whose sums are those of the file; what is wrong is refused or held back, by name."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.errors import BadFile
from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.focus import Focus
from tests.storage.facts.conftest import House

SAMPLE = Path(__file__).parents[2] / "fixtures" / "focus10_sample.csv"
SEPTEMBER = Period(date(2024, 9, 1), date(2024, 10, 1))
COST = Question((Measure.COST, Measure.BILLED_COST, Measure.LIST_COST), SEPTEMBER, by=(Dimension.PROVIDER,))


def rows() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(file: Path, changed: Callable[[list[dict[str, str]]], None]) -> Path:
    """A copy of the sample with something changed."""
    every = rows()
    changed(every)
    with file.open("w", newline="") as out:
        sheet = csv.DictWriter(out, list(every[0]))
        sheet.writeheader()
        sheet.writerows(every)
    return file


def test_the_totals_of_each_provider_are_those_of_a_plain_sum(house: House) -> None:
    delivery = house.publish(Focus().batch((SAMPLE,)))
    assert (delivery.read, delivery.kept, delivery.quarantined) == (len(rows()), len(rows()), 0)
    plain: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for row in rows():
        costs = [Decimal(row[name]) for name in ("EffectiveCost", "BilledCost", "ListCost")]
        plain[row["ProviderName"]] = [a + b for a, b in zip(plain[row["ProviderName"]], costs, strict=True)]
    answer = house.ledger.answer(COST)
    assert {row.name: list(row.values.values()) for row in answer.rows} == plain


def test_the_same_file_twice_changes_nothing(house: House) -> None:
    house.publish(Focus().batch((SAMPLE,)))
    before = house.ledger.answer(COST)
    delivery = house.publish(Focus().batch((SAMPLE,)))
    assert delivery.changes.unchanged.rows == delivery.kept
    assert house.ledger.answer(COST).rows == before.rows


def test_a_packed_file_is_the_same_file(house: House, tmp_path: Path) -> None:
    packed = tmp_path / "sample.csv.gz"
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    assert house.publish(Focus().batch((packed,))).kept == len(rows())


def test_a_restatement_replaces_its_days(house: House, tmp_path: Path) -> None:
    house.publish(Focus().batch((SAMPLE,)))

    def dearer(every: list[dict[str, str]]) -> None:
        for row in every:
            row["EffectiveCost"] = "1.5"

    house.publish(Focus().batch((written(tmp_path / "again.csv", dearer),)))
    assert house.ledger.answer(COST).total[Measure.COST] == Decimal("1.5") * len(rows())


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("BilledCost", "twelve", "“twelve” is not a number that can be kept"),
        ("EffectiveCost", "1e30", "“1e30” is not a number that can be kept"),
        ("EffectiveCost", "NaN", "“NaN” is not a number that can be kept"),
        ("BilledCost", "NULL", "is empty"),
        ("ChargePeriodStart", "yesterday", "“yesterday” is no date"),
        ("BillingCurrency", "EUR", "“EUR” is not the reporting currency USD; name a file of rates as `currency.rates`"),
    ],
)
def test_a_malformed_row_is_held_back_by_name(
    house: House, tmp_path: Path, field: str, value: str, reason: str
) -> None:
    def spoil(every: list[dict[str, str]]) -> None:
        every[6][field] = value

    file = written(tmp_path / "spoilt.csv", spoil)
    delivery = house.publish(Focus().batch((file,)))
    assert (delivery.kept, delivery.quarantined) == (len(rows()) - 1, 1)
    held = delivery.examples[0]
    assert (held.file, held.row, held.field, held.reason) == ("spoilt.csv", 7, field, reason)


def test_strict_publishes_nothing_if_a_row_would_be_held_back(house: House, tmp_path: Path) -> None:
    def spoil(every: list[dict[str, str]]) -> None:
        every[0]["BilledCost"] = "x"

    delivery = house.publish(Focus().batch((written(tmp_path / "x.csv", spoil),)), strict=True)
    assert (delivery.published, delivery.quarantined) == (False, 1)
    assert house.ledger.answer(COST).rows == ()


def test_negative_billed_cost_is_lawful(house: House, tmp_path: Path) -> None:
    def credit(every: list[dict[str, str]]) -> None:
        every[0]["BilledCost"] = "-100"

    assert house.publish(Focus().batch((written(tmp_path / "credit.csv", credit),))).quarantined == 0


def test_unknown_columns_are_ignored_and_counted(house: House) -> None:
    assert "AvailabilityZone" in house.publish(Focus().batch((SAMPLE,))).ignored_columns


def test_a_missing_mandatory_column_refuses_the_file(house: House, tmp_path: Path) -> None:
    def without(every: list[dict[str, str]]) -> None:
        for row in every:
            del row["EffectiveCost"]

    file = written(tmp_path / "short.csv", without)
    with pytest.raises(BadFile, match=r"short\.csv: the mandatory column EffectiveCost is missing"):
        house.publish(Focus().batch((file,)))


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9, 0.98])
def test_a_file_cut_in_the_middle_is_refused_whole(house: House, tmp_path: Path, share: float) -> None:
    content = SAMPLE.read_bytes()
    cut = tmp_path / "cut.csv"
    cut.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BadFile, match="cut off"):
        house.publish(Focus().batch((SAMPLE, cut)))
    assert house.ledger.answer(COST).rows == ()


def test_a_cut_packed_file_is_refused(house: House, tmp_path: Path) -> None:
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(SAMPLE.read_bytes())[:-200])
    with pytest.raises(BadFile, match="cut off"):
        house.publish(Focus().batch((cut,)))


@pytest.mark.parametrize(("content", "said"), [(b"", "is empty"), (b"\xff\xfe\x00", "UTF-8"), (b"a,A\n1,2\n", "twice")])
def test_what_is_no_table_is_refused(house: House, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    with pytest.raises(BadFile, match=said):
        house.publish(Focus().batch((file,)))


def test_what_is_not_there_is_said_so(house: House, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="is not there"):
        house.publish(Focus().batch((tmp_path / "none.csv",)))
