"""On PostgreSQL, too, who publishes or sweeps waits until whoever publishes is through."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from finops.normalise import Owners
from sources._prices import PriceLists
from sources.drivers import Drivers
from storage.database import Turn, take
from storage.facts import Facts
from storage.sweeping import Sweeping
from tests.storage.facts.conftest import NOW

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :turn AND NOT granted"


def published(home: Path, engine: Engine) -> object:
    (home / "drivers.csv").write_text("date,app,driver,count\n2026-11-02,chat,tickets,3\n")
    facts = Facts(home, engine, b"k" * 32, PriceLists(), Owners())
    return facts.publish(Drivers().batch((home / "drivers.csv",)), NOW).kept


def swept(home: Path, engine: Engine) -> object:
    return Sweeping(home, engine).swept(NOW)["facts"]


def until_it_waits(engine: Engine, work: "Future[object]") -> None:
    """Come back when *work* waits for its turn, or is through without."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as outside:
        while not work.done() and not outside.execute(text(WAITING), {"turn": int(Turn.PUBLISH)}).scalar():
            time.sleep(0.02)


@pytest.mark.parametrize("state_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("work", "comes_to"), [(published, 1), (swept, 0)])
def test_nobody_publishes_or_sweeps_while_another_publishes(
    engine: Engine, tmp_path: Path, work: Callable[[Path, Engine], object], comes_to: int
) -> None:
    with ThreadPoolExecutor(1) as thread:
        with Session(engine) as session, session.begin():
            take(session, Turn.PUBLISH)
            done = thread.submit(work, tmp_path, engine)
            until_it_waits(engine, done)
            assert not done.done()
            assert not list((tmp_path / "facts").glob("*.parquet"))
        assert done.result(60) == comes_to
