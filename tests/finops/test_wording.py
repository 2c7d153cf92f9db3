"""Questions as people word them mean what they should, or are Unclear; never something else."""

import csv
import random
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import finops.kpis
from finops.asked import LICENSED, SUMS, Asked, line, part
from finops.discovery import instances
from finops.errors import Unclear
from finops.kpi import Better, Kpi
from finops.period import Period
from finops.question import HOURS, WEEKDAYS, Dimension, Filter, Grain, Known, Measure, Question
from finops.stamp import LedgerName
from finops.wording.reading import Wording

TODAY = date(2026, 11, 24)
KNOWN = Known({
    Dimension.TEAM: ("search", "support", "platform", "data-science", "marketing"),
    Dimension.MODEL: ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-5-nano", "claude-sonnet-4-5", "claude-haiku-4-5",
                      "claude-opus-4-1", "gemini-2.5-pro", "gemini-2.5-flash", "o3-mini", "text-embedding-3-large"),
    Dimension.APP: ("support-chat", "ranker", "platform", "code-review"),
    Dimension.PROVIDER: ("OpenAI", "Anthropic", "Google Cloud", "Amazon Web Services", "Cursor"),
    Dimension.KEY: ("search-prod", "ci-runner", "ml-batch"),
    Dimension.ENV: ("prod", "test", "staging"),
    Dimension.DRIVER: ("tickets", "orders", "seats", "active_seats"),
    Dimension.TOKEN_CLASS: ("input", "output", "cache_read"),
})  # fmt: skip
COST_PER_DRIVER = Kpi("cost_per_driver", "Cost per driver", "USD", Better.LOWER, (Measure.COST, Measure.DRIVERS),
                      lambda sums: Decimal(0), "")  # fmt: skip
KPIS = {**instances(finops.kpis, Kpi), "cost_per_driver": COST_PER_DRIVER}
WORDING = Wording(KNOWN, KPIS, TODAY)
TABLE = list(csv.DictReader(Path(__file__).with_name("questions.csv").read_text().splitlines()))


def test_the_table_is_long_enough() -> None:
    assert len({row["text"] for row in TABLE}) >= 60


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row["text"]))
def test_what_people_write_means_what_the_table_says(row: dict[str, str]) -> None:
    unclear, means = row["means"].startswith("Unclear: "), row["means"].removeprefix("Unclear: ")
    if not unclear:
        assert WORDING.asked(row["text"]) == line(means, KPIS, KNOWN, TODAY)
        return
    with pytest.raises(Unclear) as told:
        WORDING.asked(row["text"])
    assert means.lower() in str(told.value).lower()
    assert WORDING.asked(told.value.example.removeprefix("ask ").removeprefix("kpi "))


PARTS = (" share ", " bottom ", " top ", " cumulative ", " vs budget ", " vs 2", " by hour", " by weekday", " weekday:",
         " hour:", " metered ", " billed ", " by day ", ",month ", " team:", " -model:")  # fmt: skip
DAYS = st.dates(date(2001, 1, 1), date(2199, 1, 1))
PERIODS = st.builds(lambda start, days: Period(start, start + timedelta(days=days)), DAYS, st.integers(1, 400))
NAMES = st.text(min_size=1, max_size=12).filter(lambda name: "*" not in name) | st.sampled_from(
    ['customer "success"', "a, b", "  two  spaces", "für 🚀", "\u202eעברית", "team:search", '"', "”", "-x", "by", ""]
)


OF_TIME = {Dimension.WEEKDAY: st.sampled_from(WEEKDAYS), Dimension.HOUR: st.sampled_from(HOURS)}
FILTERED = [cut for cut in Dimension if cut is not Dimension.DRIVER]


@st.composite
def asked(draw: st.DrawFn) -> tuple[Asked, Known]:
    """Anything that can be asked, and a ledger that knows its names."""
    name = draw(st.sampled_from([*SUMS, *KPIS]))
    measures = SUMS.get(name) or KPIS[name].measures
    period, adds, cost = draw(PERIODS), name in SUMS, measures[:1] == (Measure.COST,)
    kept = {cut: draw(st.lists(OF_TIME.get(cut, NAMES), min_size=1, max_size=3, unique_by=str.lower))
            for cut in draw(st.lists(st.sampled_from(FILTERED), max_size=3, unique=True))}  # fmt: skip
    where = tuple(Filter(cut, tuple(values), draw(st.booleans())) for cut, values in kept.items())
    cumulative = adds and draw(st.booleans())
    top, budgeted = draw(st.none() | st.integers(1, 100)), cost and draw(st.booleans())
    grain = draw(st.sampled_from(Grain)) if cumulative else draw(st.none() | st.sampled_from(Grain))
    question = Question(
        measures, period, tuple(draw(st.lists(st.sampled_from(Dimension), max_size=2, unique=True))),
        (*([LICENSED[name]] if name in LICENSED else []), *where),
        None if budgeted else draw(st.none() | PERIODS.filter(lambda other: other != period)), grain,
        draw(st.none() | st.sampled_from(LedgerName)), top, top is not None and draw(st.booleans()),
        cumulative, budgeted,
    )  # fmt: skip
    question = _of_hours(question)
    shares = adds and not question.cumulative and bool(question.by or part(question.where)) and draw(st.booleans())
    return Asked(name, replace(question, shares=shares)), Known({cut: tuple(values) for cut, values in kept.items()})


def _of_hours(asked: Question) -> Question:
    """*asked* without what contradicts the hours in it, or without them where nothing is told by the hour."""
    if not asked.hourly:
        return asked
    if {*asked.measures} & {Measure.BILLED_COST, Measure.DRIVERS, Measure.GPU_HOURS}:
        where = tuple(each for each in asked.where if each.dimension is not Dimension.HOUR)
        return replace(asked, by=tuple(cut for cut in asked.by if cut is not Dimension.HOUR), where=where)
    ledger = asked.ledger and LedgerName.METERED
    return replace(asked, grain=None, cumulative=False, budgeted=False, ledger=ledger)


@given(asked())
def test_what_is_asked_is_read_from_its_own_words_again(made: tuple[Asked, Known]) -> None:
    this, known = made
    assert line(this.words, KPIS, known, TODAY) == this
    assert Wording(known, KPIS, TODAY).asked(this.words) == this


@given(asked(), st.sampled_from(["Asia/Tokyo", "Europe/Berlin"]))
def test_the_zone_is_that_of_the_place_and_not_of_the_words(made: tuple[Asked, Known], zone: str) -> None:
    this, known = made
    there = replace(this, question=replace(this.question, zone=zone))
    assert Wording(known, KPIS, TODAY).asked(there.words) == this


def test_the_sentences_that_are_tried_have_every_part_of_the_grammar() -> None:
    said: list[str] = []

    @settings(max_examples=1000, derandomize=True, database=None, phases=[Phase.generate])
    @given(asked())
    def gather(made: tuple[Asked, Known]) -> None:
        said.append(f" {made[0].words} ")

    gather()
    assert [part for part in PARTS if not any(part in words for words in said)] == []


def test_whatever_the_table_means_is_read_from_its_own_words_again() -> None:
    for row in TABLE:
        if not row["means"].startswith("Unclear"):
            this = WORDING.asked(row["text"])
            assert WORDING.asked(this.words) == this


SPOKEN = [word for row in TABLE for word in (*row["text"].split(), *row["means"].split())]
ODD = [
    "🚀",
    "\u202e",
    "עברית",
    "\x00",
    "\x1b[31m",
    '"',
    "“",
    "²",
    "٣",
    "top",
    "last",
    "by",
    "and",
    ",",
    ":",
    "team:",
    "-env:",
    "9999-99",
    "0000-01",
    "last 9999m",
    "q٣",
    "31 feb",
    "since",
    "from 1 oct to",
    "vs",
    "a" * 300,
    "*",
    "model:*",
    "\u00a0",
]


def _text(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return "".join(chr(chance.choice((chance.randrange(32, 127), chance.randrange(1, 0xD000)))) for _ in range(20))
    words = [chance.choice(ODD if chance.random() < 0.1 else SPOKEN) for _ in range(chance.randrange(9))]
    return " ".join(words)


def test_no_text_of_twenty_thousand_raises_anything_but_unclear() -> None:
    chance, understood = random.Random(11), 0
    for _ in range(20_000):
        with suppress(Unclear):
            assert WORDING.asked(_text(chance)).words
            understood += 1
    assert understood > 200
