"""The examination that every command must pass: a line for the help, a usage that works, and no words that break it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import commands
from bot import plain
from bot.asking import Asking
from finops.command import Command
from finops.desk import Desk
from finops.discovery import instances
from finops.errors import FinopsError, Unclear
from finops.people import Audience, Place
from finops.report import Report
from tests.finops.fakes_ledger import ERIK, NOW, TODAY, Fact, desk, fact

COMMANDS = instances(commands, Command)
PLACES = [Place("C1"), *(Place("C1", "Europe/Berlin", audience) for audience in Audience)]
SPOKEN = """by model team last 30d mtd vs previous team:search -app:ranker top 5 day 2026-11 2026-02-31 q5 seen:1 id:n7
n7 i-1 6.5k -1 1e999 NaN ∞ ² * k <!channel> “ : :: a:b:c top:0 where finance search $ top:1e9 last:9 99999999999d 0d
9999-12 0001-01-01 2026-11..2026-01"""
WORDS = (*SPOKEN.split(), "\u202e", "0" * 400)
TYPED = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=6)


def facts() -> Iterator[Fact]:
    for ago in range(1, 40):
        day = date.fromordinal(TODAY.toordinal() - ago)
        yield fact(day, 3, tokens=1000, requests=2, team="search", app="ranker", model="m-1", provider="OpenAI")


EMPTY, FULL = desk([]), desk(facts())


def asking(over: Desk) -> Asking:
    return Asking({each.name: each for each in COMMANDS.values()}, lambda who, place: over, lambda: NOW)


def told(run: Callable[[], Report]) -> str:
    """What a person reads: the report's verdict, or why there is none. Any other error is a failure."""
    try:
        return plain.notification(run(), "UTC")
    except FinopsError as error:
        return str(error)


@pytest.mark.parametrize("name", COMMANDS)
def test_it_has_a_line_for_the_help_and_a_usage_that_begins_with_its_name(name: str) -> None:
    known = COMMANDS[name]
    assert known.name == name
    assert known.usage.split()[0] == name
    first = known.about.splitlines()[0]
    assert first.endswith((".", ";", "…", "it")) or len(first) > 15
    assert len(first) <= 110


@pytest.mark.parametrize("over", [EMPTY, FULL], ids=["empty", "full"])
@pytest.mark.parametrize("name", COMMANDS)
def test_its_usage_works_or_says_what_is_not_there(name: str, over: Desk) -> None:
    usage = COMMANDS[name].usage.replace("[", "").replace("]", "").split("|")[0]
    for place in PLACES:
        assert told(lambda at=place: asking(over).typed(usage, ERIK, at))


@pytest.mark.parametrize("over", [EMPTY, FULL], ids=["empty", "full"])
@pytest.mark.parametrize("name", COMMANDS)
@settings(max_examples=60, deadline=timedelta(seconds=5), derandomize=True)
@given(words=TYPED)
def test_no_words_break_it(name: str, over: Desk, words: list[str]) -> None:
    assert told(lambda: asking(over).typed(f"{name} {' '.join(words)}", ERIK, PLACES[0]))


@pytest.mark.parametrize("name", COMMANDS)
@settings(max_examples=30, deadline=timedelta(seconds=5), derandomize=True)
@given(data=st.data())
def test_no_values_of_a_form_break_it(name: str, data: st.DataObject) -> None:
    fields = st.sampled_from([*COMMANDS[name].arguments.model_fields, "other"])
    values = data.draw(st.dictionaries(fields, st.one_of(st.sampled_from(WORDS), st.text(max_size=8))))
    assert told(lambda: asking(FULL).filled(name, values, ERIK, PLACES[1]))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_form_opens_on_an_empty_ledger_or_there_is_none(name: str) -> None:
    known = COMMANDS[name]
    opens = known.form({})
    form = asking(EMPTY).form(opens, known, {}, ERIK, PLACES[0]) if opens else None
    assert form is None or (form.command == name and form.blanks)


@pytest.mark.parametrize("typed", ["cots", "cost_", "help_", "__", "<!channel>", "²"])
def test_a_command_that_is_not_there_is_unclear(typed: str) -> None:
    with pytest.raises(Unclear) as raised:
        asking(FULL).typed(typed, ERIK, PLACES[0])
    assert raised.value.example in {each.example for each in COMMANDS.values()}
