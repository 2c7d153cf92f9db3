"""Of sources that tell of the same bill, or of the same calls, one counts; which one, and which not, is said."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

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
    told = house.ledger.answer(Question((Measure.BILLED_COST,), NOVEMBER))
    assert told.total[Measure.BILLED_COST] == 3 * Decimal("1.5")
    assert {feed.feed: feed.instead for feed in house.ledger.freshness()} == {
        "exports/Amazon Web Services/a1": "", "focus/AWS/a1": "exports"}  # fmt: skip


def test_a_source_that_counts_alone_counts(house: House, tmp_path: Path) -> None:
    for source, provider in (("gateway", "openai"), ("traces", "openai"), ("traces", "mistral")):
        (tmp_path / "calls.csv").write_text(f"{CALL}a,2026-11-02T10:00:00Z,{provider},m-1,10,5,1\n")
        house.publish(replace(Requests().batch((tmp_path / "calls.csv",)), source=source))
    instead = {feed.feed: feed.instead for feed in house.ledger.freshness()}
    assert instead == {"gateway/openai": "traces", "traces/mistral": "", "traces/openai": ""}
    assert house.ledger.answer(Question((Measure.REQUESTS,), NOVEMBER)).total[Measure.REQUESTS] == 2
