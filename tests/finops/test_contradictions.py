"""What contradicts itself is said so in one sentence, with an example that works."""

import pytest

from finops.asked import line
from finops.errors import Unclear
from tests.finops.test_wording import KNOWN, KPIS, TODAY, WORDING

BOTH = [
    ("cost last week last month", "two periods"),
    ("cost by team by day by week", "By day and by week"),
    ("cost by model billed metered", "never added"),
    ("cost by team top 5 top 3", "twice"),
    ("cost team:search -team:search", "leaves nothing"),
    ("cost team:search -team:search,support", "leaves nothing"),
    ("cost -team:search,support team:search", "leaves nothing"),
    ("cost team:search team:support", "leaves nothing"),
    ("cost model:gpt* -model:*", "leaves nothing"),
    ("cost vs budget vs previous", "two comparisons"),
    ("cost vs previous vs budget", "two comparisons"),
    ("cost vs last month vs last year", "two comparisons"),
    ("cost 2026-10 vs 2026-10", "with itself"),
    ("cost by team,model,app", "two things"),
    ("seats driver:tickets", "driver themselves"),
    ("cost by hour billed", "tells days"),
]
SPOKEN = [
    ("top 5 bottom 5 teams", "The most, or the least"),
    ("most and least expensive models", "The most, or the least"),
    ("bottom 5 most expensive teams", "contradicts itself"),
    ("which teams spent the most and the least", "The most, or the least"),
    ("search but not search spend", "search"),
    ("spend on gpt without gpt", "leaves nothing"),
    ("estimated spend from the invoice", "never added"),
    ("weekly cost by month", "By week and by month"),
    ("cost and tokens by team", "two figures"),
    ("tokens of the most expensive team", "two figures"),
    ("most expensive team by tokens", "two figures"),
    ("yesterday's cost last week", "two periods"),
    ("cost from 15 oct to 1 oct", "no complete day"),
    ("spend through october", "one end of a period"),
    ("is openai up", "compare with"),
    ("who in search spent the most", "not people"),
    ("spend so far", "which period"),
    ("average cost of search", "no averages"),
    ("teams that spent at least 500", "can rank"),
    ("cost in jan 26", "Is “jan 26” a day"),
    ("cost last monday", "Is “last monday”"),
    ("list the spend by team", "say list cost"),
    ("which app is up most vs last month", "not by how it moved"),
    ("yesterday's spend vs the day before yesterday", "two periods"),
    ("last week's spend vs the day before", "I can compare"),
    ("spend - marketing", "I don't understand “-”"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "says"), BOTH + SPOKEN)
def test_what_contradicts_itself_is_said_so(words: str, says: str) -> None:
    with pytest.raises(Unclear, match=says) as told:
        WORDING.asked(words)
    assert str(told.value).count("\n") == 0
    assert WORDING.asked(told.value.example.removeprefix("ask "))


@pytest.mark.parametrize(("words", "says"), BOTH)
def test_canonical_words_contradict_themselves_alike(words: str, says: str) -> None:
    with pytest.raises(Unclear, match=says) as told:
        line(words, KPIS, KNOWN, TODAY)
    assert line(told.value.example.removeprefix("ask "), KPIS, KNOWN, TODAY)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("cost model:gpt* -model:*mini*", "cost model:gpt* -model:*mini*"),
        ("cost team:search,support -team:support", "cost team:search,support -team:support"),
        ("cost -team:search -team:support", "cost -team:search -team:support"),
        ("are we over budget vs budget", "cost vs budget"),
        ("cost by day daily", "cost by day"),
        ("top 5 cheapest models", "cost by model bottom 5"),
    ],
)
def test_what_only_seems_to_is_answered(words: str, same: str) -> None:
    assert WORDING.asked(words) == line(same, KPIS, KNOWN, TODAY)
