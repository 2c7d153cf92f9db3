"""The bench from a slash command to its chart, over little: what it counts is there, and the company is made once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.answering import APART, KINDS, tables
from bench.measured import Table
from bench.workspace import Call, Heard, _answered
from bench.years import company
from bot.wiring import now
from finops.period import Period
from finops.question import Dimension, Measure, Question

ONE, BUDGET = "by one dimension", "budget"
HEARD = Heard(10.0, 10.1, (Call("files.getUploadURLExternal", 10.3), Call("files.completeUploadExternal", 10.4),
              Call("files.info", 10.5), Call("files.info", 10.6), Call("chat.postMessage", 10.7)))  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[Table]:
    kinds = {ONE: KINDS[ONE][:1], BUDGET: KINDS[BUDGET][1:2], APART: KINDS[APART][:1]}
    return list(tables(company(tmp_path_factory.mktemp("home"), now, days=40, teams=3, models=2), kinds))


def test_every_stage_of_a_command_is_counted_in_its_order(measured: list[Table]) -> None:
    _, stages, *_ = measured
    assert "2 commands, 1 with a chart" in stages.title
    charted = {row.name: row.seconds for row in stages.rows if row.name.startswith("chart")}
    assert [len(seconds) for seconds in charted.values()] == [1, 1, 1, 1]
    assert sorted(charted.values()) == list(charted.values())


def test_every_kind_has_its_text_and_a_chart_where_one_is_drawn(measured: list[Table]) -> None:
    names = [row.name for row in measured[2].rows]
    assert names == [f"{ONE}: text", f"{ONE}: chart", f"{BUDGET}: text", f"{APART}: text", f"{APART}: chart"]


def test_what_is_spent_in_the_bot_is_told_for_each_question_of_cost(measured: list[Table]) -> None:
    assert {row.name: len(row.seconds) for row in measured[4].rows} == dict.fromkeys(
        ("understood", "asked the ledger", "said as a report", "rendered", "drawn"), 2
    )


def test_each_kind_is_reckoned_without_slack_too(measured: list[Table]) -> None:
    counts = [(row.name, len(row.seconds)) for row in measured[3].rows]
    assert counts == [("what is known", 1), (ONE, 1), (BUDGET, 1), (APART, 1)]


def test_a_chart_with_the_text_is_in_place_with_it_and_one_that_follows_is_later() -> None:
    after = Heard(10.0, 10.1, (Call("chat.postMessage", 10.2), *HEARD.calls[:-1], Call("chat.update", 10.9)))
    assert (HEARD.said, HEARD.uploads, HEARD.uploaded, HEARD.known, HEARD.charted) == (10.7, 10.3, 10.4, 10.6, 10.7)
    assert (after.said, after.uploads, after.uploaded, after.known, after.charted) == (10.2, 10.3, 10.4, 10.6, 10.9)


def test_the_figures_that_follow_as_a_file_are_no_chart() -> None:
    alone = Heard(10.0, 10.1, (Call("chat.postMessage", 10.2), *HEARD.calls[:2]))
    assert (alone.said, alone.uploads, alone.charted) == (10.2, None, None)


def test_an_answer_has_not_ended_while_slack_has_looked_at_a_chart_that_is_not_in_place() -> None:
    words, looked = ["chat.postMessage"], ["chat.postMessage", "files.completeUploadExternal", "files.info"]
    assert [_answered(each) for each in ([], words, looked)] == [False, True, False]
    assert _answered([*looked, "chat.update"])
    assert _answered([*looked, "chat.update", "files.completeUploadExternal"])


def test_the_company_is_made_once_and_grows_by_the_days_that_went_by(tmp_path: Path) -> None:
    first = datetime(2026, 11, 3, 8, tzinfo=UTC)
    made = {file.name for file in company(tmp_path, lambda: first, 40, 3, 2).facts.folder.glob("*.parquet")}
    again = company(tmp_path, lambda: first, 40, 3, 2)
    assert {file.name for file in again.facts.folder.glob("*.parquet")} == made
    later = company(tmp_path, lambda: first + timedelta(days=2), 40, 3, 2)
    assert len({file.name for file in later.facts.folder.glob("*.parquet")} - made) == 1
    days = later.ledger.known().days
    assert days == Period(first.date() - timedelta(days=40), first.date() + timedelta(days=2))
    rows = later.ledger.answer(Question((Measure.TOKENS,), days, by=(Dimension.TEAM, Dimension.MODEL))).rows
    assert len(rows) == 3 * 2
    assert all(row.values[Measure.TOKENS] > 42 * 1000 for row in rows)
