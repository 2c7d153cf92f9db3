"""users.* and usergroups.*: who is there, and in which group."""

from sandbox import people
from sandbox.methods.call import Arguments, Json, Method, SlackError, page
from sandbox.people import Group, Person
from sandbox.workspace import Workspace


def info(workspace: Workspace, args: Arguments) -> Json:
    """One account."""
    user = args.needed("user")
    found = next((one for one in _everybody(workspace) if one.id == user), None)
    if found is None:
        raise SlackError("user_not_found")
    return {"user": _shown(workspace, found)}


def list_users(workspace: Workspace, args: Arguments) -> Json:
    """All accounts, people and bots."""
    return page([_shown(workspace, one) for one in _everybody(workspace)], "members", args)


def lookup_by_email(workspace: Workspace, args: Arguments) -> Json:
    """The account with an e-mail address."""
    email = args.needed("email")
    found = next((one for one in people.PEOPLE if one.email == email), None)
    if found is None:
        raise SlackError("users_not_found")
    return {"user": _shown(workspace, found)}


def list_groups(workspace: Workspace, args: Arguments) -> Json:
    """All user groups, with their members if asked."""
    return {"usergroups": [_group(one, args.flag("include_users")) for one in people.GROUPS]}


def group_users(workspace: Workspace, args: Arguments) -> Json:
    """The ids of a group's members."""
    wanted = args.needed("usergroup")
    found = next((one for one in people.GROUPS if one.id == wanted), None)
    if found is None:
        raise SlackError("no_such_subteam")
    return {"users": list(found.users)}


def _everybody(workspace: Workspace) -> list[Person]:
    name = workspace.manifest.name
    bot = Person(people.BOT_USER, workspace.manifest.bot_name, name, "", "#1f2a44", bot=True)
    return [*people.PEOPLE, bot]


def _shown(workspace: Workspace, one: Person) -> Json:
    profile: Json = {"real_name": one.real_name, "display_name": one.name, "title": one.title}
    if "users:read.email" in workspace.manifest.scopes and not one.bot:
        profile["email"] = one.email
    return {
        "id": one.id,
        "team_id": people.TEAM_ID,
        "name": one.name,
        "real_name": one.real_name,
        "deleted": False,
        "color": one.color.removeprefix("#"),
        "tz": "Europe/Berlin",
        "profile": {**profile, "team": people.TEAM_ID},
        "is_admin": False,
        "is_owner": False,
        "is_restricted": one.guest,
        "is_ultra_restricted": False,
        "is_bot": one.bot,
        "is_app_user": False,
    }


def _group(one: Group, with_users: bool) -> Json:
    users = {"users": list(one.users)} if with_users else {}
    shown = {"id": one.id, "team_id": people.TEAM_ID, "is_usergroup": True, "name": one.name}
    return {**shown, "handle": one.handle, "user_count": len(one.users), "date_delete": 0, **users}


METHODS = {
    "users.info": Method(info, ("users:read",)),
    "users.list": Method(list_users, ("users:read",)),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",)),
    "usergroups.list": Method(list_groups, ("usergroups:read",)),
    "usergroups.users.list": Method(group_users, ("usergroups:read",)),
}
