"""A delivery may speak for more feeds than a database compares at once; each of them is replaced."""

from datetime import date
from pathlib import Path

from finops.period import Period
from finops.question import Measure, Question
from sources.drivers import Drivers
from tests.storage.facts.conftest import House

FEEDS = 1_100


def test_more_feeds_than_fit_into_one_question_are_each_replaced(house: House, tmp_path: Path) -> None:
    file = tmp_path / "drivers.csv"
    for count in (1, 2):
        lines = [f"2026-11-01,app-{number},tickets,{count}\n" for number in range(FEEDS)]
        file.write_text("date,app,driver,count\n" + "".join(lines))
        delivery = house.publish(Drivers().batch((file,)))
        assert delivery.replaced == (0 if count == 1 else FEEDS)
        asked = Question((Measure.DRIVERS,), Period(date(2026, 11, 1), date(2026, 11, 2)))
        assert house.ledger.answer(asked).total[Measure.DRIVERS] == count * FEEDS
