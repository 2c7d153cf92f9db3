"""Asking prints exact figures, draws Slack's own chart, says one sentence when it cannot, and decides nothing."""

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from bot.charts import Renderer
from bot.escape import escaped
from bot.terminal import READER, answered, house
from finops.errors import FinopsError
from finops.money import plain
from finops.people import Place
from finops.report import Bars
from tests.bot.command_line.conftest import SAMPLE, Terminal

PEOPLE = """
people:
  U0ASKER0000: {name: Ann, roles: [requester]}
  U0APPROVER0: {name: Bob, roles: [approver]}
budgets:
  search: {monthly: 4000}
"""


def summed(column: str) -> dict[str, str]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found[row["ProviderName"]] += Decimal(row[column])
    return {name: plain(value) for name, value in found.items()}


def test_the_object_holds_exact_strings_that_equal_a_plain_sum(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    for words, column in (("cost", "EffectiveCost"), ("billed cost", "BilledCost"), ("list cost", "ListCost")):
        said = json.loads(tuppence("ask", f"{words} by provider 2024-09", "--json").out)
        assert {row["key"]["provider"]: row["value"] for row in said["rows"]} == summed(column)
        assert said["total"] == plain(sum(map(Decimal, summed(column).values()), Decimal(0)))
    assert list(said) == ["question", "rows", "total", "unit", "stamp"]
    assert said["unit"] == said["stamp"]["currency"] == "USD"
    assert (said["stamp"]["finality"], said["stamp"]["ledger"]) == ("final", "billed")
    assert said["stamp"]["unpriced_share"] == "0.0000"
    assert said["question"]["period"] == {"start": "2024-09-01", "end": "2024-10-01"}


def test_the_object_repeats_the_whole_question_and_the_words_that_ask_it_again(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    said = json.loads(tuppence("ask", "share of cost by provider september 2024 top 2", "--json").out)
    asked = said["question"]
    assert asked["words"] == "cost by provider 2024-09 top 2 share"
    assert (asked["top"], asked["shares"], asked["cumulative"], asked["budgeted"]) == (2, True, False, False)
    assert json.loads(tuppence("ask", asked["words"], "--json").out) == said


def test_a_fresh_home_answers_without_configuration(tuppence: Terminal) -> None:
    said = json.loads(tuppence("ask", "cost by provider 2024-09", "--json").out)
    assert (said["rows"], said["total"], said["stamp"]["as_of"]) == ([], "0", None)
    assert (tuppence.home.stat().st_mode & 0o777, tuppence("ask").code) == (0o700, 0)


def test_the_home_may_come_from_the_environment(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "bot", "ask", "cost", "2024-09"]
    told = subprocess.run(program, env=os.environ | {"TUPPENCE_HOME": str(tmp_path / "there")}, capture_output=True,
                          text=True, timeout=60)  # fmt: skip
    assert (told.returncode, told.stdout.splitlines()[1]) == (0, "No cost in September 2024.")
    assert (tmp_path / "there" / "tuppence.sqlite").exists()


def test_the_text_says_the_verdict_exact_rows_and_the_stamp(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    lines = tuppence("ask", "cost by provider 2024-09").out.splitlines()
    assert lines[:2] == ["Cost by provider, September 2024", "Cost was $3.40 in September 2024; 88 % of it is AWS."]
    assert "Microsoft  $0.40" in lines
    assert lines[-1].startswith("billed to 30 Sep · final · as of ")


def test_nothing_found_says_where_the_data_lie(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    early = tuppence("ask", "cost by team 2023-01").out.splitlines()[1]
    assert early == "No cost in January 2023. Data start on 1 September 2024."
    late = tuppence("ask", "tokens provider:aws 2025-01 vs previous").out.splitlines()[1]
    assert late.startswith("No tokens for provider AWS in January 2025. Data end on ")


def test_top_rows_and_the_rest_add_up(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    lines = tuppence("ask", "cost by provider 2024-09 top 1").out.splitlines()
    assert tuple(lines[-4:-2]) == ("AWS       $3.00", "other     $0.40")


def test_what_is_unclear_gets_one_sentence_and_an_example_that_works(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    for words in ("costs", "cost by modle", "cost provider:awz", "kpi tokens", "cost last 0d", "digest sales"):
        said = tuppence("ask", words)
        assert (said.code, said.out, said.error.count("\n")) == (2, "", 0)
        example = said.error.partition('Try: tuppence ask "')[2].rstrip('"')
        assert tuppence("ask", example).code == 0


def test_the_chart_is_the_one_that_slack_gets(tuppence: Terminal, tmp_path: Path) -> None:
    tuppence("import", "focus", SAMPLE)
    tuppence("ask", "cost by provider 2024-09", "--chart", tmp_path / "a.png")
    report = house(tuppence.home).asking().typed("cost by provider 2024-09", READER, Place("C1", "UTC"))
    renderer = Renderer()
    part = next(part for part in report.parts if isinstance(part, Bars))
    assert (tmp_path / "a.png").read_bytes() == renderer.drawn(part, report.stamp)
    renderer.close()


def test_no_chart_and_no_place_for_one_are_said(tuppence: Terminal, tmp_path: Path) -> None:
    tuppence("import", "focus", SAMPLE)
    none = tuppence("ask", "help", "--chart", tmp_path / "a.png")
    assert (none.code, none.error.partition(";")[0]) == (2, "There is no chart in this answer")
    nowhere = tuppence("ask", "cost by provider 2024-09", "--chart", tmp_path / "none" / "a.png")
    assert (nowhere.code, nowhere.error.endswith("No such file or directory.")) == (2, True)


def written(tuppence: Terminal) -> list[object]:
    with house(tuppence.home).engine.connect() as connection:
        return [connection.execute(sql(f"SELECT count(*) FROM {name}")).scalar() for name in ("audit", "effect")]


def test_asking_never_changes_anything_but_a_named_person_may_request(tuppence: Terminal) -> None:
    tuppence.configured(PEOPLE)
    asked = tuppence("ask", "request search 6k more tests", "--as", "U0ASKER0000")
    assert (asked.code, asked.out.splitlines()[0]) == (0, "Request n1")
    before = written(tuppence)
    for words in ("approve n1 seen:1", "approve n1 1", "deny n1 1 too much", "deny seen:1 id:n1",
                  "anomalies i-1 acknowledge 1", "anomalies i-1 acknowledge"):  # fmt: skip
        assert tuppence("ask", words).code == 2
        assert tuppence("ask", words, "--as", "U0APPROVER0").code == 2
    assert tuppence("ask", "approve n1", "--as", "U0APPROVER0").out.startswith("Budget request n1")
    refused = tuppence("ask", "request search 7k more tests")
    assert (refused.code, refused.error) == (2, "Asking for budget changes is not open to you here.")
    assert (
        tuppence("ask", "cost", "--as", "U0STRANGER0").error == "U0STRANGER0 is not named below people in config.yaml."
    )
    assert written(tuppence) == before


def test_no_text_raises_anything_but_our_own_errors(tuppence: Terminal) -> None:
    tuppence.configured(PEOPLE)
    at_home = house(tuppence.home)
    names = st.sampled_from(
        [*at_home.commands, "billed", "seen:1", "n1", "by", "team:", "last", "9d", "6k", "-1", "\u202e"]
    )

    @settings(max_examples=80, deadline=None)
    @given(st.text(max_size=40) | st.lists(names, max_size=5).map(" ".join))
    def holds(words: str) -> None:
        with suppress(FinopsError):
            assert answered(at_home, words, None).title

    holds()
    at_home.engine.dispose()


@given(st.text(alphabet="<>&!@#*_~`:/ \u202e\u200f\u0000ab", max_size=30))
def test_foreign_marks_do_nothing_once_escaped(text: str) -> None:
    shown = escaped(text)
    assert not set("<>\u202e\u200f\x00") & set(shown)
    assert "<!" not in shown
    assert "://" not in shown
