"""Somebody submits or closes a modal."""

from sandbox.acts.filled import refusals, values
from sandbox.carrier import Carrier, Envelope, Sort, Undelivered
from sandbox.methods.call import Json, SlackError
from sandbox.methods.views import accepted_modal
from sandbox.payloads import interaction
from sandbox.people import Person
from sandbox.state.faults import Called
from sandbox.state.views import DEEPEST, View
from sandbox.workspace import Workspace


async def submit(workspace: Workspace, carrier: Carrier, who: Person, view: View, given: Json) -> Json:
    """Bring a submission to the app and do what its answer asks for."""
    blocks = view.content["blocks"]
    state = values(blocks, given)
    if wrong := refusals(blocks, state):
        return {"ok": False, "errors": wrong}
    told = interaction(workspace, "view_submission", who, workspace.triggers.give(who.id, view.id))
    told |= {
        "view": {**view.payload, "state": {"values": state}},
        "response_urls": _urls(workspace, who, blocks, state),
    }
    try:
        reply = await carrier.carry(Envelope(Sort.INTERACTIVE, told))
    except Undelivered:
        return {"ok": False, "error": "operation_timeout"}
    try:
        return _obeyed(workspace, view, reply)
    except SlackError as refusal:
        workspace.log.note(Called("ack view_submission", False, refusal.error, workspace.clock()))
        return {"ok": False, "error": refusal.error, **refusal.more}


async def close(workspace: Workspace, carrier: Carrier, who: Person, view: View) -> Json:
    """Close a modal, and tell the app if it wants to know."""
    whole = bool(view.content.get("clear_on_close"))
    if whole:
        workspace.views.clear(who.id)
    else:
        workspace.views.close(view)
    if not view.content.get("notify_on_close"):
        return {"ok": True}
    told = interaction(workspace, "view_closed", who, None)
    told |= {"view": view.payload, "is_cleared": whole}
    try:
        await carrier.carry(Envelope(Sort.INTERACTIVE, told, answerable=False))
    except Undelivered:
        return {"ok": False, "error": "operation_timeout"}
    return {"ok": True}


def _obeyed(workspace: Workspace, view: View, reply: Json) -> Json:
    """Do what the acknowledgement asks for; raises SlackError if Slack would not."""
    match reply.get("response_action"):
        case None if not reply:
            workspace.views.close(view)
        case "errors":
            return {"ok": False, "errors": _errors(view, reply.get("errors"))}
        case "update":
            workspace.views.update(view, accepted_modal(workspace, reply.get("view"), view))
        case "push":
            _push(workspace, view, reply)
        case "clear":
            workspace.views.clear(view.owner)
        case other:
            raise SlackError("invalid_response_action", detail=str(other))
    return {"ok": True}


def _push(workspace: Workspace, view: View, reply: Json) -> None:
    fresh = accepted_modal(workspace, reply.get("view"))
    if len(workspace.views.stack(view.owner)) >= DEEPEST:
        raise SlackError("push_limit_reached")
    workspace.views.push(view.owner, fresh)


def _errors(view: View, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_response_errors", detail="errors must name input blocks of the view")
    return {place: str(words) for place, words in errors.items()}


def _urls(workspace: Workspace, who: Person, blocks: list[Json], state: Json) -> list[Json]:
    urls = []
    for block in blocks:
        element = block.get("element", {})
        if element.get("response_url_enabled"):
            place, action = block["block_id"], element["action_id"]
            filled = state[place][action]
            channel = filled.get("selected_conversation") or filled.get("selected_channel")
            if channel:
                url = workspace.response_url(workspace.hooks.give(who.id, channel))
                urls.append({"block_id": place, "action_id": action, "channel_id": channel, "response_url": url})
    return urls
