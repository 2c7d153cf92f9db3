"""A running sum beside its budget: the line and the budget, the forecast to the end of the month where there is one,
the day on which the money runs out, and running sums in the table and the sheet."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.charts import drawn
from bot.plain import plain
from bot.sheet import sheet
from commands.cost import cost
from finops.budgets.budget import Budget
from finops.command import Words
from finops.desk import Ask, Desk
from finops.money import Money
from finops.people import Audience, Place
from finops.report import Report, Table, Trend
from tests.finops.fakes_ledger import FIONA, NOW, TODAY, Fact, Shelf, desk, fact


def facts(days: int) -> Iterator[Fact]:
    """One hundred a day of search, twenty of support, fifty of a team without a budget; yesterday is the last day."""
    for ago in range(1, days + 1):
        for team, spent in (("search", 100), ("support", 20), ("ide", 50)):
            yield fact(TODAY - timedelta(days=ago), spent, team=team)


def company(limit: int, days: int = 120) -> Desk:
    budgets = (Budget("search", Money(Decimal(limit))), Budget("support", Money(Decimal(1000))))
    return desk(facts(days), Shelf(budgeted=budgets))


def told(over: Desk, words: str) -> Report:
    return cost.run(Ask(over, FIONA, Place("C1", "UTC", Audience.FINANCE), NOW), Words(words=words))


def chart(report: Report) -> Trend:
    (found,) = [part for part in report.parts if isinstance(part, Trend)]
    assert drawn(found, report.stamp).startswith(b"\x89PNG")
    return found


@pytest.mark.parametrize(
    ("limit", "says", "day"),
    [
        (2650, "will run out on Fri 27 Nov.", date(2026, 11, 27)),
        (1450, "ran out on Sun 15 Nov.", date(2026, 11, 15)),
        (4000, "will last.", None),
    ],
)
def test_it_goes_on_to_the_end_of_the_month_and_says_when_the_budget_runs_out(
    limit: int, says: str, day: date | None
) -> None:
    report = told(company(limit), "cumulative vs budget mtd team:search")
    shown = chart(report)
    past, ahead = shown.lines
    assert (len(shown.days), shown.limit) == (30, limit)
    assert (past.values[0], past.values[22], past.values[23]) == (100, 2300, None)
    assert (ahead.ahead, ahead.values[29]) == (True, 3000)
    assert len([edge for edge in shown.band if edge]) == 8
    assert [mark.day for mark in shown.marks] == ([day] if day else [])
    assert f"{says}" in plain(report, "UTC")


def test_all_budgets_are_held_against_what_their_teams_spend_and_no_others() -> None:
    shown = chart(told(company(2650), "cumulative vs budget mtd"))
    assert (shown.limit, shown.lines[0].values[22]) == (3650, 120 * 23)
    assert shown.about.endswith("teams with a budget")


def test_with_too_little_history_there_is_the_way_so_far_and_no_forecast() -> None:
    report = told(company(4000, days=5), "cumulative vs budget mtd team:search")
    shown = chart(report)
    (line,) = shown.lines
    assert (len(shown.days), len(line.values), line.values[22], line.values[23]) == (30, 30, 500, None)
    assert (shown.band, shown.title) == ((), "$500 so far, $3.50k within budget")
    assert "not enough history" in plain(report, "UTC")


@pytest.mark.parametrize(("words", "days", "limit"), [("2026-10", 31, 2650), ("from 1 nov to 10 nov", 10, 2650)])
def test_days_that_are_over_have_no_forecast(words: str, days: int, limit: int) -> None:
    report = told(company(2650), f"cumulative vs budget {words} team:search")
    shown = chart(report)
    assert (len(shown.days), len(shown.lines), shown.limit) == (days, 1, limit)
    assert ("ran out on Tue 27 Oct" if days == 31 else "lasted") in plain(report, "UTC")


@pytest.mark.parametrize("words", ["cumulative vs budget mtd by team", "cumulative by week vs budget mtd"])
def test_what_is_not_one_sum_by_day_is_drawn_as_without_a_budget(words: str) -> None:
    assert chart(told(company(2650), words)).limit is None


def test_the_table_and_the_sheet_say_what_it_came_to_so_far() -> None:
    report = told(company(2650), "cumulative 2026-11-01..2026-11-03 by team team:search,support")
    (table,) = [part for part in report.details if isinstance(part, Table)]
    assert table.columns == ("Day", "Team", "Cost", "So far")
    said = [tuple(cell[0].amount for cell in row[2:] if isinstance(cell[0], Money)) for row in table.rows]
    assert said == [(100, 300), (20, 60), (100, 200), (20, 40), (100, 100), (20, 20)]
    lines = (sheet(report) or "").splitlines()
    assert (lines[1], lines[-1]) == ("2026-11-01,search,100,USD", "2026-11-03,support,60,USD")


@pytest.mark.parametrize("words", ["cumulative vs budget mtd team:search", "vs budget mtd team:search"])
def test_the_sentence_the_chart_and_the_table_tell_the_cost_of_ai_that_budgets_count(words: str) -> None:
    clouds = (fact(TODAY - timedelta(days=ago), 900, team="search", scope="cloud") for ago in range(1, 121))
    budget = Shelf(budgeted=(Budget("search", Money(Decimal(2650))),))
    report = told(desk([*facts(120), *clouds], budget), words)
    lines = plain(report, "UTC").split("\n")
    assert lines[1].startswith("AI cost was $2.30k from 1 Nov to 23 Nov 2026.")
    assert any("$2.30k of $2.65k, 87 %" in line for line in lines)
    assert "AI cost" in report.title
    assert report.figures
    assert report.figures.total == 2300
    assert "scope:ai,saas" in {str(each) for each in report.figures.question.where}
