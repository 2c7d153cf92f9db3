"""When a budget runs out, and how many days before the month does."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from commands.budget import budget
from finops.budgets.budget import Budget
from finops.desk import Ask
from finops.money import Money
from finops.people import Place
from finops.report import Report, Text
from tests.finops.fakes_ledger import ERIK, NOW, TODAY, RowLedger, Shelf, desk, fact


def stands(monthly: int, since: int = 1) -> Report:
    """The answer on a budget of which a hundred a day is spent, *since* that day of the month."""
    whole = desk([], Shelf(budgeted=(Budget("search", Money(Decimal(monthly))),)))
    days = (date(2026, 11, day) for day in range(since, TODAY.day))
    over = replace(whole, ledger=RowLedger([fact(day, 100, team="search") for day in days]))
    return budget.run(Ask(over, ERIK, Place("C1"), NOW), budget.arguments(team="search"))


def plain(text: Text) -> str:
    return "".join(f"{piece:%d %b}" if isinstance(piece, date) else str(piece) for piece in text)


@pytest.mark.parametrize(
    ("monthly", "said"),
    [
        (2600, "it runs out 27 Nov, 3 days early."),
        (2850, "it runs out 29 Nov, 1 day early."),
        (2950, "it runs out 30 Nov, the last day of the month."),
        (3000, "by the forecast it lasts."),
    ],
)
def test_days_are_counted_from_the_last_of_the_month(monthly: int, said: str) -> None:
    report = stands(monthly)
    assert plain(report.verdict).endswith(said)
    assert report.title == "Budget of search, to Mon 23 Nov"


def test_a_budget_of_days_too_few_for_a_forecast_is_told_at_its_pace() -> None:
    report = stands(1500, since=14)
    assert plain(report.verdict).endswith("at this pace it runs out 29 Nov, 1 day early.")
