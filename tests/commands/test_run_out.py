"""The run-out date as a KPI: the same day as the budget's card, as days left, by team; no amounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.plain import plain
from bot.settings import BudgetSettings, Settings
from bot.wiring import House, built
from finops.budgets.budget import Standing
from finops.errors import Unclear
from finops.forecasting.foreseen import foreseen
from finops.report import Report, Table, Tone
from sources.focus import Focus
from tests.commands.conftest import ERIK, FINANCE, NOW, SECURITY

CHARGES = """ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,\
EffectiveCost,BillingCurrency,Tags
{}
"""
DAILY, MONTHLY = {"search": 10, "support": 10, "growth": 10, "ops": 10}, {"search": 255, "support": 900, "growth": 100,
                                                                         "ops": 295}  # fmt: skip
TODAY = NOW.date()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Four teams that spend 10 a day each, for sixty days: one budget is spent, two run out, one lasts."""
    folder = tmp_path_factory.mktemp("out")
    budgets = {team: BudgetSettings(monthly=Decimal(amount)) for team, amount in MONTHLY.items()}
    made = built(Settings(home=folder / "home", budgets=budgets), lambda: NOW)
    lines = [f'{TODAY - timedelta(days=back)},OpenAI,org,GPT,AI and Machine Learning,Usage,{cost},{cost},USD,'
             f'"{{""team"": ""{team}""}}"' for back in range(1, 61) for team, cost in DAILY.items()]  # fmt: skip
    (folder / "charges.csv").write_text(CHARGES.format("\n".join(lines)))
    made.facts.publish(Focus().batch((folder / "charges.csv",)), NOW)
    yield made
    made.engine.dispose()


def told(house: House, words: str = "") -> Report:
    return house.asking().typed(f"kpi run_out_date {words}", ERIK, FINANCE)


def left(report: Report) -> dict[str, Decimal | None]:
    assert report.figures is not None
    return {row["team"]: value for row, value in report.figures.rows}


def by_hand(team: str) -> int | None:
    """Ten a day, 23 days of November known: the day on which the sum first exceeds the budget."""
    spent = 23 * DAILY[team]
    if spent >= MONTHLY[team]:
        return 0
    days = (MONTHLY[team] - spent) // DAILY[team]
    day = date(2026, 11, 24) + timedelta(days=days)
    return (day - TODAY).days if day.month == 11 else None


def test_days_left_are_those_of_a_plain_count(house: House) -> None:
    assert left(told(house)) == {team: by_hand(team) for team in DAILY} == {
        "growth": 0, "search": 2, "ops": 6, "support": None}  # fmt: skip
    assert told(house).figures.unit == "days"
    assert told(house, "team:search").figures.total == 2


def test_the_date_is_that_of_the_budget_itself(house: House) -> None:
    desk = house.desk()
    stands: list[Standing] = foreseen([each.state for each in desk.budgets.budgets()], desk.ledger, desk.reach(NOW))
    dates = {each.budget.team: each.runs_out for each in stands}
    (table,) = (part for part in told(house).parts if isinstance(part, Table))
    assert {str(row[0][0]): row[1][0] for row in table.rows} == {
        "growth": "spent", "search": dates["search"], "ops": dates["ops"], "support": "lasts"}  # fmt: skip
    assert dates["search"] == date(2026, 11, 26)


def test_it_is_said_in_words_the_first_budget_first(house: House) -> None:
    every = plain(told(house), "UTC")
    assert "The budget of growth is spent; 2 more run out this month." in every
    assert told(house).tone is Tone.WARNING
    one = plain(told(house, "team:search"), "UTC")
    assert "The budget of search runs out Thu 26 Nov, 4 days early: 2 days left." in one
    assert "runs out Mon 30 Nov, the last day of the month: 6 days left" in plain(told(house, "team:ops"), "UTC")
    assert "The budget lasts the month." in plain(told(house, "team:support"), "UTC")
    assert told(house, "team:support").tone is Tone.GOOD


def test_it_has_no_amounts_and_may_be_told_everywhere(house: House) -> None:
    said = plain(house.asking().typed("kpi run out date by team", ERIK, SECURITY), "UTC")
    assert "growth" in said
    assert "$" not in said


@pytest.mark.parametrize("words", ["by model", "by day", "2026-10", "vs previous", "last 7d", "top 3", "model:gpt*"])
def test_all_else_is_refused_with_an_example_that_works(house: House, words: str) -> None:
    with pytest.raises(Unclear) as refused:
        told(house, words)
    assert house.asking().typed("kpi run_out_date by team", ERIK, FINANCE).figures
    assert refused.value.example


@pytest.mark.parametrize("words", ["by team", "mtd", "this month", "of support and search", "-team:search"])
def test_teams_and_this_month_are_understood(house: House, words: str) -> None:
    kept = {"of support and search": {"support", "search"}, "-team:search": set(DAILY) - {"search"}}
    assert set(left(told(house, words))) == kept.get(words, set(DAILY))
