"""Words become the question they mean, or one sentence with an example that works."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops.ask import question
from finops.errors import Unclear
from finops.period import Period, month_of
from finops.question import Dimension, Filter, Grain, Known, Measure, Question
from finops.stamp import LedgerName

TODAY = date(2026, 11, 24)
KNOWN = Known({Dimension.TEAM: ("search", "support"), Dimension.MODEL: ("gpt-4.1", "claude-sonnet-4-5")})


def asked(words: str) -> Question:
    return question(words, (Measure.COST,), KNOWN, TODAY, example="cost by model last 30d")


def test_the_whole_grammar() -> None:
    assert asked("by model last 30d team:search vs previous") == Question(
        (Measure.COST,),
        Period(date(2026, 10, 25), TODAY),
        by=(Dimension.MODEL,),
        where=(Filter(Dimension.TEAM, ("search",)),),
        versus=Period(date(2026, 9, 25), date(2026, 10, 25)),
    )


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("", date(2026, 10, 25), TODAY),
        ("2024-09", date(2024, 9, 1), date(2024, 10, 1)),
        ("2026-11-03", date(2026, 11, 3), date(2026, 11, 4)),
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
        ("mtd", date(2026, 11, 1), TODAY),
        ("this quarter", date(2026, 10, 1), TODAY),
        ("last month", date(2026, 10, 1), date(2026, 11, 1)),
        ("last week", date(2026, 11, 16), date(2026, 11, 23)),
        ("last 2 weeks", date(2026, 11, 10), TODAY),
        ("last 3 months", date(2026, 8, 1), date(2026, 11, 1)),
        ("yesterday", date(2026, 11, 23), TODAY),
        ("since 1 oct", date(2026, 10, 1), TODAY),
        ("since december", date(2025, 12, 1), TODAY),
        ("2026-10-01..2026-10-07", date(2026, 10, 1), date(2026, 10, 8)),
        ("october", date(2026, 10, 1), date(2026, 11, 1)),
        ("december", date(2025, 12, 1), date(2026, 1, 1)),
        ("sept 2024", date(2024, 9, 1), date(2024, 10, 1)),
        ("q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("q4 2025", date(2025, 10, 1), date(2026, 1, 1)),
        ("year to date", date(2026, 1, 1), TODAY),
        ("1st of october", date(2026, 10, 1), date(2026, 10, 2)),
        ("oct 3 2025", date(2025, 10, 3), date(2025, 10, 4)),
        ("since the 3rd of november", date(2026, 11, 3), TODAY),
        ("from 1 oct to 15 oct", date(2026, 10, 1), date(2026, 10, 16)),
        ("between september and october", date(2026, 9, 1), date(2026, 11, 1)),
    ],
)
def test_periods(words: str, start: date, end: date) -> None:
    assert asked(words).period == Period(start, end)


def test_two_cuts_a_grain_a_top_and_a_ledger() -> None:
    found = asked("by team,model per day top 5 metered -team:support")
    assert (found.by, found.grain, found.top) == ((Dimension.TEAM, Dimension.MODEL), Grain.DAY, 5)
    assert found.ledger is LedgerName.METERED
    assert found.where == (Filter(Dimension.TEAM, ("support",), negated=True),)


def test_a_month_is_compared_with_the_month_before() -> None:
    assert asked("2026-10 vs previous").versus == month_of(date(2026, 9, 1))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("team:serch", "Did you mean team search?"),
        ("by modle", "Did you mean model?"),
        ("serch", "Did you mean team:search?"),
        ("by", "needs to know"),
        ("top many", "needs a number"),
        ("vs tomorrow", "I can compare"),
        ("vs previous vs last year", "two comparisons"),
        ("by day by week", "Please name one"),
        ("billed metered", "never added"),
        ("top 3 top 5", "twice"),
        ("top 3 bottom 5", "twice"),
        ("top ²", "needs a number"),
        ("team:search -team:search", "leaves nothing"),
        ("team:,", "I don't understand"),
        ("model:gtp*", "Did you mean model gpt"),
        ("2026-10 vs 2026-10", "with itself"),
        ("last month last week", "two periods"),
        ("2026-13", "not a date"),
        ("since 31 feb", "no day 31"),
        ("by team,model,app", "two things"),
        ("<!channel> \u202egnp", "I don't understand"),
        ("last 0d", "at least one day"),
    ],
)
def test_unclear_words_get_the_nearest_meaning(words: str, says: str) -> None:
    with pytest.raises(Unclear, match=says) as told:
        asked(words)
    assert told.value.example


def test_every_example_works_when_typed() -> None:
    with pytest.raises(Unclear) as told:
        asked("team:serch")
    measure, *rest = told.value.example.split()
    assert measure == "cost"
    assert asked(" ".join(rest)).where == (Filter(Dimension.TEAM, ("search",)),)


WORDS = ["by", "model", "last", "30d", "9999-99", "vs", "since", "top", "5", "-env:", "team:", "0000-01", "last 9999m"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_no_text_raises_anything_but_unclear(words: str) -> None:
    with suppress(Unclear):
        assert asked(words).measures == (Measure.COST,)
