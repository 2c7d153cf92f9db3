"""files.*: ask for an upload, complete it, look at a file."""

from typing import Any

from sandbox import people
from sandbox.methods.call import Arguments, Json, Method, SlackError
from sandbox.methods.posting import checked
from sandbox.state.files import File
from sandbox.state.messages import Message
from sandbox.workspace import Workspace

_MOST_BYTES = 32 * 1024 * 1024


def get_upload_url(workspace: Workspace, args: Arguments) -> Json:
    """An address that takes the bytes of one file, and the file's id."""
    name, length = args.needed("filename"), args.needed("length")
    if not length.isdigit() or not 0 < int(length) <= _MOST_BYTES:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] invalid length"]})
    alt = args.text("alt_txt") or ""
    if len(alt) > 1000:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] alt_txt is too long"]})
    file = workspace.files.ask(name, int(length), alt)
    return {"upload_url": f"{workspace.base}/upload/v1/{file.ticket}", "file_id": file.id}


def complete_upload(workspace: Workspace, args: Arguments) -> Json:
    """Finish uploads, privately or shared to channels."""
    wanted = args.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        args.needed("files")
        raise SlackError("invalid_arguments")
    files = [(_sent(workspace, one), one.get("title")) for one in wanted]
    channels = tuple(_shared_with(args))
    shares = [_share(workspace, args, channel, [file.id for file, _ in files]) for channel in channels]
    delay = workspace.faults.mime_delay
    done = [workspace.files.complete(file, title, channels, delay) for file, title in files]
    for share in shares:
        workspace.messages.keep(share)
    return {"files": [shown(workspace, file) for file in done]}


def info(workspace: Workspace, args: Arguments) -> Json:
    """What is known of a file; its mimetype is empty until it was scanned."""
    file = workspace.files.one(args.needed("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    return {"file": shown(workspace, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def shown(workspace: Workspace, file: File) -> Json:
    """The file as Slack shows it to the app."""
    mimetype = workspace.files.mimetype(file)
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype,
        "filetype": mimetype.rpartition("/")[2],
        "size": file.length,
        "user": people.BOT_USER,
        "user_team": people.TEAM_ID,
        "mode": "hosted",
        "is_public": bool(file.channels),
        "channels": list(file.channels),
        "alt_txt": file.alt,
        "url_private": f"{workspace.base}/files/{file.id}",
        "permalink": f"{workspace.base}/files/{file.id}",
    }


def _sent(workspace: Workspace, wanted: Any) -> File:
    file = workspace.files.one(str(wanted.get("id"))) if isinstance(wanted, dict) else None
    if file is None or not file.sent or file.completed:
        raise SlackError("file_not_found")
    return file


def _shared_with(args: Arguments) -> list[str]:
    listed = (args.text("channels") or args.text("channel_id") or "").split(",")
    channels = [people.channel(place) for place in listed if place]
    for channel in channels:
        if channel is None:
            raise SlackError("channel_not_found")
        if people.BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
    return [channel.id for channel in channels if channel is not None]


def _share(workspace: Workspace, args: Arguments, channel: str, files: list[str]) -> Message:
    comment = args.text("initial_comment") or ""
    blocks = [] if comment else checked(workspace, args.structure("blocks", "invalid_blocks") or [])
    thread_ts = args.text("thread_ts")
    if thread_ts and workspace.messages.one(channel, thread_ts) is None:
        raise SlackError("invalid_thread_ts")
    return Message(
        channel=channel,
        ts=workspace.messages.next_ts(),
        user=people.BOT_USER,
        text=comment,
        blocks=blocks,
        thread_ts=thread_ts,
        files=files,
    )


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",)),
    "files.info": Method(info, ("files:read",)),
}
