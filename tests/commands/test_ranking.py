"""The top and the bottom of a question are ranked by the figure that is told, as typed."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from bot.plain import plain
from bot.wiring import House, built
from finops.errors import Unclear
from finops.report import Figures, Report
from sources.requests import Requests
from tests.commands.conftest import ERIK, FINANCE, NOW, settings

CALLS = """request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,key,spend_usd
c1,2026-11-20T10:00:00Z,acme,bulk,1000000,0,search,a,k,50
c2,2026-11-21T10:00:00Z,acme,bulk,1000000,0,search,a,k,40
c3,2026-11-22T10:00:00Z,acme,dear,10000,0,support,a,k,20
c4,2026-11-22T11:00:00Z,acme,unpriced,500000,0,platform,a,k,0
c5,2026-11-23T10:00:00Z,acme,fair,10000,0,,a,k,1
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The dearest model is not the one that costs most per token; one has no price, and one call names no team."""
    folder = tmp_path_factory.mktemp("ranking")
    made = built(settings(folder / "home"), lambda: NOW)
    (folder / "calls.csv").write_text(CALLS)
    made.facts.publish(Requests().batch((folder / "calls.csv",)), NOW)
    yield made
    made.engine.dispose()


def typed(house: House, words: str) -> Report:
    return house.asking().typed(words, ERIK, FINANCE)


def said(house: House, words: str) -> str:
    return plain(typed(house, words), FINANCE.zone)


def names(house: House, words: str, by: str) -> list[str]:
    figures = typed(house, words).figures
    assert isinstance(figures, Figures)
    return [row[by] for row, _ in figures.rows]


def test_a_kpi_is_ranked_by_itself_and_not_by_what_it_costs(house: House) -> None:
    assert names(house, "kpi cost_per_million_tokens by model top 1", "model") == ["dear"]
    assert names(house, "kpi cost_per_million_tokens by model bottom 2", "model") == ["bulk", "fair"]


def test_the_bottom_of_a_sum_is_the_smallest_that_has_a_name_and_spent_anything(house: House) -> None:
    assert names(house, "cost by model bottom 2", "model") == ["fair", "dear"]
    assert names(house, "cost by team bottom 5", "team") == ["support", "search"]
    assert names(house, "cost bottom 3 teams", "team") == ["support", "search"]


def test_the_verdict_names_the_only_row_that_was_asked_for(house: House) -> None:
    assert "lowest for fair: $1.00" in said(house, "cost by model bottom 1")
    assert "81 % of it is bulk" in said(house, "cost by model top 1")


def test_the_top_of_days_is_the_dearest_days_in_their_order(house: House) -> None:
    assert names(house, "cost by day top 2", "day") == ["2026-11-20", "2026-11-21"]
    assert names(house, "cost by day bottom 1", "day") == ["2026-11-23"]


def test_the_top_of_names_by_day_keeps_each_of_their_days(house: House) -> None:
    assert [each for each in names(house, "cost by model by day top 1", "model") if each != "other (3)"] == [
        "bulk",
        "bulk",
    ]
    assert names(house, "kpi cost_per_million_tokens by model by day top 1", "model") == ["dear"]


def test_what_is_left_out_of_the_bottom_is_the_other_row(house: House) -> None:
    figures = typed(house, "cost by model bottom 1").figures
    assert figures
    assert figures.total == Decimal(111)
    assert "other" in said(house, "cost by model bottom 1")


@pytest.mark.parametrize("words", ["cost by model bottom 0", "cost by model bottom -3", "cost by model top 2 bottom 2"])
def test_a_bottom_that_means_nothing_is_unclear_with_an_example_that_works(house: House, words: str) -> None:
    with pytest.raises(Unclear) as told:
        typed(house, words)
    assert typed(house, told.value.example).figures
