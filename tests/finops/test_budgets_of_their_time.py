"""What was spent is held against the budgets of its months, as they were then."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from finops.budgets import in_force
from finops.budgets.approval import Applied, Approved, Change, Proposed, Seen
from finops.budgets.budget import Budget
from finops.budgets.spending import against_budgets, limit_of
from finops.desk import Ask
from finops.merits.asked import asked as of_kpi
from finops.money import Money
from finops.people import Audience, Member, Place
from finops.period import Period, month_of
from finops.question import Dimension, Filter, Measure, Question
from finops.report import Progress
from finops.telling import asked, told
from tests.finops.fakes_ledger import FIONA, NOW, Shelf, desk, fact

SEPTEMBER, OCTOBER, NOVEMBER = (month_of(date(2026, month, 1)) for month in (9, 10, 11))
PLACE = Place("C1", "UTC", Audience.FINANCE)


def usd(amount: int) -> Money:
    return Money(Decimal(amount))


def applied(number: int, old: int, new: int, at: datetime, before: int | None = None) -> Applied:
    """A change that was in force from *at* on."""
    proposed = Proposed(f"n{number}", Change("search", usd(old), usd(new), "more"), FIONA, at - timedelta(hours=2),
                        Seen(usd(old), usd(0), usd(0), at))  # fmt: skip
    return Applied(Approved(proposed, Member("U0RAJ"), at - timedelta(hours=1)), None, at, before and usd(before))


CHANGES = (
    applied(2, 2000, 3000, datetime(2026, 11, 1, tzinfo=UTC)),
    applied(1, 1000, 2000, datetime(2026, 10, 15, 12, tzinfo=UTC)),
)
(HELD,) = in_force.budgets([Budget("search", usd(1000))], CHANGES)
BUDGET = HELD.state


def bars(words: str) -> list[Progress]:
    over = desk([fact(date(2026, month, 5), 900, team="search") for month in (9, 10, 11)], Shelf(budgeted=(BUDGET,)))
    ask = Ask(over, FIONA, PLACE, NOW)
    return [part for part in told(ask, asked(ask, words, "cost")).parts if isinstance(part, Progress)]


def test_a_month_has_the_budget_that_was_in_force_when_it_ended() -> None:
    assert [BUDGET.of(month).amount for month in (SEPTEMBER, OCTOBER, NOVEMBER)] == [1000, 2000, 3000]
    assert BUDGET.amount == usd(3000)
    assert HELD.version == 2


def test_what_was_in_force_counts_and_not_what_the_request_named() -> None:
    (held,) = in_force.budgets([Budget("search", usd(1000))], [applied(1, 1000, 2000, NOW, before=1500)])
    assert held.state.of(OCTOBER) == usd(1500)


@pytest.mark.parametrize(
    ("words", "label", "limit"),
    [
        ("october vs budget", "search, budget of October 2026 as it was then", 2000),
        ("september vs budget", "search, budget of September 2026 as it was then", 1000),
        ("mtd vs budget", "search, budget of November 2026", 3000),
        ("qtd vs budget", "search, budget of 2 months as it was then", 5000),
        ("from 31 oct to 1 nov vs budget", "search, budget of 2 days as it was then", None),
    ],
)
def test_spending_is_held_against_the_budgets_of_the_time_that_is_asked(
    words: str, label: str, limit: int | None
) -> None:
    (bar,) = bars(words)
    assert bar.label == label
    assert bar.limit == (Decimal(limit) if limit else Decimal(2000) / 31 + Decimal(3000) / 30)


def test_the_limit_of_a_running_sum_and_the_kpi_are_those_of_its_months() -> None:
    over = desk([fact(date(2026, 10, 5), 900, team="search")], Shelf(budgeted=(BUDGET,)))
    limit = limit_of(over.budgets, (Filter(Dimension.TEAM, ("search",)),), Period(SEPTEMBER.start, NOVEMBER.end))
    assert limit
    assert limit.amount == 6000
    adherence = over.kpis["budget_adherence"]
    assert adherence.of(of_kpi(adherence, over, Question(adherence.measures, OCTOBER)).total) == Decimal(45)
    answer = over.ledger.answer(Question((Measure.COST,), OCTOBER, (Dimension.TEAM,)))
    (bar,) = against_budgets(over.budgets, over.ledger, answer)
    assert isinstance(bar, Progress)
    assert bar.used / bar.limit * 100 == 45
