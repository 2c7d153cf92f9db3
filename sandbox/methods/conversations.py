"""conversations.*: which channels there are, and who is in them."""

from sandbox import people
from sandbox.methods.call import Arguments, Json, Method, SlackError, page
from sandbox.people import Channel
from sandbox.workspace import Workspace


def list_channels(workspace: Workspace, args: Arguments) -> Json:
    """All channels of the types asked for; there are public ones only."""
    types = (args.text("types") or "public_channel").split(",")
    if not set(types) <= {"public_channel", "private_channel", "mpim", "im"}:
        raise SlackError("invalid_types")
    found = people.CHANNELS if "public_channel" in types else ()
    return page([_shown(one) for one in found], "channels", args)


def info(workspace: Workspace, args: Arguments) -> Json:
    """One channel."""
    channel = _named(workspace, args)
    count = {"num_members": len(channel.members)} if args.flag("include_num_members") else {}
    return {"channel": {**_shown(channel), **count}}


def members(workspace: Workspace, args: Arguments) -> Json:
    """The ids of everybody in a channel."""
    answer = page([{"id": one} for one in _named(workspace, args).members], "members", args)
    return {**answer, "members": [one["id"] for one in answer["members"]]}


def open_direct(workspace: Workspace, args: Arguments) -> Json:
    """The direct messages of one person with the app."""
    users = args.needed("users").split(",")
    if len(users) != 1:
        raise SlackError("not_supported_in_sandbox", detail="one person at a time")
    found = people.person(users[0])
    if found is None:
        raise SlackError("user_not_found")
    return {"no_op": True, "already_open": True, "channel": {"id": found.direct}}


def _named(workspace: Workspace, args: Arguments) -> Channel:
    place = args.needed("channel")
    channel = people.channel(place)
    if channel is None or channel.id != place:
        raise SlackError("channel_not_found")
    if channel.is_direct and "im:read" not in workspace.manifest.scopes:
        provided = ",".join(workspace.manifest.scopes)
        raise SlackError("missing_scope", needed="im:read", provided=provided)
    return channel


def _shown(channel: Channel) -> Json:
    if channel.is_direct:
        return {"id": channel.id, "is_im": True, "user": channel.members[0], "is_org_shared": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_member": people.BOT_USER in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


METHODS = {
    "conversations.list": Method(list_channels, ("channels:read",)),
    "conversations.info": Method(info, ("channels:read",)),
    "conversations.members": Method(members, ("channels:read",)),
    "conversations.open": Method(open_direct, ("im:write",)),
}
