"""A home of the version before this one, which kept sums of AI requests and no rows: nothing is lost or doubled."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from finops.question import Dimension, Measure, Question
from sources.requests import Requests
from tests.storage.facts.conftest import House
from tests.storage.facts.test_earlier_files import earlier_requests
from tests.storage.facts.test_status import CALLS, NOVEMBER, by_status, written

ASKED = Question((Measure.COST, Measure.TOKENS, Measure.REQUESTS), NOVEMBER)
BEFORE = {Measure.COST: Decimal(10), Measure.TOKENS: Decimal(120), Measure.REQUESTS: Decimal(8)}
NEXT = "c100,2026-11-03T09:00:00Z,acme,m-1,10,5,,,7\n"


def test_the_same_log_again_is_refused_by_day_and_the_way_out_is_named(house: House, tmp_path: Path) -> None:
    earlier_requests(house)
    delivery = house.publish(Requests().batch((written(tmp_path, CALLS),)))
    assert (delivery.kept, delivery.quarantined, delivery.published) == (0, 8, False)
    assert any("--replace" in note and "8 rows of 2026-11-02" in note for note in delivery.notes)
    assert house.ledger.answer(ASKED).total == BEFORE


def test_other_days_of_a_file_are_kept_and_stand_beside_the_sums(house: House, tmp_path: Path) -> None:
    earlier_requests(house)
    log = written(tmp_path, CALLS)
    log.write_text(log.read_text() + NEXT)
    delivery = house.publish(Requests().batch((log,)))
    assert (delivery.kept, delivery.quarantined) == (1, 8)
    assert house.ledger.answer(ASKED).total == {Measure.COST: 17, Measure.TOKENS: 135, Measure.REQUESTS: 9}
    by_hour = replace(ASKED, by=(Dimension.HOUR,), zone="UTC")
    hours = {row.key[Dimension.HOUR]: row.values[Measure.COST] for row in house.ledger.answer(by_hour).rows}
    assert hours == {"09:00": 7, "10:00": 10}


def test_with_replace_rows_take_the_place_of_the_sums(house: House, tmp_path: Path) -> None:
    earlier_requests(house)
    said = by_status(house)
    log = Requests().batch((written(tmp_path, CALLS),))
    assert house.publish(replace(log, replace=True)).kept == 8
    assert house.ledger.answer(ASKED).total == BEFORE
    assert by_status(house) == said
    assert house.publish(log).changed == 0
    assert house.ledger.answer(ASKED).total == BEFORE
