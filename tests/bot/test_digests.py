"""A digest is due once per audience and local date, whatever restarts, replicas and the clock do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.digests import claim, slots
from bot.settings import AudienceSettings
from finops.decision import Effect, Must
from finops.people import Audience
from storage.database import Engine
from storage.due import Due
from storage.effects import Effects
from tests.bot.office import FINANCE, FIONA, Office

BERLIN = {Audience.FINANCE: AudienceSettings(channel="C0FINANCE00", zone="Europe/Berlin", at=time(2, 30),
                                             days=(0, 1, 2, 3, 4, 5, 6))}  # fmt: skip


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


@pytest.mark.parametrize(
    ("zone", "at", "midnight"),
    [
        ("Europe/Berlin", time(2, 30), datetime(2026, 10, 24, 22, tzinfo=UTC)),  # half past two comes twice
        ("Europe/Berlin", time(2, 30), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # half past two does not come
        ("America/New_York", time(1, 30), datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("Pacific/Auckland", time(2, 30), datetime(2026, 9, 26, 12, tzinfo=UTC)),
        ("Asia/Kolkata", time(9), datetime(2026, 11, 23, 18, 30, tzinfo=UTC)),
    ],
)
def test_each_local_date_has_one_digest_and_not_before_its_time(zone: str, at: time, midnight: datetime) -> None:
    when = {Audience.FINANCE: AudienceSettings(channel="C0FINANCE00", zone=zone, at=at, days=tuple(range(7)))}
    day = midnight.astimezone(ZoneInfo(zone)).date()
    due = [
        midnight + timedelta(minutes=n) for n in range(23 * 60) if list(slots(when, midnight + timedelta(minutes=n)))
    ]
    assert {date for now in due for _, date in slots(when, now)} == {day}
    assert due[0].astimezone(ZoneInfo(zone)).time() >= at
    assert due[0] - midnight <= timedelta(hours=at.hour + 1, minutes=at.minute)


def test_a_bot_that_was_away_at_the_time_sends_it_later_that_day_and_none_for_days_it_missed(engine: Engine) -> None:
    assert claim(Due(engine), BERLIN, datetime(2026, 11, 23, 22, 59, tzinfo=UTC)) == 1
    assert claim(Due(engine), BERLIN, datetime(2026, 11, 26, 8, tzinfo=UTC)) == 1  # started anew, three days later
    assert claim(Due(engine), BERLIN, datetime(2026, 11, 26, 8, tzinfo=UTC)) == 0
    assert Effects(engine).waiting() == 2


def test_of_many_replicas_at_the_same_moment_one_claims(engine: Engine) -> None:
    now = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    with ThreadPoolExecutor(6) as replicas:
        claimed = list(replicas.map(lambda _: claim(Due(engine), BERLIN, now), range(6)))
    assert sum(claimed) == 1


def test_two_bots_and_a_restart_post_one_digest_a_day(offices: Callable[..., Office], state_url: str) -> None:
    audience = {"finance": {"channel": FINANCE, "zone": "Europe/Berlin", "at": "02:30", "days": list(range(7))}}
    office = offices(database=state_url, more={"audiences": audience})
    office.opened()
    for office.clock.now in (datetime(2026, 10, 25, hour, 45, tzinfo=UTC) for hour in (0, 1, 2, 23)):
        for bot in office.bots:
            bot.jobs.digests()
            bot.worker.work()
    office.opened().jobs.digests()  # started anew
    office.work()
    posted = [one for one in office.seen(FINANCE, FIONA) if one["blocks"] and not one["thread_ts"]]
    assert len(posted) == 1  # at 23:45 it is the 26th in Berlin, but not yet half past two


def test_a_digest_that_is_worked_off_a_day_late_is_that_of_its_own_date(office: Office) -> None:
    Effects(office.house.engine).require(Effect(Must.DIGEST, "finance/2026-11-23"))
    office.work()
    (posted,) = [one for one in office.seen(FINANCE, FIONA) if one["blocks"] and not one["thread_ts"]]
    assert posted["blocks"][0]["text"]["text"] == "AI cost, week to Sun 22 Nov"
