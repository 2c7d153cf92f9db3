"""An app's answer to a command or press, by response URL or with its acknowledgement."""

from sandbox import people
from sandbox.methods.call import Arguments, Json, SlackError
from sandbox.methods.posting import Content, content
from sandbox.state.hooks import Hook
from sandbox.state.messages import Message
from sandbox.workspace import Workspace

_KNOWN = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "metadata",
    "unfurl_links",
    "unfurl_media",
}


def answer(workspace: Workspace, hook: Hook, body: Json) -> None:
    """Show the answer where the hook says; raises SlackError as Slack would refuse it."""
    if unknown := set(body) - _KNOWN:
        raise SlackError("invalid_payload", detail=f"unknown: {', '.join(sorted(unknown))}")
    if body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_payload", detail="response_type")
    args = Arguments(body)
    original = workspace.messages.one(hook.channel, hook.message_ts) if hook.message_ts else None
    if args.flag("delete_original"):
        _delete(workspace, original)
        return
    said = content(workspace, args)
    if args.flag("replace_original") and original is not None:
        workspace.messages.edit(original, text=said.text, blocks=said.blocks, attachments=said.attachments)
    else:
        workspace.messages.keep(_fresh(workspace, hook, said, args))


def tell(workspace: Workspace, channel: str, user: str, text: str) -> None:
    """Let Slackbot say something to one person."""
    ts = workspace.messages.next_ts()
    workspace.messages.keep(Message(channel, ts, people.SLACKBOT, text, only_for=user))


def _delete(workspace: Workspace, original: Message | None) -> None:
    if original is None:
        raise SlackError("message_not_found")
    workspace.messages.drop(original)


def _fresh(workspace: Workspace, hook: Hook, said: Content, args: Arguments) -> Message:
    private = args.text("response_type") != "in_channel"
    return Message(
        channel=hook.channel,
        ts=workspace.messages.next_ts(),
        user=people.BOT_USER,
        text=said.text,
        blocks=said.blocks,
        attachments=said.attachments,
        thread_ts=args.text("thread_ts"),
        only_for=hook.user if private else None,
    )
