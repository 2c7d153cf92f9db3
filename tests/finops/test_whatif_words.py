"""What people say of a what-if: read as it is meant, or told in a sentence what is wrong with it."""

from datetime import timedelta

import pytest

from bot import plain
from finops.errors import Unclear
from finops.whatif.mix import TooLittle
from tests.finops.fakes_ledger import TODAY
from tests.finops.test_whatif import asked
from tests.finops.whatif_company import FRESH, calls, steady


@pytest.mark.parametrize(
    ("words", "said", "example"),
    [
        ("", "needs a lever", "whatif swap"),
        ("sawp big to small", "“sawp” is no lever", "whatif swap"),
        ("swap bog to small", "Did you mean big?", "whatif swap"),
        ("swap big to huge", "No price list knows “huge”", "whatif swap"),
        ("cache 160%", "160% is no share", "whatif cache"),
        ("cache most", "I don't understand “cache most”", "whatif cache"),
        ("trim 0%", "0% is no share", "whatif trim"),
        ("batch 30% team:serch", "Did you mean team search?", "whatif batch"),
        ("cache 140%", "140% is no share; name one above 0% up to 100%", "whatif cache"),
        ("trim -20%", "-20% is no share; name one above 0% up to 100%", "whatif trim"),
        ("trim −20%", "−20% is no share", "whatif trim"),
        ("cache 60% hit 900%", "900% is no share", "whatif cache"),
        ("route 40% big to small escalate -1%", "-1% is no share", "whatif route"),
        ("cap 0", "A cap of 0 leaves no answer; name a whole number of tokens above 0", "whatif cap"),
        ("cap -5", "A cap of -5 leaves no answer", "whatif cap"),
        ("cap 1.5", "I don't understand “cap 1.5”", "whatif cap"),
        ("swap big to BIG", "big is what is in use already; name another model", "whatif swap"),
        ("route 40% big to big", "big is what is in use already", "whatif swap"),
        (
            "trim 20%, trim 30%",
            "“trim 30%” contradict each other: both are about the same use",
            "whatif",
        ),
        ("cap 500 team:search, batch 5%, cap 800 team:search", "contradict each other", "whatif"),
        ("swap big to small, route 1% big to halfknown", "together they move more than all of big", "whatif"),
        ("route 60% big to small, route 60% big to halfknown", "more than all of big", "whatif"),
        ("swap big to small, self-host 1% big on 1 gpu at 1/h", "more than all of big", "whatif"),
        ("swap big to small, swap small to big", "one takes back what the other moves", "whatif"),
        ("trim 20% team:marketing", "Nothing is known of team “marketing”", "whatif trim"),
        ("swap big to small tokenizer 9", "up to five tokens", "whatif swap"),
        ("swap big to small output 9x", "writes up to five tokens of one", "whatif swap"),
        ("swap big to small output 0", "writes up to five tokens of one", "whatif swap"),
        ("swap big to small output 2 tokenizer 1.2 output 3", "I don't understand", "whatif swap"),
    ],
)
def test_what_cannot_be_read_is_told_with_an_example(words: str, said: str, example: str) -> None:
    with pytest.raises(Unclear, match=said.replace("?", r"\?")) as told:
        asked(words)
    assert told.value.example.startswith(example)


def test_four_digits_are_a_number_of_tokens_or_dollars_and_no_year() -> None:
    assert "cap 2000" in plain.plain(asked("cap 2000 team:search"), "UTC")
    assert "of $2.02k." in plain.plain(asked("fits 2024 team:search"), "UTC")
    assert "23 of 23 days" in plain.plain(asked("cap 2000 team:search 2026-11"), "UTC")


def test_levers_may_be_parted_by_commas_and_words_and_a_period_may_be_named() -> None:
    one = asked("swap big to small team:search,evals and batch 30 % then trim 10% last 14d")
    other = asked("trim input 10%; batch 30%, route 100% of big to small team:search,evals last 14d")
    assert one.verdict == other.verdict
    assert "14 of 14 days" in plain.plain(one, "UTC")


def test_levers_that_go_together_are_not_taken_for_contradictions() -> None:
    for words in ("trim 20% team:search, trim 30% team:evals", "route 60% big to small, route 40% big to halfknown",
                  "swap big to small, self-host 50% small on 1 gpu at 1/h", "cap 500, cap 800 team:evals"):  # fmt: skip
        assert asked(words).verdict


def test_a_period_in_the_middle_still_parts_the_levers() -> None:
    assert asked("trim 20% last 14d, batch 30%").verdict == asked("trim 20%, batch 30% last 14d").verdict


def test_a_team_of_whom_nothing_is_known_in_these_days_is_told_so() -> None:
    old = [each for ago in range(60, 90) for each in calls(TODAY - timedelta(days=ago), "big", {FRESH: 9}, team="old")]
    with pytest.raises(TooLittle, match="No use of models is known of team:old from 27 Oct to 23 Nov 2026"):
        asked("trim 20% team:old", [*steady(), *old])
