"""A digest is due once per audience and local date, whatever restarts, replicas and the clock do."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.digests import claim, slots
from bot.settings import AudienceSettings
from finops.people import Audience
from storage.database import Engine, database
from storage.due import Due
from storage.effects import Effects

BERLIN = {Audience.FINANCE: AudienceSettings(channel="C0FINANCE00", zone="Europe/Berlin", at=time(2, 30),
                                             days=(0, 1, 2, 3, 4, 5, 6))}  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = database(f"sqlite:///{tmp_path}/state.sqlite")
    yield made
    made.dispose()


def test_it_is_not_due_before_its_time_nor_on_other_days() -> None:
    monday = {Audience.FINANCE: AudienceSettings(channel="C0FINANCE00", zone="UTC", at=time(9), days=(0,))}
    assert not list(slots(monday, datetime(2026, 11, 23, 8, 59, tzinfo=UTC)))
    assert list(slots(monday, datetime(2026, 11, 23, 9, 0, tzinfo=UTC)))
    assert not list(slots(monday, datetime(2026, 11, 24, 9, 0, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("day", "why"), [((2026, 10, 24, 20), "the autumn hour"), ((2026, 3, 28, 20), "the lost hour")]
)
def test_two_replicas_send_one_a_day_whatever_the_clock_does(engine: Engine, day: tuple[int, ...], why: str) -> None:
    start = datetime(*day, tzinfo=UTC)
    due, other = Due(engine), Due(engine)
    ticks = [start + timedelta(minutes=10 * n) for n in range(6 * 30)]
    sent = [claim(due, BERLIN, now) + claim(other, BERLIN, now) for now in ticks]
    dates = {date for now in ticks for _, date in slots(BERLIN, now)}
    assert sum(sent) == len(dates) == 3, why
    assert Effects(engine).waiting() == 3
