"""Collecting: what may still be corrected is read again and replaces the old; failures are told once, at either end."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.connections import ConnectedSource
from bot.jobs import Jobs
from bot.settings import Settings
from bot.wiring import built
from finops.batch import Batch, Dataset, Format
from finops.period import Period
from finops.question import Grain, Measure, Question
from finops.stamp import LedgerName
from sources._base import ApiSource, written
from sources.litellm import LiteLLM
from sources.openai import OpenAI
from storage.chain import verified
from tests.answering import Answering, Asked, Says, answering
from web.client import Web

DAY = 86_400
START = datetime(2026, 11, 10, 9, tzinfo=UTC)
NOVEMBER = Period(date(2026, 10, 1), date(2026, 12, 1))


@dataclass
class OpenAISays:
    """An organization that charges so much a day; it may fail at a path."""

    costs: dict[date, str] = field(default_factory=dict)
    fails: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    currency: str = "usd"

    def __call__(self, asked: Asked) -> Says:
        status = next((status for part, status in self.fails.items() if part in asked.path), 200)
        if status != 200:
            return Says({}, status, self.headers)
        first, last = (int(asked.query[name][0]) for name in ("start_time", "end_time"))
        days = [datetime.fromtimestamp(at, UTC).date() for at in range(first, last, DAY)]
        told = {"costs": self._costs, "completions": self._used}.get(asked.path.rpartition("/")[2], lambda day: [])
        buckets = [{"start_time": first + DAY * n, "results": told(day)} for n, day in enumerate(days)]
        return Says({"data": buckets, "has_more": False, "next_page": None})

    def _costs(self, day: date) -> list[Mapping[str, Any]]:
        return [{"amount": {"value": self.costs[day], "currency": self.currency}}] if day in self.costs else []

    def _used(self, day: date) -> list[Mapping[str, Any]]:
        return [{"input_tokens": 10, "num_model_requests": 1, "model": "gpt-4o"}] if day in self.costs else []


def _date(seconds: list[str]) -> date:
    return datetime.fromtimestamp(int(seconds[0]), UTC).date()


class Broken(ApiSource):
    """A source whose file cannot be read."""

    name = "Broken"

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        yield Batch("broken", Dataset.CHARGES, Format.JSONL, (into / "never written",), {})


class Collecting:
    """The job over a house whose clock is set by hand, and what the operators were told."""

    def __init__(self, home: Path, server: Answering) -> None:
        self.now, self.told, self.server = START, list[str](), server
        self.says = OpenAISays()
        server.chosen = self.says
        house = built(Settings(home=home), lambda: self.now)
        self.house = house
        key, wait = SecretStr("sk-admin-1"), lambda seconds: None
        openai, litellm = OpenAI(base_url=server.address, key=key), LiteLLM(base_url=server.address, key=key)
        sources = {
            "openai": ConnectedSource(openai, openai.web(wait)),
            "litellm": ConnectedSource(litellm, litellm.web(wait)),
        }
        self.jobs = Jobs(house, {"openai": sources["openai"]}, self.told.append)
        self.both = replace(self.jobs, sources={"litellm": sources["litellm"], "openai": sources["openai"]})

    def charges(self, cost: str, first: date, last: date) -> None:
        days = Period(first, last + timedelta(days=1))
        self.says.costs |= dict.fromkeys(days, cost)

    def run(self, at: datetime) -> list[Period]:
        """Collect at *at*; the periods that the costs were asked for."""
        self.now = at
        self.server.asked.clear()
        self.jobs.collect()
        return self.asked("costs")

    def asked(self, part: str) -> list[Period]:
        queries = [each.query for each in self.server.asked if part in each.path]
        spans = [
            [datetime.fromtimestamp(int(q[n][0]), UTC).date() for n in ("start_time", "end_time")] for q in queries
        ]
        return [Period(*span) for span in spans]

    def known(self, measure: Measure = Measure.COST, ledger: LedgerName = LedgerName.BILLED) -> dict[date, Decimal]:
        asked = Question((measure,), NOVEMBER, grain=Grain.DAY, ledger=ledger)
        return {row.day: row.values[measure] for row in self.house.ledger.answer(asked).rows if row.day}


@pytest.fixture(scope="module")
def server() -> Iterator[Answering]:
    with answering() as listening:
        yield listening


@pytest.fixture
def collecting(tmp_path: Path, server: Answering) -> Iterator[Collecting]:
    made = Collecting(tmp_path, server)
    made.charges("1.25", date(2026, 11, 1), date(2026, 11, 10))
    yield made
    made.house.engine.dispose()


def test_the_first_time_thirty_days_are_read_and_then_from_what_may_still_change(collecting: Collecting) -> None:
    assert collecting.run(START) == [Period(date(2026, 10, 11), date(2026, 11, 11))]
    collecting.charges("1.25", date(2026, 11, 11), date(2026, 11, 11))
    assert collecting.run(START + timedelta(days=1)) == [Period(date(2026, 11, 7), date(2026, 11, 12))]
    assert len(collecting.known()) == 11


def test_a_restated_day_replaces_the_old_and_a_settled_one_stays(collecting: Collecting) -> None:
    collecting.run(START)
    collecting.charges("2", date(2026, 11, 1), date(2026, 11, 10))
    collecting.run(START + timedelta(hours=1))
    known = collecting.known()
    assert [known[date(2026, 11, day)] for day in (6, 7, 10)] == [Decimal("1.25"), 2, 2]


def test_a_charge_that_was_withdrawn_is_gone_once_that_was_said_twice(collecting: Collecting) -> None:
    collecting.run(START)
    del collecting.says.costs[date(2026, 11, 9)]
    for hours in (1, 21):
        assert date(2026, 11, 9) in collecting.known()
        collecting.run(START + timedelta(hours=hours))
    assert date(2026, 11, 9) not in collecting.known()
    for day in (7, 8, 10):
        del collecting.says.costs[date(2026, 11, day)]
    collecting.run(START + timedelta(hours=22))
    collecting.run(START + timedelta(hours=42))
    assert max(collecting.known()) == date(2026, 11, 6)


def test_after_a_long_absence_the_gap_is_read(collecting: Collecting) -> None:
    collecting.run(START)
    assert collecting.run(START + timedelta(days=60)) == [Period(date(2026, 11, 7), date(2027, 1, 10))]


def test_what_one_half_of_a_source_missed_is_read_again(collecting: Collecting) -> None:
    collecting.run(START)
    collecting.says.fails = {"usage": 403}
    collecting.charges("1.25", date(2026, 11, 11), date(2026, 11, 18))
    for days in (1, 8):
        collecting.run(START + timedelta(days=days))
    collecting.says.fails = {}
    collecting.run(START + timedelta(days=8, hours=1))
    metered = collecting.known(Measure.REQUESTS, LedgerName.METERED)
    assert set(metered) == set(Period(date(2026, 11, 1), date(2026, 11, 19)))


def test_a_half_that_has_nothing_more_is_not_read_from_its_end_for_ever(collecting: Collecting) -> None:
    collecting.run(START)
    collecting.says.fails = {"usage": 403}
    collecting.charges("1.25", date(2026, 11, 11), date(2027, 3, 10))
    collecting.run(START + timedelta(days=120))
    assert collecting.run(START + timedelta(days=120, hours=1)) == [Period(date(2027, 2, 8), date(2027, 3, 11))]


def test_a_source_that_fails_does_not_keep_the_next_one_from_being_read(collecting: Collecting) -> None:
    collecting.says.fails = {"spend/logs": 401}
    found = collecting.both.collect()
    assert [name for name, each in found.items() if each.published] == ["openai/charges", "openai/requests"]
    assert len(collecting.told) == 1
    assert "LiteLLM refuses the key" in collecting.told[0]


def test_a_source_of_which_no_row_can_be_kept_is_told_once_and_what_was_known_stays(collecting: Collecting) -> None:
    collecting.run(START)
    before = collecting.known()
    collecting.says.currency = "eur"
    for hours in (1, 2):
        collecting.run(START + timedelta(hours=hours))
    [told] = collecting.told
    assert told.startswith("openai: no row of its charges can be kept: currency: “EUR” is not the reporting currency")
    assert collecting.known() == before
    assert "no row" in collecting.house.failures.failures()["openai"]


def test_the_days_of_a_source_that_are_delivered_one_by_one_are_counted_together(collecting: Collecting) -> None:
    collecting.server.chosen = _one_call_a_day
    found = collecting.both.collect("litellm")["litellm/requests"]
    assert (found.read, found.kept, found.changed, found.published) == (31, 31, 31, True)


def test_an_odd_call_alone_on_its_day_stops_nothing_and_is_remembered(collecting: Collecting) -> None:
    def chosen(asked: Asked) -> Says:
        said = _one_call_a_day(asked)
        odd = asked.query["start_date"][0].startswith("2026-11-10")
        return Says({**said.body, "data": [{**said.body["data"][0], "prompt_tokens": None}]}) if odd else said

    collecting.server.chosen = chosen
    found = collecting.both.collect("litellm")["litellm/requests"]
    assert (found.read, found.kept, found.quarantined) == (31, 30, 1)
    assert not collecting.told
    [held] = collecting.house.failures.quarantined()["litellm"]
    assert (held.file, held.row, held.field) == ("litellm-log-2026-11-10.jsonl.gz", 1, "prompt_tokens")
    collecting.server.chosen = _one_call_a_day
    collecting.both.collect("litellm")
    assert not collecting.house.failures.quarantined()


def _one_call_a_day(asked: Asked) -> Says:
    day = asked.query["start_date"][0][:10]
    call = {"request_id": day, "startTime": f"{day}T01:00:00Z", "model": "gpt-4o", "prompt_tokens": 1,
            "completion_tokens": 1, "custom_llm_provider": "openai"}  # fmt: skip
    return Says({"data": [call], "total_pages": 1})


def test_a_file_that_is_refused_does_not_keep_the_next_one_from_being_read(collecting: Collecting) -> None:
    broken = Broken(base_url=collecting.server.address, key=SecretStr("k"))
    both = replace(
        collecting.jobs, sources={"broken": ConnectedSource(broken, broken.web()), **collecting.jobs.sources}
    )
    assert "openai/charges" in both.collect()
    assert "is not there" in collecting.told[0]


def test_only_one_is_read_where_only_one_is_wanted(collecting: Collecting) -> None:
    collecting.server.asked.clear()
    collecting.both.collect("openai")
    assert {asked.path.split("/")[1] for asked in collecting.server.asked} == {"organization"}


@pytest.mark.parametrize("later", [{"costs": 500}, {"costs": 503}, {"costs": 429}])
def test_a_failure_is_told_once_when_it_starts_and_once_when_it_ends(
    collecting: Collecting, later: dict[str, int]
) -> None:
    collecting.says.fails = {"costs": 500}
    for wait in ("100", "200", "300"):
        collecting.run(collecting.now + timedelta(hours=1))
        collecting.says.fails, collecting.says.headers = later, {"Retry-After": wait}
    assert len(collecting.told) == 1
    assert collecting.told[0].startswith("openai: OpenAI is away (500)")
    collecting.says.fails = {}
    for _ in range(2):
        collecting.run(collecting.now + timedelta(hours=1))
    assert collecting.told[1:] == ["openai answers again."]


def test_a_key_that_is_refused_while_it_was_away_is_news(collecting: Collecting) -> None:
    for status in (503, 401, 401):
        collecting.says.fails = {"costs": status}
        collecting.run(collecting.now + timedelta(hours=1))
    assert [sentence.split(";")[0] for sentence in collecting.told] == [
        "openai: OpenAI is away (503).", "openai: OpenAI refuses the key (401)"]  # fmt: skip


def test_what_was_read_before_a_failure_stays(collecting: Collecting) -> None:
    collecting.run(START)
    before = collecting.known()
    collecting.says.fails = {"costs": 500}
    collecting.run(START + timedelta(hours=1))
    assert collecting.known() == before


def test_of_several_replicas_one_reads_a_source_in_an_hour_and_the_next_hour_is_free(collecting: Collecting) -> None:
    asked = []
    for minutes in (0, 20, 59, 60, 119):
        collecting.now = START + timedelta(minutes=minutes)
        collecting.server.asked.clear()
        replace(collecting.jobs).hourly()
        asked.append(bool(collecting.server.asked))
    assert asked == [True, False, False, True, False]


def test_a_source_that_ends_in_a_bug_is_told_with_a_reference_and_the_next_one_is_read(
    collecting: Collecting, caplog: pytest.LogCaptureFixture
) -> None:
    class Buggy(Broken):
        def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
            raise ZeroDivisionError("oh")

    buggy = Buggy(base_url=collecting.server.address, key=SecretStr("k"))
    both = replace(collecting.jobs, sources={"buggy": ConnectedSource(buggy, buggy.web()), **collecting.jobs.sources})
    assert "openai/charges" in both.collect()
    (reference,) = [record.getMessage()[4:12] for record in caplog.records if record.exc_info]
    assert collecting.told[0].startswith("buggy: ")
    assert reference in collecting.told[0]


def test_news_that_could_not_be_told_is_told_by_the_next_run_and_stops_nothing(collecting: Collecting) -> None:
    def silent(sentence: str) -> None:
        raise ZeroDivisionError("nobody hears")

    broken = Broken(base_url=collecting.server.address, key=SecretStr("k"))
    first = {"broken": ConnectedSource(broken, broken.web()), **collecting.jobs.sources}
    assert "openai/charges" in replace(collecting.jobs, sources=first, tell=silent).collect()
    for status, news in ((401, "openai: OpenAI refuses the key"), (200, "openai answers again.")):
        collecting.says.fails = {"costs": status}
        for tell in (silent, collecting.told.append, collecting.told.append):
            replace(collecting.jobs, tell=tell).collect()
        assert collecting.told.pop().startswith(news)
        assert not collecting.told


def test_a_run_that_changed_nothing_is_not_entered_in_the_audit_chain(collecting: Collecting) -> None:
    collecting.run(START)
    before = verified(collecting.house.engine, collecting.house.key).entries
    collecting.run(START + timedelta(hours=1))
    assert verified(collecting.house.engine, collecting.house.key).entries == before > 0
    collecting.charges("2", date(2026, 11, 10), date(2026, 11, 10))
    collecting.run(START + timedelta(hours=2))
    assert verified(collecting.house.engine, collecting.house.key).entries == before + 1


def test_two_who_write_the_same_page_at_once_do_not_spoil_it(tmp_path: Path) -> None:
    file = tmp_path / "pages" / "costs.jsonl.gz"

    def slowly() -> Iterator[dict[str, int]]:
        yield {"row": 1}
        written([{"row": 9}], file)  # another process, meanwhile
        yield {"row": 2}

    written(slowly(), file)
    assert gzip.decompress(file.read_bytes()) == b'{"row": 1}\n{"row": 2}\n'
    assert [each.name for each in file.parent.iterdir()] == [file.name]
