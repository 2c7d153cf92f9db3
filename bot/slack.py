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
from slack_sdk.errors import SlackApiError

from bot import forms, home
from bot.answering import Answering, Where
from bot.asking import Asking
from bot.guard import Guard
from bot.pool import Pool
from finops.command import Command
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


@dataclass(frozen=True)
class Heard:
    """What was typed or pressed: *key* is the same when Slack repeats it, *trigger* opens a form for three seconds."""

    key: str
    team: str
    where: Where
    trigger: str


def listen(app: App, ears: Ears, command: str) -> App:
    """Teach *app* the one slash command, every button, every form and the App Home."""

    @app.command(command)
    def typed(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        _typed(ears, body)

    @app.action(_ANY)
    def pressed(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        ack()
        if action["type"] == "button" and "url" not in action:
            _pressed(ears, body, action)

    @app.view(_ANY)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        _submitted(ears, ack, body, view)

    @app.event("app_home_opened")
    def opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            _opened(ears, body, event)

    return app


def _typed(ears: Ears, body: dict[str, Any]) -> None:
    where = Where(body["user_id"], body["channel_id"], body["response_url"])
    heard = Heard(f"command/{body['trigger_id']}", body["team_id"], where, body["trigger_id"])
    text = forms.unescaped(body.get("text", ""))
    _hear(ears, heard, lambda: ears.asking.read(text))


def _pressed(ears: Ears, body: dict[str, Any], action: dict[str, Any]) -> None:
    user, trigger, name = body["user"]["id"], body["trigger_id"], action["action_id"]
    where = Where(user, body.get("channel", {}).get("id", user), body.get("response_url", ""))
    heard = Heard(f"press/{user}/{name}/{action.get('action_ts', trigger)}", body["team"]["id"], where, trigger)
    _hear(ears, heard, lambda: (ears.asking.named(forms.command_of(name)), json.loads(action.get("value") or "{}")))


def _hear(ears: Ears, heard: Heard, read: Callable[[], tuple[Command, Mapping[str, str]]]) -> None:
    """Open the form of a command that lacks something while the trigger lives; answer any other when there is time."""
    try:
        known, values = read()
    except FinopsError as error:
        unread = error
        _once(ears, heard, lambda: ears.answering.refuse(unread, heard.where))
        return
    opens = known.form(values)
    if opens:
        _open(ears, heard, lambda who, place: ears.asking.form(opens, known, values, who, place))
    else:
        _once(ears, heard, lambda: _answer(ears, heard, known, values))


def _answer(ears: Ears, heard: Heard, known: Command, values: Mapping[str, str]) -> None:
    who, place = _who(ears, heard.team, heard.where)
    ears.answering.say(ears.asking.answered(known, values, who, place), place, heard.where)


def _open(ears: Ears, heard: Heard, form: Callable[[Member, Place], Form]) -> None:
    try:
        view = ears.client.views_open(trigger_id=heard.trigger, view=forms.waiting())["view"]["id"]
    except SlackApiError as error:
        log.warning("A form could not be opened: %s", error.response["error"])
        if error.response["error"] != "exchanged_trigger_id":  # else Slack repeats itself, and the form is open
            ears.answering.refuse(Unclear("The form could not be opened; please try again."), heard.where)
        return
    _once(ears, heard, lambda: _fill(ears, heard, view, form))


def _fill(ears: Ears, heard: Heard, view: str, form: Callable[[Member, Place], Form]) -> None:
    try:
        blank = form(*_who(ears, heard.team, heard.where))
        shown = forms.modal(blank, private=_kept(heard.where, blank))
    except FinopsError as error:
        shown = forms.refused(error, ears.answering.command)
    try:
        ears.client.views_update(view_id=view, view=shown)
    except SlackApiError as error:
        log.info("A form was closed before it was filled: %s", error.response["error"])


def _submitted(ears: Ears, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
    private = json.loads(view["private_metadata"])
    where = Where(body["user"]["id"], private["channel"], private.get("response_url", ""))
    key, done = f"view/{view['id']}/{view['hash']}", False
    try:
        who, place = _who(ears, body["team"]["id"], where)
        if ears.is_new(key):
            values = {**private.get("fixed", {}), **forms.values(view)}
            report = ears.asking.filled(view["callback_id"], values, who, place)
            _submit(ears, lambda: ears.answering.say(report, place, where), where)
        ack()
        done = True
    except FinopsError as error:
        unclear = error if isinstance(error, Unclear) else Unclear(str(error))
        ack(response_action="errors", errors=forms.errors(view, unclear))
    finally:
        if not done:  # whatever went wrong, sending it again is no repetition
            ears.inbox.forget(key)


def _opened(ears: Ears, body: dict[str, Any], event: dict[str, Any]) -> None:
    user = event["user"]

    def work() -> None:
        if not ears.is_new(f"event/{body['event_id']}"):
            return
        who = ears.guard.member(user, body["team_id"])
        report = home.report(ears.asking.ask(who, Place("", ears.guard.zone)))
        ears.client.views_publish(user_id=user, view=home.view(report, ears.guard.zone))

    ears.pool.submit(_caught(work, lambda error: log.info("home not shown: %s", error)), lambda reference: None)


def _who(ears: Ears, team: str, where: Where) -> tuple[Member, Place]:
    return ears.guard.member(where.user, team), ears.guard.place(where.channel)


def _kept(where: Where, form: Form) -> dict[str, Any]:
    """What travels along with a form, unseen."""
    return {"channel": where.channel, "response_url": where.response_url, "fixed": dict(form.fixed)}


def _once(ears: Ears, heard: Heard, work: Callable[[], None]) -> None:
    def first() -> None:
        if ears.is_new(heard.key):
            work()

    _submit(ears, first, heard.where)


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
