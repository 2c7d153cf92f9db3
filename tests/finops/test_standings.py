"""How budgets stand: of many it is asked at once, and each is what it would be alone, to the last digit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from finops.budgets.budget import Budget, standings
from finops.digest import composed
from finops.money import Money
from finops.people import Audience
from finops.period import Period
from finops.question import Answer, Dimension, Measure, Question
from finops.reach import reach
from tests.finops.fakes_ledger import NOW, TODAY, Fact, RowLedger, Shelf, desk, fact

EXACT = "12345678901.000000000000000001"
TEAMS = ("search", "Support", "lab", "nobody", "ide*")


def facts() -> list[Fact]:
    costs = {"search": 11, "support": "2.5", "SUPPORT": "0.5", "lab": 7, "ide-assist": 1, "ide": 2, "other": 99}
    days = Period(date(2026, 10, 1), TODAY)
    return [fact(day, cost, team=team) for day in days for team, cost in costs.items()]


def budgets() -> list[Budget]:
    return [Budget(team, Money(Decimal(100))) for team in TEAMS]


def test_many_budgets_stand_as_each_would_alone_whatever_the_case_of_their_teams() -> None:
    ledger = RowLedger(facts())
    found = standings(budgets(), ledger, reach(ledger, TODAY))
    alone = [standings([each], ledger, reach(ledger, TODAY))[0] for each in budgets()]
    assert [(each.budget, each.spent, each.daily) for each in found] == [(a.budget, a.spent, a.daily) for a in alone]
    days = (TODAY - date(2026, 11, 1)).days
    assert [each.spent.amount for each in found] == [days * cost for cost in (11, 3, 7, 0, 3)]


class Wide(RowLedger):
    """Says of everything that it cost more digits than Decimal keeps by itself."""

    def answer(self, question: Question) -> Answer:
        found = super().answer(question)
        return replace(found, rows=tuple(replace(each, values={Measure.COST: Decimal(EXACT)}) for each in found.rows))


def test_what_was_spent_loses_no_digit() -> None:
    ledger = Wide(facts())
    (found,) = standings(budgets()[:1], ledger, reach(ledger, TODAY))
    assert str(found.spent.amount) == EXACT


def test_of_any_number_of_budgets_the_ledger_is_asked_twice() -> None:
    ledger = RowLedger(facts())
    standings(budgets(), ledger, reach(ledger, TODAY))
    assert len(ledger.asked) == 2
    assert standings([], ledger, reach(ledger, TODAY)) == []
    assert len(ledger.asked) == 2


def test_a_digest_reckons_once_how_the_budgets_stand() -> None:
    whole = desk(facts(), Shelf(budgeted=tuple(budgets())))
    composed(Audience.FINANCE, whole, NOW)
    asked = [each for each in whole.ledger.asked if _of_teams(each)]  # type: ignore[attr-defined]
    assert len(asked) == 3  # the month, the last week, and what the forecast rests on


def _of_teams(asked: object) -> bool:
    return any(each.dimension is Dimension.TEAM for each in asked.where)  # type: ignore[attr-defined]
