"""What every way of saying something shares: its place, its content, its form in answers."""

from dataclasses import dataclass
from typing import Any

from sandbox import people
from sandbox.blocks.check import message_problems
from sandbox.blocks.ids import identified
from sandbox.methods.call import Arguments, Json, SlackError, refused
from sandbox.state.messages import Message
from sandbox.workspace import Workspace

_ATTACHMENTS = 100
_METADATA_BYTES = 16_000
_MARKDOWN = 12_000


@dataclass(frozen=True)
class Content:
    """What is to be said."""

    text: str
    blocks: list[Json]
    attachments: list[Json]
    metadata: Json | None


def content(workspace: Workspace, args: Arguments) -> Content:
    """The content of a message call; raises SlackError as Slack would refuse it."""
    text, blocks = args.text("text") or "", args.structure("blocks", "invalid_blocks_format") or []
    if markdown := args.text("markdown_text"):
        text, blocks = _from_markdown(markdown, text or blocks)
    attachments = _attachments(workspace, args)
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    return Content(text, checked(workspace, blocks), attachments, _metadata(args))


def checked(workspace: Workspace, blocks: Any, at: str = "/blocks") -> list[Json]:
    """The blocks with their ids; raises SlackError with JSON pointers if Slack would refuse them."""
    if problems := message_problems(blocks, workspace.files.usable, at):
        raise refused("invalid_blocks", problems)
    return identified(blocks)


def _from_markdown(markdown: str, other: object) -> tuple[str, list[Json]]:
    if other:
        raise SlackError("markdown_text_conflict")
    if len(markdown) > _MARKDOWN:
        raise SlackError("msg_too_long")
    return markdown, [{"type": "markdown", "text": markdown}]


def _attachments(workspace: Workspace, args: Arguments) -> list[Json]:
    given = args.structure("attachments", "invalid_attachments") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise SlackError("invalid_attachments")
    if len(given) > _ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for index, one in enumerate(given):
        checked(workspace, one.get("blocks", []), f"/attachments/{index}/blocks")
    return given


def _metadata(args: Arguments) -> Json | None:
    given = args.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_schema")
    if len(str(given)) > _METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return given


def destination(workspace: Workspace, args: Arguments) -> people.Channel:
    """The channel to post to; raises SlackError if it is unknown or closed to the app."""
    channel = people.channel(args.needed("channel"))
    if channel is None:
        raise SlackError("channel_not_found")
    if channel.is_direct and not workspace.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    public = "chat:write.public" in workspace.manifest.scopes
    if people.BOT_USER not in channel.members and not public:
        raise SlackError("not_in_channel")
    return channel


def thread(workspace: Workspace, channel: str, args: Arguments) -> str | None:
    """The thread to post into, always its first message; raises SlackError if there is none."""
    ts = args.text("thread_ts")
    if ts is None:
        return None
    parent = workspace.messages.one(channel, ts)
    if parent is None or parent.only_for:
        raise SlackError("thread_not_found")
    return parent.thread_ts or ts


def payload(workspace: Workspace, message: Message) -> Json:
    """The message as Slack shows it to the app."""
    said: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    said["team"] = people.TEAM_ID
    if message.user == people.BOT_USER:
        said |= {"bot_id": people.BOT_ID, "app_id": people.APP_ID}
    for key in ("blocks", "attachments", "thread_ts", "metadata"):
        if value := getattr(message, key):
            said[key] = value
    if message.edited:
        said["edited"] = {"user": message.user, "ts": message.ts}
    if message.files:
        said["files"] = [{"id": one} for one in message.files]
    return said
