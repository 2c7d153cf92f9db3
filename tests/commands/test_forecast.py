"""`/finops forecast`: the verdict with band and budget, the chart ahead, each team's end; or why there is none."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.plain import plain
from commands.budget import BudgetArguments, budget
from commands.forecast import forecast
from finops.budgets.budget import Budget
from finops.command import Words
from finops.desk import Ask, Desk
from finops.errors import Unclear
from finops.money import Money
from finops.people import Audience, Place
from finops.report import Piece, Report, Table, Tone, Trend
from tests.finops.fakes_ledger import FIONA, NOW, TODAY, Fact, Shelf, desk, fact

BUDGETS = (Budget("search", Money(Decimal(2800))), Budget("support", Money(Decimal(1000))))


def facts() -> Iterator[Fact]:
    for ago in range(1, 120):
        day = TODAY - timedelta(days=ago)
        noise = Decimal(str(round(math.sin(ago * ago), 3)))
        yield fact(day, 100 + 20 * noise, team="search", model="m-1")
        yield fact(day, 20, team="support", model="m-2")
        yield fact(day, 7, model="m-2", scope="cloud")
    for ago in range(1, 6):
        yield fact(TODAY - timedelta(days=ago), 5, team="young", model="m-1")


@pytest.fixture(scope="module")
def company() -> Desk:
    return desk(facts(), Shelf(budgeted=BUDGETS))


def told(over: Desk, words: str = "") -> Report:
    return forecast.run(Ask(over, FIONA, Place("C1", "UTC", Audience.FINANCE), NOW), Words(words=words))


def verdict(report: Report) -> str:
    return "".join(each.short if isinstance(each, Money) else str(each) for each in report.verdict)


def rows(report: Report) -> dict[str, list[Piece | None]]:
    (table,) = [part for part in report.parts if isinstance(part, Table)]
    return {str(row[0][0]): [cell[0] if cell else None for cell in row] for row in table.rows}


def test_a_budget_runs_out_on_the_day_that_its_forecast_says(company: Desk) -> None:
    tight = desk(
        facts(), Shelf(budgeted=(Budget("search", Money(Decimal(2800))), Budget("support", Money(Decimal(520)))))
    )
    asked = Ask(tight, FIONA, Place("C1", "UTC", Audience.FINANCE), NOW)
    (table,) = [part for part in budget.run(asked, BudgetArguments()).parts if isinstance(part, Table)]
    column = table.columns.index("Runs out")
    said = {str(row[0][0]): row[column] for row in table.rows}
    forecast_said = rows(told(tight))
    assert said["support"][0] == forecast_said["support"][-1] == date(2026, 11, 27)
    assert said["search"][0] == forecast_said["search"][-1]


def test_the_verdict_says_the_end_its_band_and_how_far_that_is_from_all_budgets(company: Desk) -> None:
    report = told(company)
    said = verdict(report)
    assert said.startswith("November will end at about $3.56k")
    assert " (80 %: $3.5" in said
    assert said.endswith("within budget.")
    assert report.tone is Tone.PLAIN


def test_the_chart_goes_from_what_is_known_to_the_end_inside_its_band(company: Desk) -> None:
    (chart,) = [part for part in told(company).parts if isinstance(part, Trend)]
    past, ahead = chart.lines
    assert (len(chart.days), chart.limit) == (30, 3800)
    assert past.values[22] == ahead.values[22] is not None
    assert (past.values[23], ahead.values[21]) == (None, None)
    edges = [(edge, value) for edge, value in zip(chart.band, ahead.values, strict=True) if edge and value]
    assert all(low < value < high for (low, high), value in edges[1:])
    assert (len(edges), edges[0][0]) == (8, (past.values[22],) * 2)
    widths = [high - low for (low, high), _ in edges]
    assert widths == sorted(widths)


def test_each_team_has_its_own_end_and_the_day_its_budget_runs_out(company: Desk) -> None:
    found = rows(told(company))
    assert found["search"][5:] == [Money(Decimal(2800)), date(2026, 11, 29)]
    assert found["support"][1:3] == [Money(Decimal(460)), Money(Decimal(600))]
    assert found["support"][6] == "lasts"
    assert found["young"][2] == "needs 14 days, has 5"


def test_a_team_is_told_against_its_own_budget_and_no_other(company: Desk) -> None:
    report = told(company, "team:search")
    assert verdict(report).endswith("over budget.")
    assert report.tone is Tone.WARNING
    assert not [part for part in report.parts if isinstance(part, Table)]
    assert "budget" not in verdict(told(company, "model:m-1"))
    assert "budget" not in verdict(told(company, "-team:search"))


def test_a_quarter_has_the_budgets_of_three_months(company: Desk) -> None:
    report = told(company, "this quarter")
    (chart,) = [part for part in report.parts if isinstance(part, Trend)]
    assert (chart.days[0], chart.days[-1], chart.limit) == (date(2026, 10, 1), date(2026, 12, 31), 11400)
    assert verdict(report).startswith("Q4 will end at about $10.8k")


def test_models_are_forecast_too_and_other_scopes_only_where_they_are_named(company: Desk) -> None:
    assert set(rows(told(company, "by model month"))) == {"m-1", "m-2"}
    assert verdict(told(company, "scope:cloud")).startswith("November will end at about $210 (80 %: $210 to $210).")


def test_too_few_days_are_refused_with_the_day_to_ask_again(company: Desk) -> None:
    report = told(company, "team:young")
    assert verdict(report) == ("There is not enough history: 5 complete days of cost; a forecast needs 14. "
                               "Ask again on 2026-12-03.")  # fmt: skip
    assert report.private
    assert told(desk([])).private


@pytest.mark.parametrize(
    "words", ["last 30d", "2026-10", "month quarter", "vs previous", "top 3", "by team,model", "day", "billed", "serch",
              "by weekday", "weekday:Monday"]
)  # fmt: skip
def test_what_is_no_forecast_is_not_taken_for_one(company: Desk, words: str) -> None:
    with pytest.raises(Unclear):
        told(company, words)


def test_it_can_be_read_as_text_and_is_of_the_day_that_is_complete(company: Desk) -> None:
    said = plain(told(company), "UTC")
    assert "no data; forecasts are kept" in said
    late = replace(company.ledger, last_day=TODAY - timedelta(days=3))  # type: ignore[type-var]
    found = rows(told(replace(company, ledger=late)))
    assert found["support"][1:3] == [Money(Decimal(420)), Money(Decimal(600))]
