"""Somebody types a slash command."""

from sandbox import payloads
from sandbox.acts.answer import answer, tell
from sandbox.acts.wording import escaped, with_mentions
from sandbox.carrier import Carrier, Envelope, Sort, Undelivered
from sandbox.methods.call import Json, SlackError
from sandbox.people import Channel, Person
from sandbox.state.faults import Called
from sandbox.state.hooks import Hook
from sandbox.workspace import Workspace


async def command(workspace: Workspace, carrier: Carrier, who: Person, where: Channel, typed: str) -> Json:
    """Bring the command to the app; a failure is also told to the person by Slackbot."""
    word, _, rest = typed.strip().partition(" ")
    known = workspace.manifest.command(word)
    if known is None:
        return {"ok": False, "error": f"{word} is not a valid command"}
    text = with_mentions(rest.strip()) if known.should_escape else escaped(rest.strip())
    hook = workspace.hooks.give(who.id, where.id)
    sent = payloads.command(workspace, who, where, word, text, hook)
    try:
        reply = await carrier.carry(Envelope(Sort.COMMAND, sent))
    except Undelivered as unheard:
        return _unheard(workspace, who, where, word, str(unheard))
    return _answered(workspace, who, where, word, reply)


def _answered(workspace: Workspace, who: Person, where: Channel, word: str, reply: Json) -> Json:
    if not reply:
        return {"ok": True}
    try:
        answer(workspace, Hook(who.id, where.id, None, workspace.clock()), reply)
    except SlackError as refusal:
        workspace.log.note(Called(f"ack {word}", False, refusal.error, workspace.clock()))
        return _failed(workspace, who, where, word, "invalid_command_response")
    return {"ok": True}


def _unheard(workspace: Workspace, who: Person, where: Channel, word: str, reason: str) -> Json:
    """Slackbot tells a silent app from one that answered badly or could not be called."""
    if reason in ("http_error", "connection_failed"):
        return _failed(workspace, who, where, word, "dispatch_failed")
    tell(workspace, where.id, who.id, f"{word} failed because the app did not respond.")
    return {"ok": False, "error": "dispatch_failed" if reason == "no_connection" else "operation_timeout"}


def _failed(workspace: Workspace, who: Person, where: Channel, word: str, error: str) -> Json:
    tell(workspace, where.id, who.id, f'{word} failed with the error "{error}"')
    return {"ok": False, "error": error}
