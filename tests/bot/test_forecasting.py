"""Forecasts are made once a day of each team and of all together, and the report tells later how right they were."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs import Jobs
from bot.plain import plain
from bot.settings import CompanySettings, Settings
from bot.wiring import House, built
from finops.period import month_of, quarter_of
from sources.requests import Requests
from tests.bot.office import Clock
from tests.commands.conftest import FINANCE, FIONA

FIRST = date(2026, 9, 20)
_COLUMNS = "request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,key,spend_usd"


def calls(file: Path, first: date, last: date, more: int = 0) -> Path:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    lines = [f"{day}-{team},{day}T10:00:00Z,openai,gpt-5-nano,1000,10,{team},{team}-app,{team}-prod,{spend}"
             for day in days for team, spend in (("search", 30 + more), ("support", 4))]  # fmt: skip
    file.write_text("\n".join([_COLUMNS, *lines]))
    return file


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 10, 5, 9, tzinfo=UTC))


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    made = built(Settings(home=tmp_path / "home", company=CompanySettings(zone="Europe/Berlin")), clock)
    made.facts.publish(Requests().batch((calls(tmp_path / "1.csv", FIRST, date(2026, 10, 4)),)), clock.now)
    yield made
    made.engine.dispose()


def test_once_a_day_month_and_quarter_are_kept_for_each_team_and_all_together(house: House, clock: Clock) -> None:
    jobs = Jobs(house, {}, print)
    clock.now = datetime(2026, 10, 5, 3, 59, tzinfo=UTC)  # one minute to six in Berlin
    assert jobs.forecast() == 0
    clock.now += timedelta(minutes=1)
    assert (jobs.forecast(), jobs.forecast()) == (6, 0)
    for period in (month_of(jobs.today), quarter_of(jobs.today)):
        assert {each.team: float(each.end.amount) for each in house.forecasts.made(period)} == {
            "": 34 * period.days, "search": 30 * period.days, "support": 4 * period.days}  # fmt: skip
    clock.now += timedelta(days=1)
    assert jobs.forecast() == 6


def test_a_month_later_the_report_tells_how_right_they_were(house: House, clock: Clock, tmp_path: Path) -> None:
    Jobs(house, {}, print).forecast()
    clock.now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    house.facts.publish(
        Requests().batch((calls(tmp_path / "2.csv", date(2026, 10, 1), date(2026, 11, 1), 10),)), clock.now
    )
    said = plain(house.asking().typed("forecast", FIONA, FINANCE), "UTC")
    (line,) = [line for line in said.splitlines() if line.startswith("Forecast error")]
    assert line == "Forecast error, October 2026: −23 %, by team 23 %; 1 of 2 teams within the band"
