"""api.test, auth.test, apps.connections.open and blocks.validate."""

import json
from typing import Any

from sandbox import people
from sandbox.blocks.check import home_problems, message_problems, modal_problems
from sandbox.blocks.shape import Problem
from sandbox.methods.call import Arguments, Json, Method, SlackError, Token
from sandbox.workspace import Workspace

_MOST = 100_000


def api_test(workspace: Workspace, args: Arguments) -> Json:
    """Echo the arguments, or the error asked for."""
    if error := args.text("error"):
        raise SlackError(error)
    return {"args": {key: value for key, value in args.given.items() if key != "token"}}


def auth_test(workspace: Workspace, args: Arguments) -> Json:
    """Who the token speaks for."""
    return {
        "url": f"{workspace.base}/",
        "team": people.WORKSPACE,
        "user": workspace.manifest.bot_name,
        "team_id": people.TEAM_ID,
        "user_id": people.BOT_USER,
        "bot_id": people.BOT_ID,
        "is_enterprise_install": False,
    }


def connect(workspace: Workspace, args: Arguments) -> Json:
    """An address for one Socket Mode connection, good for one use."""
    if not workspace.manifest.socket_mode:
        raise SlackError("forbidden_for_this_app")
    link = workspace.base.replace("http://", "ws://")
    return {"url": f"{link}/link/?ticket={workspace.tickets.give()}&app_id={people.APP_ID}"}


def validate(workspace: Workspace, args: Arguments) -> Json:
    """Say everything that is wrong with blocks, a message or a view; needs no token."""
    given = [name for name in ("blocks", "view", "message") if args.given.get(name) is not None]
    if len(given) != 1:
        words = ["must provide exactly one of `blocks`, `view`, or `message`"]
        raise SlackError("invalid_arguments", response_metadata={"messages": words})
    value = args.structure(given[0], "invalid_arguments")
    if len(json.dumps(value)) > _MOST:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] too long"]})
    if problems := _problems(workspace, given[0], value):
        raise SlackError(f"invalid_{given[0]}", errors=[_detail(one) for one in problems])
    return {}


def _problems(workspace: Workspace, name: str, value: Any) -> list[Problem]:
    usable = workspace.files.usable
    if name == "view":
        home = isinstance(value, dict) and value.get("type") == "home"
        return (home_problems if home else modal_problems)(value, usable, "")
    if name == "message":
        blocks = value.get("blocks", []) if isinstance(value, dict) else None
        return message_problems(blocks, usable)
    return message_problems(value, usable, "")


def _detail(problem: Problem) -> Json:
    told: Json = {"code": "failed_constraint", "message": problem.message, "pointer": problem.pointer}
    return {**told, "constraint": problem.constraint} if problem.constraint else told


METHODS = {
    "api.test": Method(api_test, token=Token.NONE),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connect, token=Token.APP),
    "blocks.validate": Method(validate, token=Token.NONE),
}
