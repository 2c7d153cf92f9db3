"""Hours are those of the zone that asks, also on days of 23 and 25 hours; each hour told is in exactly one of them."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops.period import Period
from finops.question import HOURS, WEEKDAYS, Dimension, Filter, Measure, Question
from sources.requests import Requests
from storage.hours import clock
from tests.storage.facts.conftest import House

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Kiritimati")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""In Berlin a day of 23 hours, and one of 25."""
ASKED = Question((Measure.REQUESTS,), Period(SPRING, AUTUMN), by=(Dimension.HOUR,), zone="Europe/Berlin")


@settings(max_examples=25, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 12), st.sampled_from(ZONES))
def test_each_hour_has_one_place_and_goes_on_from_the_one_before(start: date, days: int, zone: str) -> None:
    with duckdb.connect() as db:
        clock(db, Period(start, start + timedelta(days=days)), zone)
        rows = db.execute("SELECT day, hour, local_hour, local_weekday FROM clock ORDER BY day, hour").fetchall()
    begun = [datetime(day.year, day.month, day.day, hour, tzinfo=UTC) for day, hour, *_ in rows]
    assert begun == [begun[0] + timedelta(hours=n) for n in range(24 * days)]
    there = [at.astimezone(ZoneInfo(zone)) for at in begun]
    assert [(hour, weekday) for *_, hour, weekday in rows] == [(HOURS[at.hour], WEEKDAYS[at.weekday()]) for at in there]


def told(house: House, folder: Path, day: date) -> None:
    """A call in the middle of each hour (UTC) of *day* and the days beside it, told the week after."""
    first = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC) - timedelta(days=1)
    with (folder / "calls.csv").open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(["request_id", "ts_start", "provider", "model", "input_tokens", "output_tokens", "spend_usd"])
        sheet.writerows((n, f"{first + timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ}", "openai", "in-house", 1, 1, 1)
                        for n in range(72))  # fmt: skip
    house.facts.publish(Requests().batch((folder / "calls.csv",)), first + timedelta(days=7))


@pytest.mark.parametrize(("day", "missing", "twice"), [(SPRING, "02:00", ""), (AUTUMN, "", "02:00")])
def test_a_sunday_on_which_clocks_change_lacks_an_hour_or_has_one_twice(
    house: House, tmp_path: Path, day: date, missing: str, twice: str
) -> None:
    told(house, tmp_path, day)
    sunday = (Filter(Dimension.WEEKDAY, ("Sunday",)),)
    asked = replace(ASKED, period=Period(day - timedelta(days=1), day + timedelta(days=2)), where=sunday)
    found = {row.key[Dimension.HOUR]: row.values[Measure.REQUESTS] for row in house.ledger.answer(asked).rows}
    expected = Counter(HOURS) - Counter([missing]) + Counter([twice] if twice else [])
    assert found == {hour: Decimal(count) for hour, count in expected.items()}
    assert sum(found.values()) == (25 if twice else 23)
