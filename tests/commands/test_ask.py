"""Questions in anybody's words are answered: with or without the word ask, beside budgets, and never with amounts
where none are shown."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.wiring import House
from finops.errors import NotAllowed, Unclear
from finops.people import Place
from finops.report import Progress, Report, Trend
from tests.commands.conftest import ERIK, FINANCE, FIONA, SECURITY


def typed(company: House, text: str, place: Place = FINANCE) -> Report:
    return company.asking().typed(text, ERIK, place)


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("ask how much did search spend last week", 2100),
        ("how much did search spend last week", 2100),
        ("search-app cost yesterday", 300),
        ("cost without support mtd", 6900),
        ("tokens of search and support yesterday", 2020),
        ("requests by team last 10 days", 20),
    ],
)
def test_a_sentence_is_answered_as_its_command_would_be(company: House, words: str, total: int) -> None:
    figures = typed(company, words).figures
    assert figures
    assert figures.total == Decimal(total)


def test_what_is_told_is_named(company: House) -> None:
    assert typed(company, "seats last week").title.startswith("Seats")


def test_a_cumulative_question_draws_what_was_spent_so_far(company: House) -> None:
    trend = next(part for part in typed(company, "running total of search spend last week").parts
                 if isinstance(part, Trend))  # fmt: skip
    assert [int(value or 0) for value in trend.lines[0].values] == [300 * day for day in range(1, 8)]


def test_spending_is_set_beside_the_budgets_of_the_teams_asked_about(company: House) -> None:
    def beside(words: str) -> dict[str, tuple[Decimal, Decimal]]:
        bars = [part for part in typed(company, words).parts if isinstance(part, Progress)]
        return {bar.label: (bar.used, bar.limit) for bar in bars}

    assert beside("cost this month vs budget") == {
        "search, budget of November 2026": (Decimal(6900), Decimal(4000)),
        "support, budget of November 2026": (Decimal(920), Decimal(4000)),
    }
    [(label, (used, limit))] = beside("search cost last week vs budget").items()
    assert (label, used, round(limit, 2)) == ("search, budget of 7 days", Decimal(2100), Decimal("933.33"))
    with pytest.raises(Unclear, match="whole teams"):
        beside("gpt-5-nano cost mtd vs budget")


@pytest.mark.parametrize("words", ["how much did search spend", "ask cost per million tokens by model", "ask spend"])
def test_no_words_get_amounts_where_none_are_shown(company: House, words: str) -> None:
    with pytest.raises(NotAllowed, match="Amounts are not shown"):
        typed(company, words, SECURITY)
    assert typed(company, "how many tokens did search use", SECURITY).figures


@pytest.mark.parametrize(
    ("words", "says", "example"),
    [
        ("how much did serch spend", "Did you mean team:search?", "ask how much did team:search spend"),
        ("cost for team:serch", "Nothing was spent by team:serch from 25 Oct to 23 Nov 2026. Did you mean search?",
         "cost for team:search"),
        ("cost in euros", "told in USD", "cost by model last 30d"),
        ("cots by team", "Did you mean cost?", "cost by team"),
        ("tokens cost by team", "two figures", "ask cost last 30d"),
        ("ask", "What shall I tell", "cost by model last 30d"),
    ],
)  # fmt: skip
def test_what_is_in_doubt_is_asked_with_an_example_that_works(
    company: House, words: str, says: str, example: str
) -> None:
    with pytest.raises(Unclear, match=says.replace("?", r"\?")) as told:
        typed(company, words)
    assert told.value.example == example
    assert typed(company, example).title


def test_tokens_per_ticket_are_all_tokens_by_the_tickets_only(house: House) -> None:
    for driver, count in (("tickets", 100), ("orders", 7)):
        house.asking().typed(f"driver add {driver} {count} 2026-11-23 team:support", FIONA, FINANCE)
    figures = typed(house, "tokens per ticket for support yesterday").figures
    assert figures
    assert figures.total == Decimal("10.1")


def test_hours_are_those_of_the_channel_in_which_they_are_asked_for(company: House) -> None:
    asked = typed(company, "when do we spend most", replace(FINANCE, zone="Asia/Tokyo"))
    assert asked.figures
    assert asked.figures.question.zone == "Asia/Tokyo"
    drawn = typed(company, "requests by hour", replace(FINANCE, zone="Asia/Tokyo")).figures
    assert drawn
    assert {key["hour"] for key, _ in drawn.rows} == {"19:00"}
