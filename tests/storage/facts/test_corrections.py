"""A correction takes tokens back as it takes cost back; nothing else may be below zero."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.batch import Delivery
from finops.focus import Version
from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from sources.focus import Focus
from storage.exporting import export
from tests.storage.facts.conftest import House

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
USED = (Measure.COST, Measure.TOKEN_COST, Measure.TOKENS)
HEAD = "ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,ChargeClass,BilledCost,\
EffectiveCost,BillingCurrency,ConsumedQuantity,ConsumedUnit,x_model,x_token_type\n"
BOUGHT = "2026-10-05,Acme,a1,Chat,Usage,,5,5,USD,100,Tokens,m-1,output\n"
TAKEN_BACK = "2026-10-05,Acme,a1,Chat,Usage,Correction,-5,-5,USD,-100,Tokens,m-1,output\n"
AGAIN = "2026-10-05,Acme,a1,Chat,Usage,Correction,4.5,4.5,USD,90,Tokens,m-1,output\n"


def taken(house: House, *rows: str) -> Delivery:
    file = house.home / "bill.csv"
    file.write_text(HEAD + "".join(rows))
    return house.publish(Focus().batch((file,)))


def used(house: House) -> tuple[Decimal, ...]:
    total = house.ledger.answer(Question(USED, OCTOBER, (Dimension.MODEL,), ledger=LedgerName.BILLED)).total
    return tuple(total[each] for each in USED)


def test_what_is_taken_back_and_billed_again_counts_once(house: House) -> None:
    assert taken(house, BOUGHT, TAKEN_BACK, AGAIN).quarantined == 0
    assert used(house) == (Decimal("4.5"), Decimal("4.5"), 90)


def test_what_is_below_zero_and_corrects_nothing_buys_no_tokens(house: House) -> None:
    taken(house, BOUGHT, TAKEN_BACK.replace("Correction", ""))
    assert used(house) == (0, 5, 100)


@pytest.mark.parametrize("version", Version)
def test_a_correction_is_the_same_after_a_way_out_and_in(house: House, tmp_path: Path, version: Version) -> None:
    taken(house, BOUGHT, TAKEN_BACK, AGAIN.replace("4.5", "1").replace("90", "20"))
    out, home = tmp_path / "out.csv", tmp_path / "fresh"
    export(house.ledger.shelf, LedgerName.BILLED, OCTOBER, version, out)
    home.mkdir()
    other = House(home)
    assert other.publish(Focus().batch((out,))).quarantined == 0
    assert used(other) == used(house) == (1, 1, 20)


def test_a_correction_of_tokens_alone_is_told_after_a_way_out_and_in(house: House, tmp_path: Path) -> None:
    taken(house, BOUGHT.replace("2026-10-05", "2026-10-04"), TAKEN_BACK)
    out, home = tmp_path / "out.csv", tmp_path / "fresh"
    export(house.ledger.shelf, LedgerName.BILLED, OCTOBER, Version.V1_2, out)
    home.mkdir()
    other = House(home)
    assert other.publish(Focus().batch((out,))).quarantined == 0
    assert used(other) == used(house) == (0, 0, 0)
