"""Coarse sums beside the facts: they say to the last digit what the facts say, and are read where they can be."""

import json
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from finops.batch import Batch, Column, Dataset, Format
from finops.period import Period
from finops.question import AI, Answer, Dimension, Filter, Grain, Measure, Question, Series
from finops.stamp import LedgerName
from sources.requests import Requests
from storage import coarse
from tests.storage.facts.conftest import NOW, House

NAMED = ("day_start", "provider", "account", "model", "tags", "billed_cost", "effective_cost", "tokens")
COLUMNS = {name: Column((name,)) for name in NAMED}
SAID = {"service": "s", "category": "AI and Machine Learning", "charge_category": "Usage", "currency": "USD"}
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 21))
ASKED = Question((Measure.COST, Measure.TOKENS, Measure.OWNED_COST), NOVEMBER, ledger=LedgerName.BILLED)
SEARCH = Filter(Dimension.TEAM, ("sea*",))
COARSE = (
    ASKED,
    replace(ASKED, by=(Dimension.TEAM,), where=AI, versus=Period(date(2026, 11, 1), date(2026, 11, 9))),
    replace(ASKED, by=(Dimension.TEAM, Dimension.PROVIDER), grain=Grain.DAY),
    replace(ASKED, by=(Dimension.APP,), grain=Grain.WEEK, measures=(Measure.LIST_COST, Measure.TOKENS)),
    replace(ASKED, by=(Dimension.MODEL, Dimension.TOKEN_CLASS), where=AI, measures=(Measure.COST,)),
    replace(ASKED, by=(Dimension.WEEKDAY,), where=(SEARCH,)),
)
FINE = (
    replace(ASKED, by=(Dimension.MODEL,), where=(SEARCH,)),
    replace(ASKED, by=(Dimension.TEAM, Dimension.APP)),
    replace(ASKED, by=(Dimension.ACCOUNT,)),
)


def bill(house: House, first: int, last: int, seed: int) -> None:
    """Awkward amounts of the days from *first* to *last*, credits among them."""
    dice = random.Random(seed)
    rows = [
        {"day_start": f"2026-11-{day:02d}T00:00:00Z", "provider": dice.choice(("openai", "mistral")), "account": "a",
         "model": dice.choice(("gpt-5", "gpt-5-mini", "")), "billed_cost": "1",
         "tags": json.dumps({"team": dice.choice(("search", "Search", "lab", "")), "app": dice.choice("xyz")}),
         "effective_cost": str(Decimal(dice.randrange(-(10**24), 10**28)).scaleb(-18)),
         "tokens": str(dice.randrange(10**9))}
        for day in range(first, last + 1) for _ in range(9)
    ]  # fmt: skip
    file = house.home / f"{seed}.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    batch = Batch("acme", Dataset.CHARGES, Format.JSONL, (file,), COLUMNS, constants=SAID)
    assert house.facts.publish(batch, NOW).kept == len(rows)


@pytest.fixture
def billed(house: House) -> House:
    """Twenty days, of which five were told again otherwise: their file holds days that are not in force any more."""
    bill(house, 1, 14, seed=1)
    bill(house, 10, 20, seed=2)
    return house


def fresh(house: House, question: Question) -> tuple[Answer, Series, list[str]]:
    """What is said by whoever opens the files anew, with each figure as it is written."""
    house.ledger.shelf.close()
    answer, series = house.ledger.answer(question), house.ledger.series(question)
    figures = [str(value) for row in answer.rows for value in row.values.values()]
    return answer, replace(series, values=series.values.tobytes()), figures


def sums(house: House) -> list[str]:
    return [file.name for file in house.facts.folder.iterdir() if file.name.endswith(coarse.SUFFIX)]


def test_answers_are_the_same_with_and_without_them_and_where_some_are_missing(billed: House) -> None:
    said = {question: fresh(billed, question) for question in (*COARSE, *FINE)}
    assert all(answer.total[question.measures[0]] for question, (answer, *_) in said.items())
    for name in sums(billed):
        (billed.facts.folder / name).unlink()
        assert {question: fresh(billed, question) for question in said} == said


def test_they_are_read_alone_where_they_have_what_is_asked_and_not_at_all_elsewhere(billed: House) -> None:
    said = {question: fresh(billed, question) for question in COARSE}
    for file in billed.facts.folder.glob("*.parquet"):
        file.unlink()
    assert {question: fresh(billed, question) for question in COARSE} == said
    for question in FINE:
        with pytest.raises(duckdb.IOException):
            fresh(billed, question)


def test_a_series_holds_the_exact_figures_of_the_answer_by_day(billed: House) -> None:
    question = replace(ASKED, by=(Dimension.TEAM, Dimension.MODEL), measures=(Measure.COST,))
    answer = billed.ledger.answer(replace(question, grain=Grain.DAY))
    series = billed.ledger.series(question)
    exact = {(row.name, row.day): str(row.values[Measure.COST]) for row in answer.rows}
    assert {key: str(value) for key, value in series.exact.items()} == exact
    place = {name: number for number, name in enumerate(series.names)}
    for (name, day), told in exact.items():
        assert series.values[place[name], (day - NOVEMBER.start).days] == float(told)  # type: ignore[operator]


def test_whoever_sums_up_otherwise_reads_none_of_an_earlier_version() -> None:
    assert coarse.SUFFIX.startswith(".coarse-")
    assert len(coarse.SUFFIX) == len(".coarse-") + 8


def test_of_calls_too_every_sum_is_a_figure_and_what_they_never_tell_is_nothing(house: House) -> None:
    file = house.home / "calls.csv"
    file.write_text("request_id,ts_start,provider,model,input_tokens,output_tokens\n1,2026-11-01,openai,gpt-4o,9,1\n")
    house.publish(Requests().batch((file,)))
    (beside,) = sums(house)
    with duckdb.connect() as db:
        told = db.read_parquet(str(house.facts.folder / beside))
        rows = told.project("gpu_hours, drivers, tokens, requests, cost, original_cost").fetchall()
    assert rows
    assert None not in {value for row in rows for value in row}
    assert {row[:2] for row in rows} == {(0, 0)}


def test_where_nearly_every_call_has_an_app_of_its_own_sums_by_app_and_team_are_left_out(house: House) -> None:
    file, calls = house.home / "calls.csv", range(9000)
    head = "request_id,ts_start,provider,model,team,app,input_tokens,output_tokens,spend_usd\n"
    file.write_text(head + "".join(f"{n},2026-11-0{n % 3 + 1},openai,gpt-4o,t{n // 2},a{n},{n},1,0.1\n" for n in calls))
    house.publish(Requests().batch((file,)))
    assert sums(house) == []
    (some,) = [each for each in house.facts.folder.iterdir() if each.name.endswith(coarse.SOME)]
    asked = [replace(ASKED, ledger=LedgerName.METERED, by=by, measures=(Measure.COST, Measure.TOKENS))
             for by in ((), (Dimension.MODEL,), (Dimension.APP,), (Dimension.TEAM,))]  # fmt: skip
    said = {question: fresh(house, question) for question in asked}
    assert {answer.total[Measure.COST] for answer, *_ in said.values()} == {Decimal(900)}
    assert len(said[asked[2]][0].rows) > 10
    some.unlink()
    assert {question: fresh(house, question) for question in asked} == said
