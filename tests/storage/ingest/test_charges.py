"""Charges are checked and summed in one pass, as if each row had been looked at by itself."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.normalise import Owners, Raw, labels
from finops.period import Period
from finops.question import Measure, Question
from sources.focus import Focus
from storage.ingest.charge_labels import METER
from storage.ingest.charges import Charges, quick, sure
from storage.staging import stage
from storage.workbench import workbench
from tests.storage.facts.conftest import House

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
HEAD = ("ChargePeriodStart", "ProviderName", "BillingAccountId", "SubAccountId", "ServiceName", "ServiceCategory",
        "ChargeCategory", "ChargeDescription", "ResourceId", "Tags", "BilledCost", "EffectiveCost", "ListCost",
        "BillingCurrency", "ConsumedQuantity", "ConsumedUnit", "x_model", "x_tokens")  # fmt: skip
PLAIN = {"ChargePeriodStart": "2026-11-05T00:00:00Z", "ProviderName": "OpenAI", "BillingAccountId": "a1",
         "ServiceName": "API", "ServiceCategory": "AI and Machine Learning", "ChargeCategory": "Usage",
         "BilledCost": "1", "EffectiveCost": "1", "BillingCurrency": "USD"}  # fmt: skip
OWNERS = Owners({"res-7": "search", "chat": "support", "sub-1": "data", "K": "keys"}, {"gpt5": "gpt-5"},
                paths={"*/prod/*": "operations", "res-*": "fallback"})  # fmt: skip


def bill(file: Path, *rows: dict[str, str]) -> Path:
    with file.open("w", newline="") as out:
        sheet = csv.DictWriter(out, HEAD)
        sheet.writeheader()
        sheet.writerows(PLAIN | row for row in rows)
    return file


def constant(columns: Sequence[str]) -> str:
    """A number that every text has."""
    return "1"


@pytest.mark.parametrize("text", ["1_000", "\t5", "5\t", "5\n", "1,5,5", "0x10", "1e", ".", "५", "1e25", "nan", "--1"])
@pytest.mark.parametrize("column", ["BilledCost", "ListCost", "x_tokens", "ConsumedQuantity"])
def test_a_text_that_is_no_number_holds_its_row_back_and_no_other(
    house: House, tmp_path: Path, text: str, column: str
) -> None:
    rows = [{}, {column: text}, {}]
    delivery = house.publish(Focus().batch((bill(tmp_path / "b.csv", *rows),)))
    assert (delivery.kept, delivery.quarantined) == (2, 1)
    assert (delivery.examples[0].row, delivery.examples[0].field) == (2, column)


@pytest.mark.parametrize(
    ("text", "amount"),
    [(" 5 ", "5"), ("\u00a05", "5"), ("$1,234.50", "1234.5"), ("-$7", "-7"), ("'-7", "-7"), ("+5.", "5"), (".5", "0.5"),
     ("1e-3", "0.001"), ("0.1000000000000000005", "0.100000000000000001")],
)  # fmt: skip
def test_an_odd_spelling_of_a_number_is_read_as_before(house: House, tmp_path: Path, text: str, amount: str) -> None:
    delivery = house.publish(Focus().batch((bill(tmp_path / "b.csv", {}, {"EffectiveCost": text}),)))
    assert (delivery.kept, delivery.quarantined) == (2, 0)
    assert house.ledger.answer(Question((Measure.COST,), NOVEMBER)).total[Measure.COST] == 1 + Decimal(amount)


def test_blanks_are_nothing_where_nothing_may_be_said(house: House, tmp_path: Path) -> None:
    delivery = house.publish(Focus().batch((bill(tmp_path / "b.csv", {"ListCost": " ", "x_tokens": "  "}),)))
    assert (delivery.kept, delivery.quarantined) == (1, 0)


@pytest.mark.parametrize("owners", [Owners(), OWNERS])
@pytest.mark.parametrize("digests", [(quick, sure), (constant, sure)])
def test_labels_joined_from_their_parts_are_those_of_each_row(tmp_path: Path, owners: Owners, digests: object) -> None:
    tags = ("", '{"team": "search"}', '{"key": "K", "app": "chat"}', '{"x": "sub-1"}', '["env:prod"]', "no json")
    rows = [{"ResourceId": place, "Tags": tag, "SubAccountId": sub, "x_model": model, "ServiceCategory": category}
            for place in ("", "res-7", "res-8", "a/prod/b") for tag in tags for sub in ("", "sub-1")
            for model, category in (("", "Compute"), ("gpt5", "AI and Machine Learning"))]  # fmt: skip
    batch = Focus().batch((bill(tmp_path / "b.csv", *rows),))
    with workbench(tmp_path) as db:
        found = stage(db, batch)
        there = frozenset().union(*found.called.values())
        charges = Charges(db, batch, there, owners, "USD", digests=digests)  # type: ignore[arg-type]
        assert charges.checked(10) == []
        charges.label()
        told = db.execute(
            "SELECT DISTINCT l.model, l.token_class, l.team, l.app, l.env, l.key, l.scope FROM labelled AS l"
        ).fetchall()
        texts = db.execute(
            f"SELECT {', '.join(f'coalesce({name}, chr(32))' for name in (*METER, 'tags', 'resource'))} FROM raw"
        ).fetchall()
    raws = [Raw(**{name: text.strip() for name, text in zip((*METER, "tags", "resource"), row, strict=True)})
            for row in texts]  # fmt: skip
    expected = {(found.model, found.token_class, found.team, found.app, found.env, found.key, str(found.scope))
                for found in (labels(raw, owners) for raw in raws)}  # fmt: skip
    assert {*told} == expected


def test_python_sees_each_tag_once_however_many_resources_there_are(house: House, tmp_path: Path) -> None:
    machine = {"ServiceCategory": "Compute", "ServiceName": "VM"}
    rows = [machine | {"ResourceId": f"r{n}", "Tags": f'{{"team": "t{n % 3}"}}'}
            for n in range(300)]  # fmt: skip
    batch = Focus().batch((bill(tmp_path / "b.csv", *rows),))
    with workbench(tmp_path) as db:
        found = stage(db, batch)
        charges = Charges(db, batch, frozenset().union(*found.called.values()), Owners(), "USD")
        charges.checked(10)
        charges.label()
        sizes = [db.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in ("meters", "tagged", "sums")]
    assert sizes == [1, 3, 3]
