"""The same files, twice, in any order, by two processes at once: what is known is what one import makes known."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from bot.settings import Settings
from bot.wiring import House, built
from finops.period import month_of
from finops.question import Dimension, Measure, Question
from sources._base import FileSource
from sources.drivers import Drivers
from sources.focus import Focus
from sources.outcomes import Outcomes
from sources.requests import Requests
from storage.chain import verified
from tests.bot.command_line.conftest import HEAD, charge
from tests.finops.fakes_ledger import NOW, TODAY

ROOT = Path(__file__).parents[2]
WHOLE = Question((Measure.COST, Measure.TOKENS, Measure.REQUESTS, Measure.DRIVERS), month_of(TODAY),
                 by=(Dimension.PROVIDER, Dimension.TEAM, Dimension.APP))  # fmt: skip
KINDS: dict[str, type[FileSource]] = {"focus": Focus, "requests": Requests, "drivers": Drivers, "outcomes": Outcomes}
IMPORTS = """
import sys
from pathlib import Path
import sources
from bot.settings import Settings
from bot.wiring import built
from finops.discovery import subclasses
from sources._base import Source
house = built(Settings(home=Path(sys.argv[1]), database=sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for said in sys.argv[3:]:
    kind, _, file = said.partition(":")
    house.facts.publish(subclasses(sources, Source)[kind]().batch((Path(file),)), house.clock())
"""


def files(folder: Path) -> list[str]:
    """One file of each kind, and bills as text, packed and as Parquet, each of an account of its own."""
    days = [f"2026-11-{day:02d}" for day in range(1, 11)]
    bills = {name: HEAD + "".join(charge(ChargePeriodStart=day, BillingAccountId=name) for day in days)
             for name in ("a1", "a2", "a3")}  # fmt: skip
    (folder / "a1.csv").write_text(bills["a1"])
    (folder / "a2.csv.gz").write_bytes(gzip.compress(bills["a2"].encode()))
    (folder / "a3.csv").write_text(bills["a3"])
    with duckdb.connect() as db:
        db.read_csv(str(folder / "a3.csv"), all_varchar=True).write_parquet(str(folder / "a3.parquet"))
    calls = "".join(f"{day},{day}T10:00:00Z,openai,gpt-5-nano,search,10,5,0.25\n" for day in days)
    head = "request_id,ts_start,provider,model,team,input_tokens,output_tokens,spend_usd\n"
    (folder / "calls.csv").write_text(head + calls)
    (folder / "drivers.csv").write_text("date,app,driver,count\n" + "".join(f"{day},chat,tickets,3\n" for day in days))
    (folder / "outcomes.csv").write_text(
        "request_id,at,type\n" + "".join(f"{d},{d}T11:00:00Z,accepted\n" for d in days)
    )
    kinds = {"a1.csv": "focus", "a2.csv.gz": "focus", "a3.parquet": "focus", "calls.csv": "requests",
             "drivers.csv": "drivers", "outcomes.csv": "outcomes"}  # fmt: skip
    return [f"{kind}:{folder / name}" for name, kind in kinds.items()]


def importing(home: Path, url: str, order: list[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", IMPORTS, str(home), url, *order]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def through(*started: subprocess.Popen[bytes]) -> None:
    """Let them go when all are ready, and wait until they are through."""
    for each in started:
        assert each.stdout
        assert each.stdout.readline() == b"ready\n"
    for each in started:
        assert each.stdin
        each.stdin.write(b"go\n")
        each.stdin.flush()
    for each in started:
        said = each.communicate(timeout=60)
        assert each.returncode == 0, said


def known(house: House) -> list[tuple[object, ...]]:
    """What is in force, by dataset, feed and day; requests by their sums."""
    with house.engine.connect() as connection:
        rows = connection.execute(text("SELECT dataset, feed, day, sha, rows FROM fact_file WHERE retired_at IS NULL "
                                       "AND dataset <> 'calls'"))  # fmt: skip
        return sorted(tuple(map(str, row)) for row in rows)


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return files(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, order: list[str]) -> Iterator[House]:
    """Each file imported once, by one process."""
    home = tmp_path_factory.mktemp("once")
    made = built(Settings(home=home), lambda: NOW)
    for said in order:
        kind, _, file = said.partition(":")
        made.facts.publish(KINDS[kind]().batch((Path(file),)), NOW)
    yield made
    made.engine.dispose()


def test_two_processes_that_import_the_same_in_other_orders_make_known_what_one_does(
    state_url: str, tmp_path: Path, once: House, order: list[str]
) -> None:
    home = tmp_path / "both"
    through(
        importing(home, state_url, [*order, *reversed(order)]),
        importing(home, state_url, [*order, *order[3:], *order[:3]]),
    )
    house = built(Settings(home=home, database=state_url), lambda: NOW)
    assert known(house) == known(once) != []
    assert len(known(house)) == len({row[:3] for row in known(house)}) == 6 * 10
    assert house.ledger.answer(WHOLE).rows == once.ledger.answer(WHOLE).rows
    assert house.ledger.answer(WHOLE).total[Measure.REQUESTS] == 10
    assert verified(house.engine, house.key).broken_at is None
    assert not list((home / "facts").glob("unfinished*"))
    house.engine.dispose()
