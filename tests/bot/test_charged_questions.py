"""Sources that charge for each question: asked once in each half of a day, and how often is counted and shown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.connections import ConnectedSource
from bot.doctor import findings
from bot.jobs import Jobs
from bot.plain import plain
from bot.settings import Settings
from bot.terminal import answered
from bot.wiring import House, built
from sources.aws_cost_explorer import AwsCostExplorer
from tests.answering import Answering, Says, answering

START = datetime(2026, 11, 10, 9, tzinfo=UTC)
CHARGED = "aws_cost_explorer charges for each question"
_METRICS = {name: {"Amount": "1.5", "Unit": "USD"} for name in ("UnblendedCost", "AmortizedCost", "UsageQuantity")}
DAY = {"TimePeriod": {"Start": "2026-11-09"}, "Groups": [{"Keys": ["Amazon Bedrock", "x"], "Metrics": _METRICS}]}


class Charging:
    """A house with AWS Cost Explorer as its one source, and a clock that is set by hand."""

    def __init__(self, home: Path, server: Answering) -> None:
        self.now, self.told, self.home, self.server = START, list[str](), home, server
        self.house = self.started()

    def started(self) -> House:
        return built(Settings(home=self.home), lambda: self.now)

    @property
    def jobs(self) -> Jobs:
        """The jobs as after a new start."""
        aws = AwsCostExplorer(base_url=self.server.address, key=SecretStr("secret"), access_key_id="AKID")
        connected = ConnectedSource(aws, aws.web(lambda _: None))
        return Jobs(self.house, {"aws_cost_explorer": connected}, self.told.append)

    def asked(self, at: datetime) -> int:
        """How many questions were asked at *at*, by the clock."""
        self.now, before = at, len(self.server.asked)
        self.jobs.hourly()
        return len(self.server.asked) - before


@pytest.fixture(scope="module")
def server() -> Iterator[Answering]:
    with answering() as listening:
        yield listening


@pytest.fixture
def charging(tmp_path: Path, server: Answering) -> Iterator[Charging]:
    server.asked.clear()
    server.says(Says({"ResultsByTime": [DAY]}))
    made = Charging(tmp_path, server)
    yield made
    made.house.engine.dispose()


def test_it_is_asked_once_in_each_half_of_a_day_whoever_asks(charging: Charging) -> None:
    hours = [charging.asked(START.replace(hour=0) + timedelta(hours=hour)) for hour in range(48)]
    assert [hour for hour, asked in enumerate(hours) if asked] == [0, 12, 24, 36]
    assert charging.jobs.collect() == {}
    assert charging.told == [f"{CHARGED} and was asked in this half of the day (UTC) already."]


def test_whoever_asks_by_hand_takes_the_turn_of_the_clock(charging: Charging) -> None:
    assert list(charging.jobs.collect("aws_cost_explorer")) == ["aws_cost_explorer/charges"]
    assert charging.asked(START + timedelta(hours=1)) == 0
    assert charging.asked(START + timedelta(hours=4)) == 1


def test_every_page_and_every_try_is_counted_over_new_starts_and_shown_by_month(charging: Charging) -> None:
    page = Says({"ResultsByTime": [DAY], "NextPageToken": "next"})
    charging.server.says(Says({}, 503), page, Says({"ResultsByTime": []}))
    assert charging.asked(START) == 3
    charging.house.engine.dispose()
    charging.house = charging.started()
    charging.server.says(Says({"__type": "ExpiredTokenException"}, 400))
    assert charging.asked(START + timedelta(hours=4)) == 1
    said = plain(answered(charging.house, "sources", None), charging.house.settings.company.zone)
    assert f"{CHARGED}; it was asked 4 questions this month." in said
    assert (True, f"{CHARGED}; it was asked 4 times this month (UTC).") in list(findings(charging.house))
    charging.now = START + timedelta(days=30)
    assert CHARGED not in plain(answered(charging.house, "sources", None), charging.house.settings.company.zone)


def test_of_several_replicas_one_asks(charging: Charging) -> None:
    first, second = charging.jobs, replace(charging.jobs)
    first.collect()
    second.collect()
    assert len(charging.server.asked) == 1
