"""The Slack side: typed, pressed, submitted, opened. Listeners check, acknowledge and hand over; nothing else."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import forms, home
from bot.answering import Answering, Where
from bot.asking import Asking
from bot.guard import Guard
from bot.pool import Pool
from finops.errors import FinopsError, Unclear
from finops.people import Member, Place
from finops.report import Form

log = logging.getLogger(__name__)

_ANY = re.compile(".*")

BUSY = "Too much is being asked right now; please try again in a minute."


class Inbox(Protocol):
    """What was received before, kept longer than Slack repeats anything."""

    def first(self, key: str, now: datetime) -> bool:
        """Whether *key* is new; it is remembered."""
        ...

    def forget(self, key: str) -> None:
        """*key* may come in again."""
        ...


@dataclass(frozen=True)
class Ears:
    """Everything that listeners need."""

    asking: Asking
    answering: Answering
    guard: Guard
    inbox: Inbox
    pool: Pool
    client: WebClient

    def is_new(self, key: str) -> bool:
        """Whether this delivery is the first; Slack and impatient fingers repeat themselves."""
        return self.inbox.first(key, self.asking.clock())


def listen(app: App, ears: Ears, command: str) -> App:
    """Teach *app* the one slash command, every button, every form and the App Home."""

    @app.command(command)
    def typed(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        if ears.is_new(f"command/{body['trigger_id']}"):
            _typed(ears, body)

    @app.action(_ANY)
    def pressed(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        ack()
        key = f"press/{body['user']['id']}/{action['action_id']}/{action.get('action_ts', body['trigger_id'])}"
        if ears.is_new(key) and action["type"] == "button" and "url" not in action:
            _pressed(ears, body, action)

    @app.view(_ANY)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        _submitted(ears, ack, body, view)

    @app.event("app_home_opened")
    def opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("tab") == "home" and ears.is_new(f"event/{body['event_id']}"):
            _opened(ears, body, event)

    return app


def _typed(ears: Ears, body: dict[str, Any]) -> None:
    where = Where(body["user_id"], body["channel_id"], body["response_url"])
    text = forms.unescaped(body.get("text", ""))

    def work() -> None:
        who, place = _who(ears, body["team_id"], where)
        known, words = ears.asking.split(text)
        form = ears.asking.form(known, known.values(words), who, place)
        if form:
            _open(ears, form, body["trigger_id"], where)
        else:
            ears.answering.say(ears.asking.typed(text, who, place), place, where)

    _submit(ears, work, where)


def _pressed(ears: Ears, body: dict[str, Any], action: dict[str, Any]) -> None:
    channel = body.get("channel", {}).get("id", body["user"]["id"])
    where = Where(body["user"]["id"], channel, body.get("response_url", ""))
    name = forms.command_of(action["action_id"])

    def work() -> None:
        who, place = _who(ears, body["team"]["id"], where)
        values: Mapping[str, str] = json.loads(action.get("value") or "{}")
        form = ears.asking.form(ears.asking.named(name), values, who, place)
        if form:
            _open(ears, form, body["trigger_id"], where)
        else:
            ears.answering.say(ears.asking.filled(name, values, who, place), place, where)

    _submit(ears, work, where)


def _submitted(ears: Ears, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    private = json.loads(view["private_metadata"])
    where = Where(body["user"]["id"], private["channel"], private.get("response_url", ""))
    key = f"view/{view['id']}/{view['hash']}"
    try:
        who, place = _who(ears, body["team"]["id"], where)
        if ears.is_new(key):
            values = {**private.get("fixed", {}), **forms.values(view)}
            report = ears.asking.filled(view["callback_id"], values, who, place)
            _submit(ears, lambda: ears.answering.say(report, place, where), where)
        ack()
    except FinopsError as error:
        ears.inbox.forget(key)
        unclear = error if isinstance(error, Unclear) else Unclear(str(error))
        ack(response_action="errors", errors=forms.errors(view, unclear))


def _opened(ears: Ears, body: dict[str, Any], event: dict[str, Any]) -> None:
    user = event["user"]

    def work() -> None:
        who = ears.guard.member(user, body["team_id"])
        report = home.report(ears.asking.ask(who, Place("", ears.guard.zone)))
        ears.client.views_publish(user_id=user, view=home.view(report, ears.guard.zone))

    ears.pool.submit(_caught(work, lambda error: log.info("home not shown: %s", error)), lambda reference: None)


def _who(ears: Ears, team: str, where: Where) -> tuple[Member, Place]:
    return ears.guard.member(where.user, team), ears.guard.place(where.channel)


def _open(ears: Ears, form: Form, trigger_id: str, where: Where) -> None:
    private = {"channel": where.channel, "response_url": where.response_url, "fixed": dict(form.fixed)}
    ears.client.views_open(trigger_id=trigger_id, view=forms.modal(form, private=private))


def _submit(ears: Ears, work: Callable[[], None], where: Where) -> None:
    careful = _caught(work, lambda error: ears.answering.refuse(error, where))
    if not ears.pool.submit(careful, lambda reference: ears.answering.apologise(reference, where)):
        ears.answering.refuse(Unclear(BUSY), where)


def _caught(work: Callable[[], None], told: Callable[[FinopsError], None]) -> Callable[[], None]:
    def careful() -> None:
        try:
            work()
        except FinopsError as error:
            told(error)

    return careful
