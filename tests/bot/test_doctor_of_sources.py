"""The doctor asks every configured source something cheap, and says what to mend: the key, the bot, the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.connections import ConnectedSource, connected_sources
from bot.doctor_sources import Finding, sources
from bot.jobs import Jobs
from bot.settings import Settings
from bot.wiring import House, built
from sources.focus import Focus
from sources.litellm import LiteLLM
from tests.answering import Answering, Asked, Says, answering
from tests.bot.test_collecting import START, OpenAISays
from web.client import Web

KEY = "sk-planted-5c0ffee-key"
DAY = date(2026, 11, 9)


@pytest.fixture(scope="module")
def server() -> Iterator[Answering]:
    with answering() as listening:
        yield listening


@pytest.fixture
def house(tmp_path: Path, server: Answering) -> Iterator[House]:
    """A house with OpenAI configured, collected once at START."""
    configured: dict[str, Any] = {"openai": {"base_url": server.address, "key": KEY}}
    made = built(Settings(home=tmp_path, sources=configured), lambda: START)
    server.chosen = OpenAISays(dict.fromkeys((DAY, START.date()), "1.25"))
    yield made
    made.engine.dispose()


def collected(house: House) -> House:
    Jobs(house, connected_sources(house.settings), lambda said: None).collect()
    return house


def found(house: House, at: datetime = START) -> list[Finding]:
    return list(sources(replace(house, clock=lambda: at)))


def wrong(house: House, at: datetime = START) -> str:
    return "\n".join(said for well, said in found(house, at) if not well)


def test_a_source_that_is_well_answers_was_read_and_reaches_far_enough(house: House) -> None:
    assert [said for _, said in found(collected(house))] == [
        "openai answers, and may be read.", "openai was last read on 2026-11-10 09:00 UTC.",
        "openai (charges) reaches to 2026-11-10.", "openai/openai (requests) reaches to 2026-11-10."]  # fmt: skip
    assert not wrong(house)


def test_it_asks_for_yesterday_each_address_once(house: House, server: Answering) -> None:
    collected(house)
    server.asked.clear()
    found(house)
    paths = [asked.path for asked in server.asked]
    assert len(paths) == len(set(paths)) > 3
    assert {asked.query["start_time"][0] for asked in server.asked} == {f"{datetime(2026, 11, 9).timestamp():.0f}"}


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_said_with_the_permission_that_it_needs(
    house: House, server: Answering, status: int
) -> None:
    server.says(Says({}, status))
    said = wrong(collected(house))
    assert f"openai: OpenAI refuses the key ({status}); give it one with the permission it needs. It needs: " in said
    assert "admin key (`sk-admin-…`; platform.openai.com, Settings" in said
    assert "openai, when it was last read: OpenAI refuses the key" in said
    assert KEY not in said


def test_a_permission_that_only_the_second_half_lacks_is_found(house: House, server: Answering) -> None:
    server.chosen = OpenAISays({DAY: "1"}, fails={"usage": 403})
    assert "OpenAI refuses the key (403)" in wrong(house)


def test_a_source_that_is_away_is_asked_once(house: House, server: Answering) -> None:
    server.says(Says({}, 503))
    server.asked.clear()
    assert "openai: OpenAI is away (503). If it stays so, look at sources.openai in config.yaml." in wrong(house)
    assert len(server.asked) == 1


def test_a_source_that_was_never_read_and_one_that_is_not_read_any_more_say_how(house: House) -> None:
    assert "Nothing of openai is known yet; `tuppence collect openai` reads it now." in wrong(house)
    said = wrong(collected(house), START + timedelta(days=3))
    assert "though it is asked hourly; look whether the bot runs" in said
    assert "openai (charges) reaches to 2026-11-10, which is old; look whether openai has newer days." in said


def test_only_the_first_page_of_a_long_day_is_asked_for(server: Answering, tmp_path: Path) -> None:
    server.asked.clear()
    server.chosen = lambda asked: Says({"data": [call(asked)], "total_pages": 999})
    source = LiteLLM(base_url=server.address, key=SecretStr(KEY))
    assert ConnectedSource(source, source.web()).check(DAY, tmp_path) == "answers, and may be read"
    assert [asked.query["page"] for asked in server.asked] == [["1"]]
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def call(asked: Asked) -> dict[str, Any]:
    return {"request_id": asked.query["page"][0], "startTime": f"{DAY}T10:00:00Z", "model": "m", "prompt_tokens": 1,
            "completion_tokens": 1}  # fmt: skip


def test_a_source_whose_questions_cost_money_can_decline(house: House, server: Answering, tmp_path: Path) -> None:
    class Dear(LiteLLM):
        def check(self, web: Web, day: date, into: Path) -> str:
            return "was not asked, for each question costs money"

    server.asked.clear()
    dear = Dear(base_url=server.address, key=SecretStr(KEY))
    assert ConnectedSource(dear, dear.web()).check(DAY, tmp_path) == "was not asked, for each question costs money"
    assert not server.asked


def test_rows_held_back_are_named_by_file_row_and_field(house: House, tmp_path: Path) -> None:
    names = "ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,EffectiveCost"
    (tmp_path / "bad.csv").write_text(
        f"{names},BillingCurrency\n2026-11-09,Acme,a1,Chat,Usage,1,1,USD\n2026-11-09,Acme,a1,Chat,Usage,1,x,USD\n"
    )
    house.facts.publish(Focus().batch((tmp_path / "bad.csv",)), START)
    assert "Rows of focus are held back: bad.csv, row 2, EffectiveCost: " in wrong(house)
