"""Each word has one meaning, with or without its command; each is answered."""

import pytest

from bot.wiring import House
from finops.errors import Unclear
from finops.question import Measure
from finops.report import Figures
from finops.stamp import LedgerName
from tests.commands.test_ask import typed


def figures(company: House, words: str) -> Figures:
    found = typed(company, words).figures
    assert found
    return found


@pytest.mark.parametrize("words", ["cost billed by team", "ask cost billed by team", "cost by team on the bill"])
def test_billed_is_the_ledger_whatever_stands_before_it(company: House, words: str) -> None:
    asked = figures(company, words).question
    assert (asked.measures, asked.ledger) == ((Measure.COST,), LedgerName.BILLED)


@pytest.mark.parametrize("words", ["billed cost by team", "ask billed cost by team", "what were we billed by team"])
def test_billed_cost_is_a_figure_whatever_stands_before_it(company: House, words: str) -> None:
    asked = figures(company, words).question
    assert (asked.measures, asked.ledger) == ((Measure.BILLED_COST,), None)


def test_list_alone_might_mean_to_show(company: House) -> None:
    assert figures(company, "list cost by team").question.measures == (Measure.LIST_COST,)
    for words in ("cost list by team", "list spend by team"):
        with pytest.raises(Unclear, match="say list cost"):
            typed(company, words)


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("most expensive team last week", ["search"]),
        ("cheapest team last week", ["support"]),
        ("which team spent the least", ["support", "search"]),
        ("top two teams by cost last week", ["search", "support"]),
    ],
)
def test_superlatives_rank(company: House, words: str, rows: list[str]) -> None:
    assert [key["team"] for key, _ in figures(company, words).rows] == rows
