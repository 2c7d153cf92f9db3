"""What the bot does unasked: names are looked up before anybody asks, and what is over goes, whatever else fails."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from bot.jobs import Jobs
from bot.settings import Settings
from bot.wiring import House, built
from finops.question import Dimension
from sources.requests import Requests
from storage import coarse

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LOG = """request_id,ts_start,provider,model,team,input_tokens,output_tokens
r1,2026-11-23T08:00:00Z,openai,gpt-5,search,1000,10
r2,2026-03-23T08:00:00Z,openai,gpt-4o,long-ago,1000,10
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = built(Settings(home=tmp_path / "home"), lambda: NOW)
    (tmp_path / "log.csv").write_text(LOG)
    made.facts.publish(Requests().batch((tmp_path / "log.csv",)), NOW)
    yield made
    made.engine.dispose()


def test_who_is_ready_looks_nothing_up_to_say_that_a_name_is_unknown(house: House) -> None:
    Jobs(house, {}, print).ready()
    for file in house.facts.folder.iterdir():
        file.unlink()
    assert set(house.ledger.known().values[Dimension.TEAM]) == {"search"}
    assert set(house.ledger.known(ever=True).values[Dimension.TEAM]) == {"search", "long-ago"}


def test_facts_that_cannot_be_summed_up_keep_nothing_from_being_swept(house: House) -> None:
    (facts,) = house.facts.folder.glob("sums-*.parquet")
    coarse.beside(facts).unlink()
    facts.write_bytes(b"torn")
    over = house.facts.folder / "unfinished-0"
    over.touch()
    os.utime(over, ((NOW - timedelta(days=2)).timestamp(),) * 2)
    with pytest.raises(duckdb.Error):
        Jobs(house, {}, print).tidy()
    assert not over.exists()
