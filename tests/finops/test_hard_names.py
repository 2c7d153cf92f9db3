"""Hard names are understood, or it is said what to write: emoji, quotes, commas, scripts from right to left, words of
the grammar, and a thousand of them."""

import pytest

from finops.errors import Unclear
from finops.question import Dimension, Filter, Known
from finops.wording.reading import Wording
from tests.finops.test_wording import KPIS, TODAY

TEAMS = ("R&D, Köln", "Customer \"X\" Success", "a: b", "🚀 rockets", "עברית", "team 7", "IT", "top", "by", "share",
         "last", "total", "search")  # fmt: skip
WORDING = Wording(Known({Dimension.TEAM: TEAMS, Dimension.MODEL: ("last", "may", "gpt-4o")}), KPIS, TODAY)
MANY = Wording(Known({Dimension.TEAM: tuple(f"team-{n}" for n in range(1000))}), KPIS, TODAY)


def kept(words: str, wording: Wording = WORDING) -> tuple[Filter, ...]:
    return wording.asked(words).question.where


@pytest.mark.parametrize("name", TEAMS)
def test_every_name_can_be_kept_as_a_filter(name: str) -> None:
    said = name.replace('"', '""')
    assert kept(f'cost team:"{said}" last week') == (Filter(Dimension.TEAM, (name,)),)
    assert kept(f'how much was spent last week -team:"{said}",search') == (
        Filter(Dimension.TEAM, (name, "search"), negated=True),
    )
    asked = WORDING.asked(f'cost team:"{said}"')
    assert WORDING.asked(asked.words) == asked


@pytest.mark.parametrize(
    ("words", "team"),
    [
        ("what did R&D, Köln spend last week", "R&D, Köln"),
        ("🚀 rockets spend last week", "🚀 rockets"),
        ("עברית spend last week", "עברית"),
        ("how much did team 7 spend", "team 7"),
        ("what did team top spend last week", "top"),
        ("the IT team's spend", "IT"),
        ("spend of team last", "last"),
    ],
)
def test_names_are_found_in_sentences(words: str, team: str) -> None:
    assert kept(words) == (Filter(Dimension.TEAM, (team,)),)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("how much did it spend last week", "Is “it” team IT, or just a word"),
        ("total cost last week", "Is “total” team total, or just a word"),
        ("last spend last week", "team:last or model:last"),
        ("top spend", "needs a number"),
        ("cost by", "needs to know what to cut by"),
        ("what did X spend", "I don't understand “x”"),
        ('cost team:"R&D', "Nothing is known of team"),
    ],
)
def test_where_a_name_may_be_a_word_it_is_asked(words: str, says: str) -> None:
    with pytest.raises(Unclear, match=says) as told:
        WORDING.asked(words)
    assert WORDING.asked(told.value.example.removeprefix("ask "))


def test_words_of_the_grammar_are_words_though_something_is_called_so() -> None:
    assert WORDING.asked("cost share by team top 3 2026-10").words == "cost by team 2026-10 top 3 share"
    assert kept("cost in may") == ()


def test_one_of_a_thousand_is_found_and_one_more_is_not_guessed() -> None:
    assert kept("how much did team-999 spend last week", MANY) == (Filter(Dimension.TEAM, ("team-999",)),)
    assert kept("how much did team 999 spend last week", MANY) == (Filter(Dimension.TEAM, ("team-999",)),)
    with pytest.raises(Unclear, match=r"I don't know “team-1000”. Did you mean team:team-100\?"):
        kept("how much did team-1000 spend", MANY)


@pytest.mark.parametrize(
    ("providers", "words", "values"),
    [
        (("OpenAI", "openai"), "share of openai last week", ("OpenAI",)),
        (("openai", "OpenAI", "Anthropic"), "what did we spend on openai last week", ("openai",)),
        (("OpenAI", "Open AI"), "what did openai cost last week", ("OpenAI", "Open AI")),
        (("AWS", "Amazon Web Services"), "amazon spend last week", ("AWS", "Amazon Web Services")),
    ],
)
def test_one_vendor_in_several_spellings_is_not_ambiguous(
    providers: tuple[str, ...], words: str, values: tuple[str, ...]
) -> None:
    wording = Wording(Known({Dimension.PROVIDER: providers}), KPIS, TODAY)
    assert kept(words, wording) == (Filter(Dimension.PROVIDER, values),)


def test_a_name_of_two_dimensions_stays_ambiguous() -> None:
    wording = Wording(Known({Dimension.PROVIDER: ("OpenAI", "openai"), Dimension.TEAM: ("openai",)}), KPIS, TODAY)
    with pytest.raises(Unclear, match="team:openai or provider:OpenAI; which one"):
        kept("what did openai cost", wording)
