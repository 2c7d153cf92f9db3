"""Serving: everything that needs Slack is made here, started, and stopped cleanly."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from apscheduler.schedulers.background import BackgroundScheduler
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

from bot.answering import Answering
from bot.charts import Renderer
from bot.connections import connected_sources, connected_targets
from bot.delivery import Delivery
from bot.door import Opened, door, opened
from bot.guard import Guard
from bot.jobs import Jobs
from bot.limits import Limits
from bot.links import Link, Links
from bot.pool import Pool
from bot.schedule import every, scheduler
from bot.settings import SLACK, Settings
from bot.showing import Showing
from bot.slack import Ears, listen
from bot.wiring import House
from bot.worker import Worker
from finops.errors import BadConfig
from storage.chart_files import ChartFiles
from storage.effects import Effects
from storage.inbox import Inbox
from storage.places import Places

log = logging.getLogger(__name__)

_HOUR = 3600


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
        """Open the door, the links and the clock; OSError or SlackApiError if one of them cannot be."""
        settings = self.house.settings
        self.renderer.warm()
        http = settings.slack.mode == "http"
        self.door = opened(door(self.health, self.app if http else None), settings.door.host, settings.door.port)
        if not http:
            self.links.open()
            every(self.ticking, 15, "links", self.links.tick)
        every(self.ticking, 1, "work", self.worker.work)
        every(self.ticking, 30, "digests", self.jobs.digests)
        every(self.ticking, 60, "sweep", self.jobs.sweep)
        every(self.ticking, _HOUR, "collect", self.collected)
        self.ticking.start()

    def collected(self) -> None:
        """Collect, and look at what came."""
        self.jobs.collect()
        self.jobs.detect()

    def health(self) -> dict[str, Any]:
        """Whether it is well, and the figures that say so."""
        silence = round(self.links.silence)
        return {"ok": silence < 120, "slack_silent_seconds": silence, "effects_waiting": self.worker.effects.waiting()}

    def stop(self) -> None:
        """Take nothing more, let what runs end, close everything."""
        self.links.close()
        self.ticking.shutdown(wait=True)
        self.pool.close()
        self.renderer.close()
        if self.door:
            self.door.close()


def served(house: House) -> Served:
    """The bot over *house*, made but not started; BadConfig if Slack refuses it or the settings do not fit."""
    settings = house.settings
    _fitting(settings)
    reads, posts = _reads(settings), _posts(settings)
    who = _known_by_slack(reads)
    renderer, pool = Renderer(), Pool()
    delivery = Delivery(posts, reads, ChartFiles(house.engine), renderer)
    guard = Guard(reads, str(who["team_id"]), house.channels, settings.company.zone)
    answering = Answering(delivery, posts, _hooks(settings), settings.company.command)
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
    worker = Worker(Effects(house.engine), showing, limits, house.clock)
    jobs = Jobs(house, connected_sources(settings), showing.tell)
    return Served(house, app, links, pool, renderer, worker, jobs, delivery, scheduler())


def run(house: House, stop: Event) -> None:
    """Serve until *stop* is set."""
    bot = served(house)
    bot.start()
    log.info("Tuppence listens to %s.", house.settings.company.command)
    stop.wait()
    bot.stop()


def _fitting(settings: Settings) -> None:
    slack = settings.slack
    token = slack.bot_token.get_secret_value()
    local = urlsplit(slack.api_base).hostname in ("127.0.0.1", "localhost", "::1")
    needed = {"bot_token": "SLACK_BOT_TOKEN", **({"app_token": "SLACK_APP_TOKEN"} if slack.mode == "socket" else
              {"signing_secret": "SLACK_SIGNING_SECRET"})}  # fmt: skip
    for name, variable in needed.items():
        if not getattr(slack, name).get_secret_value():
            raise BadConfig(f"{variable} is not set; take it from your Slack app's page, or set {variable}_FILE.")
    if ("sandbox" in token) != local:
        where = "a sandbox's token, but slack.com" if "sandbox" in token else f"a real token, but {slack.api_base}"
        raise BadConfig(f"SLACK_BOT_TOKEN is {where} is to be spoken to; they must fit together.")
    if not local and slack.api_base != SLACK:
        raise BadConfig(f"SLACK_API_BASE is {slack.api_base}; leave it out to speak to Slack.")


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
    except SlackApiError as error:
        raise BadConfig(f"Slack does not take SLACK_BOT_TOKEN: {error.response['error']}.") from None


def _hooks(settings: Settings) -> tuple[str, ...]:
    """Where answers may go: Slack's hooks, or those of the Slack that is spoken to on this machine."""
    if settings.slack.api_base == SLACK:
        return ("https://hooks.slack.com/",)
    parts = urlsplit(settings.slack.api_base)
    return (f"{parts.scheme}://{parts.netloc}/",)
