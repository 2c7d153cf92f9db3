"""Socket Mode: a link that Slack refreshes or that falls silent is made anew, and the bot hears again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from slack_bolt import App
from slack_sdk.socket_mode.builtin.connection import ConnectionState

from bot.door import door, opened
from bot.links import Link
from tests import plain
from tests.bot.office import FINANCE, FIONA, Office, until


def hears(office: Office) -> bool:
    """Whether a command reaches the bot, in which case its answer is seen."""
    before = len(office.whispers(FIONA))
    if office.slack.act("/ui/command", channel=FINANCE, text="/finops help", **{"as": FIONA}) != {"ok": True}:
        return False
    until(lambda: len(office.whispers(FIONA)) > before, "the answer")
    return True


def test_after_a_refresh_the_bot_hears_again(office: Office) -> None:
    assert hears(office)
    office.slack.act("/control/faults", disconnect=True)
    until(lambda: hears(office), "the bot to hear")
    assert office.bots[0].links.silence < 60


@dataclass
class Later:
    """The wall clock, set forward."""

    by: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.by


@pytest.fixture
def link(office: Office) -> Iterator[tuple[Link, Later]]:
    told, later = office.slack.told, Later()
    office.settle()
    until(lambda: not office.slack.look("/ui/workspace")["connected"])
    made = Link(App(client=office.bots[0].delivery.reads, token_verification_enabled=False, signing_secret="unused"),
                told["app_token"], told["api"], later)  # fmt: skip
    yield made, later
    made.close()
    until(lambda: not office.slack.look("/ui/workspace")["connected"])


def test_the_watchdog_rebuilds_a_link_that_was_silent_for_a_minute(link: tuple[Link, Later], office: Office) -> None:
    watched, later = link
    watched.open()
    before = watched._handler
    watched.tick()
    assert watched._handler is before
    later.by = 61
    assert watched.silence > 60
    watched.tick()
    assert watched._handler is not before
    assert watched.silence < 60
    until(lambda: office.slack.look("/ui/workspace")["connected"], "the link")


def test_while_slack_is_away_the_silence_goes_on_and_every_tick_tries_again(
    link: tuple[Link, Later], office: Office
) -> None:
    watched, later = link
    watched.open()
    right, watched.app_token = watched.app_token, "xapp-sandbox-wrong"
    for later.by in (61, 122, 183):
        watched.tick()
    assert watched.silence > 180
    watched.app_token = right
    watched.tick()
    assert watched.silence < 60
    until(lambda: office.slack.look("/ui/workspace")["connected"], "the link")


class Forgetful(ConnectionState):
    """The SDK's state, as it is when its reader begins to read just after it was told to end: that is forgotten."""

    told, begun = 0, -1

    @property
    def terminated(self) -> bool:
        return self.told > 3

    @terminated.setter
    def terminated(self, end: bool) -> None:
        self.told += end
        self.begun += not end


def test_a_reader_that_forgets_that_it_was_told_to_end_is_told_again(link: tuple[Link, Later]) -> None:
    watched, _ = link
    watched.open()
    assert watched._handler
    client = watched._handler.client
    before, client.current_session_state = client.current_session_state, (state := Forgetful())
    before.terminated = True
    client.current_session.ping("so that it reads, and ends")
    until(lambda: state.begun, "the reader to begin anew")
    watched.close()
    assert state.terminated


@pytest.mark.parametrize(("silent", "status"), [(0.0, 200), (60.0, 200), (121.0, 503)])
def test_health_is_bad_after_two_silent_minutes(office: Office, silent: float, status: int) -> None:
    bot, later = office.bots[0], Later()
    for each in bot.links.each:
        each.clock = later
    later.by = silent
    shut = opened(door(bot.health, None), "127.0.0.1", 0)
    answer = plain.get(f"http://127.0.0.1:{shut.port}/healthz")
    shut.close()
    assert answer.status_code == status
    assert answer.json()["slack_silent_seconds"] >= silent - 1
