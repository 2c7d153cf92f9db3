"""A source that says no more of days that had charges is believed the second time, or when a person says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.__main__ import main
from bot.doctor import findings
from finops.doubt import BELIEVED_AFTER
from finops.question import Measure
from finops.stamp import LedgerName
from storage.chain import verified
from tests.answering import Answering, answering
from tests.bot.test_collecting import START, Collecting

HOUR = timedelta(hours=1)
TENTH = date(2026, 11, 10)


@pytest.fixture(scope="module")
def server() -> Iterator[Answering]:
    with answering() as listening:
        yield listening


@pytest.fixture
def collecting(tmp_path: Path, server: Answering) -> Iterator[Collecting]:
    """Ten days at 1.25, known."""
    made = Collecting(tmp_path, server)
    made.charges("1.25", date(2026, 11, 1), TENTH)
    made.run(START)
    yield made
    made.house.engine.dispose()


def emptied(collecting: Collecting, *days: int) -> None:
    for day in days:
        del collecting.says.costs[date(2026, 11, day)]


def rows(collecting: Collecting, table: str) -> int:
    with collecting.house.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_an_empty_answer_takes_nothing_away_and_is_told_once(collecting: Collecting) -> None:
    before, entries = collecting.known(), verified(collecting.house.engine, collecting.house.key).entries
    collecting.says.costs.clear()
    for hours in (1, 2, 19):
        collecting.run(START + hours * HOUR)
    assert collecting.known() == before
    assert verified(collecting.house.engine, collecting.house.key).entries == entries
    assert [sentence.split(". ")[0] for sentence in collecting.told] == [
        "openai: 4 days of charges from 7 Nov to 10 Nov 2026 had 4 rows, now there are none",
        "openai: 4 days of requests from 7 Nov to 10 Nov 2026 had 4 rows, now there are none"]  # fmt: skip


def test_what_is_said_again_late_enough_is_believed(collecting: Collecting) -> None:
    collecting.says.costs.clear()
    collecting.run(START + HOUR)
    collecting.run(START + HOUR + BELIEVED_AFTER - timedelta(seconds=1))
    assert max(collecting.known()) == TENTH
    collecting.run(START + HOUR + BELIEVED_AFTER)
    assert max(collecting.known()) == date(2026, 11, 6)
    assert max(collecting.known(Measure.REQUESTS, LedgerName.METERED)) == date(2026, 11, 6)
    assert rows(collecting, "doubt") == 0


def test_figures_that_come_back_end_the_doubt_and_the_next_one_begins_anew(collecting: Collecting) -> None:
    known = dict(collecting.says.costs)
    for hours, costs in ((1, {}), (2, known), (21.5, {}), (22.5, {})):
        collecting.says.costs = dict(costs)
        collecting.run(START + hours * HOUR)
    assert max(collecting.known()) == TENTH
    assert len(collecting.told) == 4


def test_of_a_day_that_is_emptied_later_than_the_others_the_time_counts(collecting: Collecting) -> None:
    for hours, day in ((1, 9), (10, 8)):
        emptied(collecting, day)
        collecting.run(START + hours * HOUR)
    collecting.run(START + 22 * HOUR)
    assert {date(2026, 11, 8), date(2026, 11, 9)} <= set(collecting.known())
    collecting.run(START + 31 * HOUR)
    assert not {date(2026, 11, 8), date(2026, 11, 9)} & set(collecting.known())


def test_a_day_in_doubt_is_read_again_however_long_ago_it_settled(collecting: Collecting) -> None:
    emptied(collecting, 7)
    collecting.run(START + HOUR)
    collecting.charges("1.25", date(2026, 11, 11), date(2026, 11, 20))
    collecting.says.costs[date(2026, 11, 7)] = "1.25"
    asked = collecting.run(START + timedelta(days=10))
    assert asked[0].start == date(2026, 11, 7)
    assert rows(collecting, "doubt") == 0


def test_less_than_half_the_cost_is_doubted_and_more_is_not(collecting: Collecting) -> None:
    collecting.charges("0.63", date(2026, 11, 7), TENTH)
    collecting.run(START + HOUR)
    assert collecting.known()[TENTH] == Decimal("0.63")
    collecting.charges("0.31", date(2026, 11, 7), TENTH)
    collecting.run(START + 2 * HOUR)
    assert collecting.known()[TENTH] == Decimal("0.63")
    assert "had 4 rows, now there are 4, at less than half the cost" in collecting.told[0]


def test_days_that_many_deliveries_repeat_are_no_loss(collecting: Collecting) -> None:
    for hours, day in enumerate((10, 9, 8, 7), 1):
        collecting.charges("1.30", date(2026, 11, day), date(2026, 11, day))
        collecting.run(START + hours * HOUR)
    assert not collecting.told
    assert collecting.known()[date(2026, 11, 7)] == Decimal("1.30")


def test_a_credit_may_take_away_as_much_as_it_likes(collecting: Collecting) -> None:
    collecting.charges("-100", date(2026, 11, 9), date(2026, 11, 9))
    collecting.run(START + HOUR)
    assert collecting.known()[date(2026, 11, 9)] == -100


def test_a_doubted_run_is_no_reading_that_makes_a_day_complete(collecting: Collecting) -> None:
    collecting.says.costs.clear()
    collecting.run(START + timedelta(days=1))
    assert {feed.read_at for feed in collecting.house.ledger.freshness()} == {START}


def test_a_person_may_believe_at_once_and_everybody_sees_what_is_doubted(collecting: Collecting) -> None:
    emptied(collecting, 9)
    collecting.run(START + HOUR)
    assert any("one day of charges on Mon 9 Nov 2026 had 1 row" in said for well, said in findings(collecting.house)
               if not well)  # fmt: skip
    assert collecting.house.failures.doubts()[0].days.start == date(2026, 11, 9)
    collecting.jobs.collect("openai", believe=True)
    assert date(2026, 11, 9) not in collecting.known()
    assert not collecting.house.failures.doubts()


def test_a_doubt_that_could_not_be_told_is_told_by_the_next_run(collecting: Collecting) -> None:
    def silent(sentence: str) -> None:
        raise ZeroDivisionError("nobody hears")

    emptied(collecting, 9)
    tell, collecting.jobs = collecting.told.append, type(collecting.jobs)(
        collecting.house, collecting.jobs.sources, silent)  # fmt: skip
    collecting.run(START + HOUR)
    collecting.jobs = type(collecting.jobs)(collecting.house, collecting.jobs.sources, tell)
    for hours in (2, 3):
        collecting.run(START + hours * HOUR)
    assert [sentence.split(":")[0] for sentence in collecting.told] == ["openai", "openai"]


def test_only_a_named_source_is_believed(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--home", str(tmp_path), "collect", "--believe"])
    assert done.exit_code != 0
    assert "Name the source to believe" in done.output
