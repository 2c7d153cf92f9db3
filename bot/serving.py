"""Serving: everything that needs Slack is made here, started, and stopped cleanly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from bot.answering import Answering
from bot.bases import fitting, hooks
from bot.charts import Renderer
from bot.connections import connected_sources, connected_targets
from bot.delivery import Delivery
from bot.door import Opened, Signed, door, opened
from bot.ears import Ears
from bot.ending import ended
from bot.gate import Gate
from bot.guard import Guard
from bot.jobs import Jobs
from bot.limits import Limits
from bot.links import Link, Links
from bot.pool import Pool
from bot.pushes import heard
from bot.refusals import refusal
from bot.schedule import every, scheduler
from bot.settings import Settings
from bot.showing import Showing
from bot.slack import listen
from bot.spool import Spool
from bot.wiring import House
from bot.worker import LIMITS, MESSAGES, Worker, telling
from finops.errors import BadConfig
from storage.chart_files import ChartFiles
from storage.effects import Effects
from storage.inbox import Inbox
from storage.places import Places

log = logging.getLogger(__name__)

_HOUR, _FIRST = 3600, 3
"""The seconds after which what is heavy begins: whoever asks at once does not wait for that, too."""


@dataclass
class Served:
    """A running bot."""

    house: House
    app: App
    links: Links
    pool: Pool
    renderer: Renderer
    worker: Worker
    jobs: Jobs
    delivery: Delivery
    ticking: BackgroundScheduler
    door: Opened | None = None

    def start(self) -> None:
        """Open the door, the links and the clock; BadConfig if one of them cannot be. Meanwhile what the first question
        needs is made ready: matplotlib, the files of facts, and what is known of them."""
        self.renderer.warm()
        self.pool.submit(self.jobs.ready, lambda reference: None)
        self._open_door()
        if self.links.each:
            self._open_links()
            every(self.ticking, 15, "links", self.links.tick)
        self.worker.effects.revive()
        every(self.ticking, 1, "work", lambda: self.worker.work(MESSAGES))
        every(self.ticking, 1, "limits", lambda: self.worker.work(LIMITS))
        every(self.ticking, 15, "leases", self.worker.renew)
        every(self.ticking, 15, "known", self.jobs.ready)
        every(self.ticking, 30, "digests", self.jobs.digests)
        every(self.ticking, 60, "sweep", self.jobs.sweep)
        if self.house.settings.door.token.get_secret_value():
            every(self.ticking, 60, "pushed", self.pushed)
        every(self.ticking, _HOUR, "collect", self.collected, after=_FIRST)
        every(self.ticking, _HOUR, "forecast", self.jobs.forecast, after=_FIRST)
        every(self.ticking, _HOUR, "tidy", self.jobs.tidy, after=_FIRST)
        self.ticking.start()

    def collected(self) -> None:
        """Collect, and look at what came."""
        self.jobs.hourly()
        self.jobs.detect()

    def pushed(self) -> None:
        """Publish what was pushed since the last time."""
        Spool(self.house.facts).publish(self.house.clock())

    def health(self) -> dict[str, Any]:
        """Whether it is well, and the figures that say so."""
        silence = round(self.links.silence)
        effects = self.worker.effects
        return {"ok": silence < 120, "slack_silent_seconds": silence, "effects_waiting": effects.waiting(),
                "effects_parked": effects.parked()}  # fmt: skip

    def _open_door(self) -> None:
        slack, where = self.house.settings.slack, self.house.settings.door
        secret = slack.signing_secret.get_secret_value()
        token = where.token.get_secret_value()
        facts, clock = self.house.facts, self.house.clock
        pushed = heard(Gate(token), facts, Spool(facts), clock) if token else None
        hears = door(self.health, Signed(self.app, secret) if slack.mode == "http" else None, pushed)
        try:
            self.door = opened(hears, where.host, where.port)
        except OSError as error:
            raise BadConfig(f"door: {where.host}:{where.port} cannot be opened: {error.strerror}.") from None

    def _open_links(self) -> None:
        try:
            self.links.open()
        except SlackClientError as error:
            raise BadConfig(f"Slack does not take SLACK_APP_TOKEN: {refusal(error)}.") from None
        except OSError:
            raise BadConfig("Slack does not let us connect; start again when it does.") from None

    def stop(self) -> None:
        """Take nothing more, let what runs end, close everything."""
        self.worker.stopping.set()
        self.links.close()
        if self.ticking.running:
            self.ticking.shutdown(wait=True)
        self.pool.close()
        self.renderer.close()
        if self.door:
            self.door.close()
        self.house.ledger.shelf.close()


def served(house: House) -> Served:
    """The bot over *house*, made but not started; BadConfig if Slack refuses it or the settings do not fit."""
    settings = house.settings
    fitting(settings)
    reads, posts = _reads(settings), _posts(settings)
    who = _known_by_slack(reads)
    renderer, pool = Renderer(), Pool()
    delivery = Delivery(posts, reads, ChartFiles(house.engine), renderer)
    guard = Guard(reads, str(who["team_id"]), house.channels, settings.company.zone)
    answering = Answering(delivery, posts, hooks(settings.slack.api_base), settings.company.command)
    app = App(
        client=reads,
        signing_secret=settings.slack.signing_secret.get_secret_value() or "unused",
        token_verification_enabled=False,
        logger=logging.getLogger("slack_bolt"),
        listener_executor=ThreadPoolExecutor(32, "slack"),
    )
    listen(app, Ears(house.asking(), answering, guard, Inbox(house.engine), pool, posts), settings.company.command)
    token = settings.slack.app_token.get_secret_value()
    links = Links(
        tuple(Link(app, token, settings.slack.api_base) for _ in range(2 if settings.slack.mode == "socket" else 0))
    )
    showing = Showing(delivery, Places(house.engine), house.channels, house.desk, guard.is_open, house.clock)
    limits = Limits(house.states, house.states, house.book, connected_targets(settings), house.clock)
    effects = Effects(house.engine)
    worker = Worker(effects, showing, limits, house.clock)
    jobs = Jobs(house, connected_sources(settings), _telling(effects))
    return Served(house, app, links, pool, renderer, worker, jobs, delivery, scheduler())


def run(house: House, stop: Event) -> None:
    """Serve until *stop* is set; BadConfig if it cannot start."""
    bot = served(house)
    try:
        bot.start()
        log.info("Tuppence listens to %s.", house.settings.company.command)
        stop.wait()
    finally:
        ended(bot.stop)


def _telling(effects: Effects) -> Callable[[str], None]:
    """Say a sentence to the operators: in the log now, and in Slack as soon as it hears."""

    def tell(sentence: str) -> None:
        log.warning("%s", sentence)
        effects.require(telling(sentence))

    return tell


def _reads(settings: Settings) -> WebClient:
    handlers = [ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler(max_retry_count=2), ServerErrorRetryHandler()]
    token = settings.slack.bot_token.get_secret_value()
    return WebClient(token, base_url=settings.slack.api_base, timeout=10, retry_handlers=handlers)


def _posts(settings: Settings) -> WebClient:
    return WebClient(settings.slack.bot_token.get_secret_value(), base_url=settings.slack.api_base, timeout=30,
                     retry_handlers=[])  # fmt: skip


def _known_by_slack(client: WebClient) -> Any:
    try:
        return client.auth_test()
    except SlackClientError as error:
        raise BadConfig(f"Slack does not take SLACK_BOT_TOKEN: {refusal(error)}.") from None
    except OSError:
        raise BadConfig(f"Slack does not answer at {client.base_url}; start again when it does.") from None
