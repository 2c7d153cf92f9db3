"""The Slack side: typed, pressed, submitted, opened. Listeners check, acknowledge and hand over; nothing else."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot import forms, home, render
from bot.answering import Where, whole
from bot.ears import Ears, Heard
from bot.replying import InChannel, InView, Reply, shown
from finops.command import Command
from finops.errors import FinopsError, Unclear
from finops.people import Member, Place
from finops.report import Form, Report

log = logging.getLogger(__name__)

_ANY = re.compile(".*")
_MENTION = re.compile(r"<@[A-Z0-9]+(\|[^>]*)?>")

BUSY = "Too much is being asked right now; please try again in a minute."


def listen(app: App, ears: Ears, command: str) -> App:
    """Teach *app* the one slash command, mentions, every button, every form and the App Home."""

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

    @app.event("app_mention")
    def mentioned(body: dict[str, Any], event: dict[str, Any]) -> None:
        _mentioned(ears, body, event)

    return app


def _typed(ears: Ears, body: dict[str, Any]) -> None:
    where = Where(body["user_id"], body["channel_id"], body["response_url"])
    heard = Heard(f"command/{body['trigger_id']}", body["team_id"], where, body["trigger_id"])
    text = forms.unescaped(body.get("text", ""))
    _hear(ears, heard, lambda: ears.asking.read(text))


def _mentioned(ears: Ears, body: dict[str, Any], event: dict[str, Any]) -> None:
    """The words beside a mention are what is typed after the slash command; only that can open a form."""

    def read() -> tuple[Command, Mapping[str, str]]:
        known, values = ears.asking.read(forms.unescaped(_MENTION.sub(" ", event.get("text", ""))))
        if known.form(values):
            raise Unclear("That needs a form, which opens only after the slash command.", example=known.name)
        return known, values

    if event.get("user") and not event.get("bot_id"):
        where = Where(event["user"], event["channel"], "")
        _hear(ears, Heard(f"event/{body['event_id']}", body["team_id"], where, ""), read)


def _pressed(ears: Ears, body: dict[str, Any], action: dict[str, Any]) -> None:
    user, trigger, name = body["user"]["id"], body["trigger_id"], action["action_id"]
    seen = body.get("view") or {}
    channel = "" if seen else body.get("channel", {}).get("id", user)
    where = Where(user, channel, body.get("response_url", ""))
    heard = Heard(f"press/{user}/{name}/{action.get('action_ts', trigger)}", body["team"]["id"], where, trigger,
                  str(seen["id"]) if seen.get("type") == "modal" else "")  # fmt: skip
    _hear(ears, heard, lambda: (ears.asking.named(forms.command_of(name)), json.loads(action.get("value") or "{}")))


def _hear(ears: Ears, heard: Heard, read: Callable[[], tuple[Command, Mapping[str, str]]]) -> None:
    """Open the form of a command that lacks something while the trigger lives; answer any other when there is time."""
    try:
        known, values = read()
    except FinopsError as error:
        unread = error
        _reply(ears, heard, lambda reply: reply.refuse(unread))
        return
    opens = known.form(values)
    if opens:
        _open(ears, heard, lambda who, place: ears.asking.form(opens, known, values, who, place))
    else:
        _reply(ears, heard, lambda reply: _answer(ears, heard, reply, known, values))


def _reply(ears: Ears, heard: Heard, work: Callable[[Reply], None]) -> None:
    """Have *work* reply where that can be: from a Home in a modal, which is opened at once."""
    reply: Reply = InChannel(ears.answering, heard.where)
    if not heard.where.channel:
        view = heard.modal or _opened_modal(ears, heard)
        if not view:
            return
        reply = InView(ears.answering, view)
    _once(ears, heard, reply, lambda: work(reply))


def _answer(ears: Ears, heard: Heard, reply: Reply, known: Command, values: Mapping[str, str]) -> None:
    who, place = _who(ears, heard.team, heard.where)
    reply.say(ears.asking.answered(known, values, who, place), place)
    if not heard.where.channel and known.decides and values.get("seen"):
        _publish(ears, heard.where.user, heard.team)


def _opened_modal(ears: Ears, heard: Heard) -> str:
    """The id of a modal that waits to be filled, on top of the one that was pressed in; empty if it does not open."""
    client, waiting = ears.client, forms.waiting()
    try:
        if heard.modal:
            return str(client.views_push(trigger_id=heard.trigger, view=waiting)["view"]["id"])
        return str(client.views_open(trigger_id=heard.trigger, view=waiting)["view"]["id"])
    except SlackApiError as error:
        log.warning("A modal could not be opened: %s", error.response["error"])
        repeated = error.response["error"] == "exchanged_trigger_id"  # Slack repeats itself, and the modal is open
        if heard.where.channel and not repeated:
            ears.answering.refuse(Unclear("The form could not be opened; please try again."), heard.where)
        return ""


def _open(ears: Ears, heard: Heard, form: Callable[[Member, Place], Form]) -> None:
    view = _opened_modal(ears, heard)
    if view:
        _once(ears, heard, InView(ears.answering, view), lambda: _fill(ears, heard, view, form))


def _fill(ears: Ears, heard: Heard, view: str, form: Callable[[Member, Place], Form]) -> None:
    blank = form(*_who(ears, heard.team, heard.where))
    shown = forms.modal(blank, private=_kept(heard.where, blank))
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
            _done(ears, ack, body["team"]["id"], where, report, place)
        else:
            ack()
        done = True
    except FinopsError as error:
        unclear = error if isinstance(error, Unclear) else Unclear(str(error))
        ack(response_action="errors", errors=forms.errors(view, unclear))
    finally:
        if not done:  # whatever went wrong, sending it again is no repetition
            ears.inbox.forget(key)


def _done(ears: Ears, ack: Ack, team: str, where: Where, report: Report, place: Place) -> None:
    """What was sent is done: it is answered where the form was asked for, which from a Home is the form's place."""
    reply = InChannel(ears.answering, where)
    if where.channel:
        _submit(ears, reply, lambda: reply.say(report, place))
        ack()
    else:
        ack(response_action="update", view=shown(report, render.render(whole(report), place.zone, {})))
        _home(ears, where.user, lambda: _publish(ears, where.user, team))


def _opened(ears: Ears, body: dict[str, Any], event: dict[str, Any]) -> None:
    def work() -> None:
        if ears.is_new(f"event/{body['event_id']}"):
            _publish(ears, event["user"], body["team_id"])

    _home(ears, event["user"], work)


def _home(ears: Ears, user: str, work: Callable[[], None]) -> None:
    ears.pool.submit(_caught(work, lambda error: log.info("The home of %s is not shown: %s", user, error)),
                     lambda reference: None)  # fmt: skip


def _publish(ears: Ears, user: str, team: str) -> None:
    """The person's Home says how everything stands now."""
    who = ears.guard.member(user, team)
    report = home.report(ears.asking.ask(who, Place("", ears.guard.zone)))
    ears.client.views_publish(user_id=user, view=home.view(report, ears.guard.zone))


def _who(ears: Ears, team: str, where: Where) -> tuple[Member, Place]:
    return ears.guard.member(where.user, team), ears.guard.place(where.channel)


def _kept(where: Where, form: Form) -> dict[str, Any]:
    """What travels along with a form, unseen."""
    return {"channel": where.channel, "response_url": where.response_url, "fixed": dict(form.fixed)}


def _once(ears: Ears, heard: Heard, reply: Reply, work: Callable[[], None]) -> None:
    def first() -> None:
        if ears.is_new(heard.key):
            work()

    _submit(ears, reply, first)


def _submit(ears: Ears, reply: Reply, work: Callable[[], None]) -> None:
    if not ears.pool.submit(_caught(work, reply.refuse), reply.apologise):
        reply.refuse(Unclear(BUSY))


def _caught(work: Callable[[], None], told: Callable[[FinopsError], None]) -> Callable[[], None]:
    def careful() -> None:
        try:
            work()
        except FinopsError as error:
            told(error)

    return careful
