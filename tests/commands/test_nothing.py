"""Where there is nothing to tell, it is said why: a name that is not known, another time, or one filter of several."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from bot.plain import plain
from bot.wiring import House
from commands.ask import ask_
from commands.cost import cost
from commands.tokens import tokens
from finops.command import Command, Words
from finops.desk import Ask, Desk
from finops.errors import Unclear
from finops.people import Audience, Place
from finops.period import Period
from finops.question import Dimension, Known
from sources.requests import Requests
from tests.commands.conftest import FINANCE
from tests.commands.conftest import FIONA as SOMEBODY
from tests.commands.conftest import NOW as STORED
from tests.finops.fakes_ledger import FIONA, NOW, RowLedger, desk, fact

FACTS = [
    fact(date(2026, 3, 3), 5, team="early", model="m-1"),
    fact(date(2026, 11, 20), 5, team="search", model="m-1"),
    fact(date(2026, 11, 22), 5, 10, team="support", model="m-2"),
]


@dataclass
class Late(RowLedger):
    """Knows of late only the names of November."""

    def known(self, *, ever: bool = False) -> Known:
        names = RowLedger([each for each in self.facts if ever or each.day.month == 11]).known()
        return replace(names, days=Period(date(2026, 1, 1), date(2026, 11, 24)))


def over() -> Desk:
    return replace(desk([]), ledger=Late(list(FACTS)))


def verdict(words: str, command: Command = cost) -> str:
    place = Place("C1", "UTC", Audience.FINANCE)
    return plain(command.run(Ask(over(), FIONA, place, NOW), Words(words=words)), "UTC").split("\n")[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("team:early 2026-11", "No cost for team early in November 2026. The last before was on 3 March 2026."),
        ("team:search 2026-02", "No cost for team search in February 2026. The first is on 20 November 2026."),
        ("team:search model:m-2 2026-11", "No cost for team search and model m-2 in November 2026. "
         "Each of them alone has some, but not together."),
        ("team:early model:m-1 2026-11", "No cost for team early and model m-1 in November 2026. "
         "The last before was on 3 March 2026. By itself, too, there is none for team early."),
        ("team:search 2024-06", "No cost for team search in June 2024. Data start on 1 January 2026."),
    ],
)  # fmt: skip
def test_it_says_when_there_was_some_and_which_filter_leaves_nothing(words: str, says: str) -> None:
    assert verdict(words) == says


def test_a_name_of_long_ago_is_understood_in_a_sentence_too() -> None:
    assert verdict("how much did early spend in march", ask_) == "Cost was $5.00 in March 2026."


@pytest.mark.parametrize(
    ("command", "words", "says", "example"),
    [
        (cost, "team:serch 2026-11", "Nothing was spent by team:serch in November 2026. Did you mean search?",
         "cost team:search 2026-11"),
        (cost, "by team model:m-9x 2026-11", "Nothing was spent on model:m-9x in November 2026. Did you mean m-2?",
         "cost by team model:m-2 2026-11"),
        (cost, "team:erly 2026-11", "Nothing was spent by team:erly in November 2026. Did you mean early?",
         "cost team:early 2026-11"),
        (tokens, "team:zzz 2026-11", "No tokens of team:zzz in November 2026. Nothing is known of that name.",
         "cost by team last 30d"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_told_with_the_time_that_was_asked_and_the_nearest_name(
    command: Command, words: str, says: str, example: str
) -> None:
    with pytest.raises(Unclear) as told:
        verdict(words, command)
    assert (str(told.value), told.value.example) == (says, example)


def test_the_stored_ledger_remembers_a_name_of_more_than_ninety_days_ago(house: House, tmp_path: Path) -> None:
    row = "o-1,2026-03-02T10:00:00Z,openai,gpt-5-nano,1000,10,formerly,f-app,9"
    (tmp_path / "old.csv").write_text(
        f"request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,spend_usd\n{row}"
    )
    house.facts.publish(Requests().batch((tmp_path / "old.csv",)), STORED)
    late, ever = (house.desk().ledger.known(ever=each).values[Dimension.TEAM] for each in (False, True))
    assert (set(late), set(ever)) == ({"search", "support"}, {"search", "support", "formerly"})
    told = plain(house.asking().typed("cost team:formerly 2026-11", SOMEBODY, FINANCE), "UTC")
    assert "No cost for team formerly in November 2026. The last before was on 2 March 2026." in told
    with pytest.raises(Unclear, match="Did you mean formerly"):
        house.asking().typed("cost team:formrly 2026-11", SOMEBODY, FINANCE)
