"""Somebody presses or chooses something in a message, a modal or a Home tab."""

from dataclasses import dataclass
from typing import Any

from sandbox import people
from sandbox.acts.filled import elements, key_of, options, values
from sandbox.carrier import Carrier, Envelope, Sort, Undelivered
from sandbox.methods.call import Json, SlackError
from sandbox.methods.posting import payload
from sandbox.payloads import interaction
from sandbox.people import Person
from sandbox.state.messages import Message
from sandbox.state.views import View
from sandbox.workspace import Workspace

_OWN_OPTIONS = {"static_select", "radio_buttons", "overflow"}


@dataclass(frozen=True)
class Press:
    """What was pressed, as the page tells it."""

    block_id: str
    action_id: str
    given: Json
    state: Json


async def press_in_message(workspace: Workspace, carrier: Carrier, who: Person, message: Message, press: Press) -> Json:
    """Bring a press in a message to the app."""
    action = _action(workspace, message.blocks, press)
    told = interaction(workspace, "block_actions", who, workspace.triggers.give(who.id))
    place: Json = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    told["container"] = {**place, "is_ephemeral": message.only_for is not None}
    channel = people.channel(message.channel)
    told["channel"] = {"id": message.channel, "name": channel.name if channel else ""}
    if message.only_for is None:
        told["message"] = payload(workspace, message)
    told["state"] = {"values": values(message.blocks, _state(press, action))}
    told["response_url"] = workspace.response_url(workspace.hooks.give(who.id, message.channel, message.ts))
    return await _carried(carrier, {**told, "actions": [action]})


async def press_in_view(workspace: Workspace, carrier: Carrier, who: Person, view: View, press: Press) -> Json:
    """Bring a press in a modal or Home tab to the app."""
    blocks = view.content["blocks"]
    action = _action(workspace, blocks, press)
    modal = view.content["type"] == "modal"
    trigger = workspace.triggers.give(who.id, view.id if modal else None)
    told = interaction(workspace, "block_actions", who, trigger)
    told["container"] = {"type": "view", "view_id": view.id}
    told["view"] = {**view.payload, "state": {"values": values(blocks, _state(press, action))}}
    return await _carried(carrier, {**told, "actions": [action]})


async def _carried(carrier: Carrier, told: Json) -> Json:
    try:
        await carrier.carry(Envelope(Sort.INTERACTIVE, told, answerable=False))
    except Undelivered:
        return {"ok": False, "error": "operation_timeout"}
    return {"ok": True}


def _action(workspace: Workspace, blocks: list[Json], press: Press) -> Json:
    if not workspace.manifest.interactive:
        raise SlackError("interactivity_disabled")
    element = _element(blocks, press)
    action: Json = {"action_id": press.action_id, "block_id": press.block_id, "type": element["type"]}
    for key in ("text", "value", "style"):
        if key in element and element["type"] == "button":
            action[key] = element[key]
    if element["type"] not in ("button", "icon_button"):
        action[key_of(element)] = _chosen(element, press)
    return {**action, "action_ts": f"{workspace.clock():.6f}"}


def _element(blocks: list[Json], press: Press) -> Json:
    for block, element in elements(blocks):
        if (block["block_id"], element.get("action_id")) == (press.block_id, press.action_id):
            return element
    raise SlackError("no_such_element")


def _chosen(element: Json, press: Press) -> Any:
    key = key_of(element)
    value = press.given.get(key, press.given.get("value"))
    if element["type"] in _OWN_OPTIONS and value is not None and value not in options(element):
        raise SlackError("no_such_option")
    return value


def _state(press: Press, action: Json) -> Json:
    """The state of the fields, in which what was just chosen counts already."""
    block = {**press.state.get(press.block_id, {}), press.action_id: action}
    return {**press.state, press.block_id: block}
