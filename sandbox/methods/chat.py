"""chat.*: say something, change it, take it back."""

from sandbox import people
from sandbox.methods.call import Arguments, Json, Method, SlackError
from sandbox.methods.posting import content, destination, payload, thread
from sandbox.state.messages import Message
from sandbox.workspace import Workspace

_CUT_AT = 40_000
_UPDATE_MOST = 4_000


def post_message(workspace: Workspace, args: Arguments) -> Json:
    """Post to a channel, a thread or, by a person's id, to their direct messages."""
    channel = destination(workspace, args)
    said = content(workspace, args)
    message = Message(
        channel=channel.id,
        ts=workspace.messages.next_ts(),
        user=people.BOT_USER,
        text=said.text[:_CUT_AT],
        blocks=said.blocks,
        attachments=said.attachments,
        thread_ts=thread(workspace, channel.id, args),
        metadata=said.metadata,
        broadcast=args.flag("reply_broadcast"),
    )
    workspace.messages.keep(message)
    cut = {"warning": "message_truncated"} if len(said.text) > _CUT_AT else {}
    return {"channel": channel.id, "ts": message.ts, "message": payload(workspace, message), **cut}


def post_ephemeral(workspace: Workspace, args: Arguments) -> Json:
    """Show a message to one member of a channel only."""
    channel, user = destination(workspace, args), args.needed("user")
    if user not in channel.members or user == people.BOT_USER:
        raise SlackError("user_not_in_channel")
    said = content(workspace, args)
    message = Message(
        channel=channel.id,
        ts=workspace.messages.next_ts(),
        user=people.BOT_USER,
        text=said.text,
        blocks=said.blocks,
        attachments=said.attachments,
        thread_ts=thread(workspace, channel.id, args),
        only_for=user,
    )
    return {"message_ts": workspace.messages.keep(message).ts}


def update(workspace: Workspace, args: Arguments) -> Json:
    """Change one of the app's own messages; text alone removes the blocks."""
    message = _own(workspace, args, "cant_update_message")
    said = content(workspace, args)
    if len(said.text) > _UPDATE_MOST:
        raise SlackError("msg_too_long")
    fresh = workspace.messages.edit(
        message,
        text=said.text,
        blocks=said.blocks,
        attachments=said.attachments,
        edited=not said.blocks,
        metadata=said.metadata or message.metadata,
    )
    shown = payload(workspace, fresh)
    return {"channel": fresh.channel, "ts": fresh.ts, "text": fresh.text, "message": shown}


def delete(workspace: Workspace, args: Arguments) -> Json:
    """Take one of the app's own messages back."""
    message = _own(workspace, args, "cant_delete_message")
    workspace.messages.drop(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, args: Arguments) -> Json:
    """The address at which the page shows a message."""
    channel, ts = args.needed("channel"), args.needed("message_ts")
    if people.channel(channel) is None:
        raise SlackError("channel_not_found")
    message = workspace.messages.one(channel, ts)
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    return {"channel": channel, "permalink": f"{workspace.base}/archives/{channel}/p{ts.replace('.', '')}"}


def _own(workspace: Workspace, args: Arguments, otherwise: str) -> Message:
    place, ts = args.needed("channel"), args.needed("ts")
    channel = people.channel(place)
    if channel is None or channel.id != place:
        raise SlackError("channel_not_found")
    message = workspace.messages.one(channel.id, ts)
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if message.user != people.BOT_USER:
        raise SlackError(otherwise)
    return message


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
}
