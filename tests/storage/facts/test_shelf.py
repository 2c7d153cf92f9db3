"""What is published is seen at once by those who have asked before, and nobody sees what is kept from them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from time import sleep

import pytest

from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.drivers import Drivers
from sources.requests import Requests
from tests.storage.facts.conftest import NOW, House

JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
SPENT = Question((Measure.COST,), JUNE, by=(Dimension.TEAM,))
HEADER = "request_id,ts_start,provider,model,team,input_tokens,output_tokens,spend_usd\n"


def log(file: Path, *rows: str) -> Path:
    file.write_text(HEADER + "\n".join(rows) + "\n")
    return file


def call(name: str, team: str, spend: str) -> str:
    return f"{name},2026-06-03T10:00:00Z,openai,gpt-5-nano,{team},0,0,{spend}"


def spent(house: House, *teams: str) -> dict[str, Decimal]:
    return {row.name: row.values[Measure.COST] for row in house.ledger.narrowed(teams).answer(SPENT).rows}


def test_a_new_delivery_is_seen_by_those_who_have_asked_before(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((log(tmp_path / "a.csv", call("1", "search", "1.5")),)))
    assert spent(house) == {"search": Decimal("1.5")}
    house.publish(Requests().batch((log(tmp_path / "a.csv", call("1", "search", "2.25")),)))
    assert spent(house) == {"search": Decimal("2.25")}


def test_an_answer_is_never_remembered_for_somebody_who_may_see_less(house: House, tmp_path: Path) -> None:
    rows = call("1", "search", "1.5"), call("2", "support", "4")
    house.publish(Requests().batch((log(tmp_path / "a.csv", *rows),)))
    assert spent(house) == {"support": Decimal(4), "search": Decimal("1.5")}
    assert spent(house, "search") == {"search": Decimal("1.5")}
    assert house.ledger.narrowed(("search",)).known().values[Dimension.TEAM] == ("search",)


def test_many_may_ask_at_once(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((log(tmp_path / "a.csv", call("1", "search", "1.5")),)))
    questions = [replace(SPENT, period=Period(date(2026, 5, day), JUNE.end)) for day in range(1, 31)]
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(house.ledger.answer, questions))
    assert {answer.total[Measure.COST] for answer in answers} == {Decimal("1.5")}


def test_drivers_alone_are_an_answer(house: House, tmp_path: Path) -> None:
    file = tmp_path / "drivers.csv"
    file.write_text("date,app,driver,count\n2026-06-03,support-chat,tickets,12\n")
    house.publish(Drivers().batch((file,)))
    answer = house.ledger.answer(Question((Measure.DRIVERS,), JUNE, by=(Dimension.APP,)))
    assert [(row.name, row.values[Measure.DRIVERS]) for row in answer.rows] == [("support-chat", Decimal(12))]


def test_what_was_read_again_without_a_change_is_fresh_and_stamped_as_it_was(house: House, tmp_path: Path) -> None:
    batch = Requests().batch((log(tmp_path / "a.csv", call("1", "search", "1.5")),))
    house.facts.publish(batch, NOW - timedelta(hours=5))
    house.facts.publish(batch, NOW)
    assert house.ledger.answer(SPENT).stamp.as_of == NOW - timedelta(hours=5)
    assert [feed.read_at for feed in house.ledger.freshness()] == [NOW]


def test_a_row_held_back_is_counted_once_however_many_feeds_its_source_has(house: House, tmp_path: Path) -> None:
    rows = call("1", "search", "1"), call("2", "search", "-1"), call("3", "search", "1").replace("openai", "anthropic")
    house.publish(Requests().batch((log(tmp_path / "a.csv", *rows),)))
    assert sorted(feed.quarantined for feed in house.ledger.freshness()) == [0, 1]


def test_of_many_who_ask_the_same_at_once_one_looks_and_the_others_wait_for_it(house: House) -> None:
    opened, looked, waiting = house.ledger.shelf.opened(), list[int](), Barrier(4)

    def look() -> str:
        looked.append(1)
        sleep(0.05)
        return "seen"

    def ask(_: int) -> str:
        waiting.wait()
        return opened.remembered("key", look)

    with ThreadPoolExecutor(4) as many:
        assert list(many.map(ask, range(4))) == ["seen"] * 4
    assert looked == [1]


def test_whoever_looks_in_vain_keeps_nobody_from_looking_again(house: House) -> None:
    opened = house.ledger.shelf.opened()
    with pytest.raises(ZeroDivisionError):
        opened.remembered("key", lambda: 1 // 0)
    assert opened.remembered("key", lambda: 2) == 2
