"""The worker: one that takes long keeps its effect, one that fails is parked in the end, a bug has a reference."""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event

import pytest
from slack_sdk import WebClient

from bot.charts import Renderer
from bot.delivery import Delivery
from bot.showing import Showing
from bot.worker import ENOUGH, LIMITS, MESSAGES, Worker
from finops.decision import Effect, Must
from finops.desk import Desk
from finops.people import Audience, Place
from storage.chart_files import ChartFiles
from storage.database import Engine
from storage.effects import Effects
from storage.places import Places
from tests.bot import test_limits
from tests.bot.office import Clock

FINANCE = {Audience.FINANCE: Place("C1", "Europe/Berlin", Audience.FINANCE)}
NOBODY = "http://127.0.0.1:1/"


def broken() -> Desk:
    raise ZeroDivisionError("the desk is broken")


@dataclass
class Works:
    """A worker over a real database, a gateway that may be held up, and a Slack at *address*."""

    engine: Engine
    renderer: Renderer
    address: str = NOBODY
    channels: dict[Audience, Place] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.desk = test_limits.Desk(self.engine)
        client = WebClient("xoxb-1", base_url=self.address)
        delivery = Delivery(client, client, ChartFiles(self.engine), self.renderer)
        showing = Showing(delivery, Places(self.engine), self.channels, broken, lambda place: False, self.clock)
        self.effects = Effects(self.engine)
        with self.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM effect")
        self.worker = Worker(self.effects, showing, self.desk.limits, self.clock)

    def lasts(self, attempts: int) -> None:
        """So many attempts, each as soon as it is due."""
        for _ in range(attempts):
            self.worker.work()
            self.clock.now += timedelta(minutes=6)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    drawing = Renderer()
    yield drawing
    drawing.close()


@pytest.fixture
def works(engine: Engine, renderer: Renderer) -> Works:
    return Works(engine, renderer)


def test_a_gateway_that_takes_long_keeps_its_effect_and_no_message_waiting(works: Works) -> None:
    begun, end = Event(), Event()
    works.desk.gateway.meanwhile = lambda: (begun.set(), end.wait(20), None)[-1]
    works.desk.approve(test_limits.FIONA)
    other = replace(works.worker, holding={})
    with ThreadPoolExecutor(1) as slow:
        setting = slow.submit(works.worker.work, LIMITS)
        assert begun.wait(20)
        works.effects.require(Effect(Must.TELL, "The gateway is slow."))
        assert other.work(MESSAGES) == 2  # what is told, and the card of what is being set
        for _ in range(3):
            works.clock.now += timedelta(seconds=50)
            works.worker.renew()
            assert other.work(LIMITS) == 0
        end.set()
        assert setting.result(20) == 1
    assert works.desk.gateway.writes == [test_limits.NEW]
    assert not works.worker.holding


def test_a_bug_is_logged_with_a_reference_and_the_next_effect_is_made_true(
    works: Works, caplog: pytest.LogCaptureFixture
) -> None:
    works.worker = replace(works.worker, showing=replace(works.worker.showing, channels=FINANCE))
    works.effects.require(Effect(Must.SHOW, "request/n1"))
    works.effects.require(Effect(Must.TELL, "All is well."))
    assert works.worker.work() == 2
    bugs = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(bugs) == 1
    assert re.match(r"bug [0-9a-f]{8}: show request/n1", bugs[0].getMessage())
    assert bugs[0].exc_info
    assert works.effects.waiting() == 1


def test_what_fails_for_a_day_is_parked_and_the_operators_are_told_once(works: Works) -> None:
    works.worker = replace(works.worker, showing=replace(works.worker.showing, channels=FINANCE))
    works.effects.require(Effect(Must.SHOW, "request/n1"))
    set_back(works.engine, ENOUGH - 2)
    works.lasts(1)
    assert (works.effects.waiting(), works.effects.parked()) == (1, 0)
    silent = replace(works.worker, showing=replace(works.worker.showing, channels=FINANCE))
    assert silent.work(frozenset({Must.SHOW})) == 1
    news = works.effects.claimed(works.clock.now)
    assert news is not None
    assert (news.effect.must, works.effects.parked()) == (Must.TELL, 1)
    assert re.search("show request/n1 was tried 300 times .* bug [0-9a-f]{8}", news.effect.subject)
    works.lasts(2)
    assert (works.effects.waiting(), works.effects.parked()) == (0, 1)  # it was told, and there is no more news


def test_news_that_cannot_be_told_is_parked_without_more_news(engine: Engine, renderer: Renderer) -> None:
    channels = {Audience.ENGINEERING: Place("C2", "UTC", Audience.ENGINEERING)}
    works = Works(engine, renderer, channels=channels)
    works.effects.require(Effect(Must.TELL, "Something is wrong."))
    set_back(engine, ENOUGH - 1)
    works.lasts(2)
    assert (works.effects.waiting(), works.effects.parked()) == (0, 1)


def set_back(engine: Engine, attempts: int) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE effect SET attempts = {attempts}")


@pytest.mark.parametrize(
    "effect",
    [
        Effect(Must.DIGEST, "security/2026-11-24"),  # it has no channel any more
        Effect(Must.DIGEST, "marketing/2026-11-24"),  # there never was such an audience
        Effect(Must.DIGEST, "finance/2026-11-22"),  # its day is long over
        Effect(Must.SHOW, "report/r1"),  # nothing shows it
        Effect(Must.LIMIT, "budget/gone"),  # nothing of it is approved
        Effect(Must.LIMIT, "request/n99"),  # there is no such request
    ],
)
def test_what_nobody_names_any_more_is_not_tried_for_ever(works: Works, effect: Effect) -> None:
    works.worker = replace(works.worker, showing=replace(works.worker.showing, channels=FINANCE))
    if effect.subject == "report/r1":
        works.worker = replace(works.worker, showing=replace(works.worker.showing, desk=lambda: None))  # type: ignore[arg-type,return-value]
    works.effects.require(effect)
    assert works.worker.work() == 1
    assert (works.effects.waiting(), works.effects.parked()) == (0, 0)
