"""A message is said once, whatever becomes of its thread; a digest, too, whoever dies meanwhile."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.charts import Renderer
from bot.delivery import Delivery
from bot.settings import Settings
from bot.showing import Showing
from bot.wiring import built
from finops.budgets.approval import Change, Seen, propose
from finops.money import Money
from finops.people import Audience, Member, Place
from finops.report import Note, Report, say
from storage.chart_files import ChartFiles
from storage.places import Places
from tests.answering import Answering, Asked, Says, answering

REPORT = Report("Weekly", say("All is well."), details=(Note(say("one")), Note(say("two"))))
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Slack:
    """Takes every message; to those in a thread it says what is in *threads* first."""

    def __init__(self, server: Answering) -> None:
        self.main, self.inside = 0, list[str]()
        self.threads: list[Says] = []
        self.waited: list[float] = []
        server.chosen = self
        self.client = WebClient("xoxb-1", base_url=f"{server.address}/", retry_handlers=[])

    def __call__(self, asked: Asked) -> Says:
        body = json.loads(asked.body)
        if "thread_ts" not in body:
            self.main += 1
            return Says({"ok": True, "ts": f"{self.main}.0"})
        if self.threads:
            return self.threads.pop(0)
        self.inside.append(str(body["blocks"]))
        return Says({"ok": True, "ts": "9.9"})


@pytest.fixture
def slack() -> Iterator[Slack]:
    with answering() as server:
        yield Slack(server)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    drawing = Renderer()
    yield drawing
    drawing.close()


@pytest.fixture
def showing(slack: Slack, renderer: Renderer, tmp_path: Path) -> Iterator[Showing]:
    house = built(Settings(home=tmp_path), lambda: NOW)
    channels = {Audience.FINANCE: Place("C1", "UTC", Audience.FINANCE)}
    delivery = Delivery(slack.client, slack.client, ChartFiles(house.engine), renderer, slack.waited.append)
    yield Showing(delivery, Places(house.engine), channels, house.desk, lambda place: False, lambda: NOW)
    house.engine.dispose()


@pytest.mark.parametrize("fails", [Says({"ok": False, "error": "fatal_error"}), Says(b"<html>", 502), Says(cut=True)])
def test_a_detail_that_fails_is_left_out_and_its_message_is_remembered_before(
    showing: Showing, slack: Slack, fails: Says
) -> None:
    slack.threads, told = [fails], list[tuple[str, int]]()
    showing.delivery.post(REPORT, "C1", "UTC", lambda ts: told.append((ts, len(slack.inside))))
    assert told == [("1.0", 0)]
    assert (slack.main, len(slack.inside)) == (1, 1)
    assert "two" in slack.inside[0]


def test_a_detail_that_comes_too_fast_is_said_again_alone(showing: Showing, slack: Slack) -> None:
    slack.threads = [Says({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "3"})] * 2
    showing.delivery.post(REPORT, "C1", "UTC")
    assert (slack.main, len(slack.inside), slack.waited) == (1, 2, [3.0, 3.0])


def test_a_digest_that_was_posted_is_not_posted_again(showing: Showing, slack: Slack) -> None:
    showing.digest("finance/2026-11-24")
    assert slack.main == 1
    showing.digest("finance/2026-11-24")  # whoever posted it died before it could say so
    assert slack.main == 1
    assert showing.places.of("digest/finance/2026-11-24")[0].ts == "1.0"


def test_the_card_of_a_request_whose_budget_is_not_configured_any_more_is_still_shown(
    showing: Showing, slack: Slack
) -> None:
    some = Money(Decimal(4000))
    change, seen = Change("gone", some, some, "why"), Seen(some, some, some, NOW)
    showing.desk().book.keep(propose("n1", change, Member("U1"), NOW, seen))
    showing.show("request/n1")
    assert slack.main == 1
