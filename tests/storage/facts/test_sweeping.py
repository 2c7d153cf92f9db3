"""What is over for long is swept: rows first, files a day later, and nobody who reads meanwhile notices."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text

from finops.question import Measure
from sources.requests import Requests
from storage.coarse import SUFFIX
from storage.ingest.request_sums import NAME
from storage.sweeping import Sweeping
from tests.storage.facts.conftest import NOW, House
from tests.storage.facts.test_shelf import SPENT, call, log, spent

DAY = timedelta(days=1)


@pytest.fixture
def sweeping(house: House) -> Sweeping:
    return Sweeping(house.home, house.facts.engine)


def delivered(house: House, spend: str, now: datetime = NOW) -> set[str]:
    """The files of facts after a delivery that says *spend*."""
    file = log(house.home / "calls.csv", call("1", "search", spend))
    house.facts.publish(Requests().batch((file,)), now)
    return facts(house)


def facts(house: House) -> set[str]:
    return {file.name for file in house.facts.folder.iterdir() if not file.name.endswith(SUFFIX)}


def sums(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith(NAME)}


def test_a_day_that_was_replaced_is_kept_for_thirty_days_and_its_file_a_day_longer(
    house: House, sweeping: Sweeping
) -> None:
    old = delivered(house, "1.5")
    new = delivered(house, "2") - old
    assert sweeping.swept(NOW + 29 * DAY)["retired"] == 0
    assert sweeping.swept(NOW + 31 * DAY)["retired"] == 2  # its rows, and their sums
    assert facts(house) == old | new
    sweeping.swept(NOW + 31.5 * DAY)
    assert facts(house) == old | new
    assert all((house.facts.folder / f"{name}{SUFFIX}").exists() for name in sums(old))
    assert sweeping.swept(NOW + 32.5 * DAY)["facts"] == 3  # and what lies beside them
    assert {file.name for file in house.facts.folder.iterdir()} == {*new, *(f"{name}{SUFFIX}" for name in sums(new))}
    assert spent(house) == {"search": Decimal(2)}


def test_whoever_opened_what_was_replaced_can_read_on_while_its_row_is_swept(house: House, sweeping: Sweeping) -> None:
    delivered(house, "1.5")
    ledger, opened = house.ledger, house.ledger.shelf.opened()
    delivered(house, "2")
    sweeping.swept(NOW + 31 * DAY)
    names = [str(opened.folder / each.file) for each in opened.manifest.files]
    assert all(Path(name).exists() for name in names)
    assert ledger.answer(SPENT).total[Measure.COST] == 2


def test_readers_never_fail_while_days_are_replaced_and_swept(house: House, sweeping: Sweeping) -> None:
    delivered(house, "1")
    over, seen = Event(), set[Decimal]()

    def read() -> int:
        count = 0
        while not over.is_set() or not count:
            seen.add(house.ledger.answer(SPENT).total[Measure.COST])
            count += 1
        return count

    with ThreadPoolExecutor(2) as readers:
        reading = [readers.submit(read) for _ in range(2)]
        for number in range(2, 10):
            now = NOW + 40 * number * DAY
            delivered(house, str(number), now)
            sweeping.swept(now)
            sweeping.swept(now + 1.5 * DAY)
        over.set()
        assert all(each.result() for each in reading)
    assert seen <= {Decimal(number) for number in range(1, 10)}
    assert len(facts(house)) <= 4
    assert len(sums(facts(house))) <= 2


def test_what_no_day_names_goes_after_a_day_and_what_is_in_force_stays(house: House, sweeping: Sweeping) -> None:
    kept = delivered(house, "1.5")
    (named,) = sums(kept)
    for name in ("unfinished-1", "requests-orphan.parquet", f"requests-other.parquet{SUFFIX}", "unfinished-2"):
        (house.facts.folder / name).write_bytes(b"x")
    for name in (*kept, f"{named}{SUFFIX}"):
        aged(house.facts.folder / name, 400 * DAY)
    aged(house.facts.folder / f"requests-other.parquet{SUFFIX}", 2 * DAY)
    aged(house.facts.folder / "unfinished-1", 2 * DAY)
    aged(house.facts.folder / "requests-orphan.parquet", 2 * DAY)
    aged(house.facts.folder / "unfinished-2", DAY / 2)
    assert sweeping.swept(NOW)["facts"] == 3
    assert {file.name for file in house.facts.folder.iterdir()} == {*kept, f"{named}{SUFFIX}", "unfinished-2"}


def aged(file: Path, age: timedelta) -> None:
    os.utime(file, ((NOW - age).timestamp(), (NOW - age).timestamp()))


def test_pages_of_older_runs_go(house: House, sweeping: Sweeping) -> None:
    for run, age in (("one", 3 * DAY), ("two", DAY)):
        (house.home / "pages" / run).mkdir(parents=True)
        (house.home / "pages" / run / "costs.jsonl.gz").write_bytes(b"x")
        aged(house.home / "pages" / run, age)
    assert sweeping.swept(NOW)["pages"] == 1
    assert [each.name for each in (house.home / "pages").iterdir()] == ["two"]


def test_a_routine_delivery_is_entered_in_the_audit_chain_only_if_it_changed_something(house: House) -> None:
    file = log(house.home / "calls.csv", call("1", "search", "1"))
    batch = Requests().batch((file,))
    entries = []
    for routine in (True, True, False):
        house.facts.publish(batch, NOW, routine=routine)
        with house.facts.engine.connect() as connection:
            entries.append(connection.execute(text("SELECT count(*) FROM audit")).scalar())
    assert entries == [1, 1, 2]
