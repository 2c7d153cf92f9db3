"""The payloads of commands, interactions and events, in Slack's own shape."""

import secrets
from typing import Any

from sandbox import people
from sandbox.people import Channel, Person
from sandbox.workspace import Workspace

Json = dict[str, Any]


def command(workspace: Workspace, who: Person, where: Channel, word: str, text: str, hook: str) -> Json:
    """What a slash command sends."""
    return {
        "token": workspace.identity.verification_token,
        "team_id": people.TEAM_ID,
        "team_domain": people.TEAM_DOMAIN,
        "channel_id": where.id,
        "channel_name": where.name,
        "user_id": who.id,
        "user_name": who.name,
        "command": word,
        "text": text,
        "api_app_id": people.APP_ID,
        "is_enterprise_install": "false",
        "response_url": workspace.response_url(hook),
        "trigger_id": workspace.triggers.give(who.id),
    }


def interaction(workspace: Workspace, kind: str, who: Person, trigger: str | None) -> Json:
    """What every interaction sends; the caller adds what is special to its kind."""
    told: Json = {
        "type": kind,
        "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": people.TEAM_ID},
        "api_app_id": people.APP_ID,
        "token": workspace.identity.verification_token,
        "team": {"id": people.TEAM_ID, "domain": people.TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return {**told, "trigger_id": trigger} if trigger else told


def event(workspace: Workspace, inner: Json) -> Json:
    """What an event sends: the event itself in its wrapping."""
    return {
        "token": workspace.identity.verification_token,
        "team_id": people.TEAM_ID,
        "api_app_id": people.APP_ID,
        "type": "event_callback",
        "event": inner,
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(workspace.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": people.TEAM_ID,
                "user_id": people.BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": secrets.token_urlsafe(16),
    }
