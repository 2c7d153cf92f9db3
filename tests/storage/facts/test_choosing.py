"""Of sources that tell of the same bill, or of the same calls, one counts; which one, and which not, is said."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops.period import month_of
from finops.question import Measure, Question
from sources.focus import Focus
from sources.requests import Requests
from storage.choosing import billed, metered
from tests.bot.command_line.conftest import HEAD, charge
from tests.storage.facts.conftest import House

NOVEMBER = month_of(date(2026, 11, 1))
CALL = "request_id,ts_start,provider,model,input_tokens,output_tokens,spend_usd\n"


@dataclass(frozen=True)
class File:
    """A day of a feed."""

    dataset: str
    feed: str
    day: date = date(2026, 11, 2)
    per_call: bool = False


@pytest.mark.parametrize(
    ("one", "other"),
    [("AWS", "Amazon Web Services"), ("Google Cloud", "GCP"), ("Microsoft", "Azure"), ("openai", "OpenAI")],
)
def test_the_bills_of_one_vendor_are_the_same_however_they_call_it(one: str, other: str) -> None:
    known = [File("charges", f"focus/{one}/1"), File("charges", f"exports/{other}/1")]
    assert [file.feed for file in billed(known)] == [f"focus/{one}/1"]
    longer = [*known, File("charges", f"exports/{other}/1", date(2026, 11, 3))]
    assert {file.feed for file in billed(longer)} == {f"exports/{other}/1"}


def test_calls_go_by_what_they_were_sent_to() -> None:
    known = [File("requests", "litellm/gemini"), File("requests", "otel/vertex_ai"), File("requests", "otel/Gemini")]
    assert {file.feed for file in metered(known)} == {"otel/Gemini", "otel/vertex_ai"}


def test_two_bills_of_a_vendor_are_not_added_and_it_is_told_which_one_counts(house: House, tmp_path: Path) -> None:
    for source, name, days in (("focus", "AWS", 2), ("exports", "Amazon Web Services", 3)):
        lines = [charge(ProviderName=name, ChargePeriodStart=f"2026-11-{day:02}") for day in range(1, days + 1)]
        (tmp_path / f"{source}.csv").write_text(HEAD + "".join(lines))
        house.publish(replace(Focus().batch((tmp_path / f"{source}.csv",)), source=source))
    answer = house.ledger.answer(Question((Measure.BILLED_COST,), NOVEMBER))
    assert answer.total[Measure.BILLED_COST] == 3 * Decimal("1.5")
    assert {feed.feed: feed.instead for feed in house.ledger.freshness()} == {
        "exports/Amazon Web Services/a1": "", "focus/AWS/a1": "exports"}  # fmt: skip


def told(house: House, tmp_path: Path, source: str, provider: str, id: str, **said: Any) -> None:
    (tmp_path / "calls.csv").write_text(f"{CALL}{id},2026-11-02T10:00:00Z,{provider},m-1,10,5,1\n")
    house.publish(replace(Requests().batch((tmp_path / "calls.csv",)), source=source, **said))


def test_a_source_that_counts_alone_counts(house: House, tmp_path: Path) -> None:
    for source, provider in (("gateway", "openai"), ("traces", "openai"), ("traces", "mistral")):
        told(house, tmp_path, source, provider, "a", per_call=False)
    instead = {feed.feed: feed.instead for feed in house.ledger.freshness()}
    assert instead == {"gateway/openai": "traces", "traces/mistral": "", "traces/openai": ""}
    assert house.ledger.answer(Question((Measure.REQUESTS,), NOVEMBER)).total[Measure.REQUESTS] == 2


def test_sources_that_tell_each_call_are_united(house: House, tmp_path: Path) -> None:
    """A call that both tell counts once, and what only one tells counts too."""
    for source, provider, id in (("gateway", "openai", "a"), ("traces", "openai", "a"), ("traces", "openai", "b"),
                                 ("traces", "mistral", "c")):  # fmt: skip
        told(house, tmp_path, source, provider, id)
    assert {feed.feed: feed.instead for feed in house.ledger.freshness()} == {
        "gateway/openai": "", "traces/mistral": "", "traces/openai": ""}  # fmt: skip
    assert house.ledger.answer(Question((Measure.REQUESTS,), NOVEMBER)).total[Measure.REQUESTS] == 3


def calls(feed: str, *days: int, per_call: bool = True) -> list[File]:
    return [File("requests", feed, date(2026, 11, day), per_call) for day in days]


def test_calls_and_sums_of_them_are_never_added_and_whichever_knows_more_days_counts() -> None:
    log, traces, sums = calls("litellm/openai", 1, 2), calls("otel/openai", 3), calls("openai/openai", 1, 2, 3,
                                                                                     per_call=False)  # fmt: skip
    assert metered([*log, *sums]) == (*sums,)
    assert metered([*log, *traces, *sums]) == (*log, *traces)


def test_days_of_which_an_earlier_version_kept_sums_of_a_log_stand_beside_its_calls() -> None:
    before, now = calls("litellm/openai", 1, 2, 3, 4, per_call=False), calls("litellm/openai", 3)
    assert {(file.day.day, file.per_call) for file in metered([*before, *now])} == {
        (1, False), (2, False), (3, True), (4, False)}  # fmt: skip
