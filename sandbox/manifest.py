"""What the app's manifest allows it to do in this workspace."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class ManifestError(Exception):
    """The manifest is not one Slack would take; the text says where."""


@dataclass(frozen=True)
class Command:
    """One slash command."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest the workspace acts upon."""

    name: str
    bot_name: str
    scopes: tuple[str, ...]
    commands: tuple[Command, ...]
    events: tuple[str, ...]
    interactive: bool
    home_tab: bool
    messages_tab: bool
    socket_mode: bool

    def command(self, word: str) -> Command | None:
        return next((one for one in self.commands if one.command == word), None)


def read(path: Path) -> Manifest:
    """The manifest in this file; raises ManifestError if Slack would refuse it."""
    try:
        content = yaml.safe_load(path.read_text())
        return _manifest(content)
    except (OSError, yaml.YAMLError) as broken:
        raise ManifestError(f"{path}: {broken}") from broken
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ManifestError(f"{path}: missing or misplaced {wrong}") from wrong


def _manifest(content: Mapping[str, Any]) -> Manifest:
    name = content["display_information"]["name"]
    features, settings = content.get("features", {}), content.get("settings", {})
    tabs = features.get("app_home", {})
    if len(name) > 35:
        raise ManifestError("display_information.name must be less than 36 characters")
    if features.get("slash_commands") and "commands" not in content["oauth_config"]["scopes"]["bot"]:
        raise ManifestError("slash_commands need the bot scope commands")
    return Manifest(
        name=name,
        bot_name=features.get("bot_user", {}).get("display_name", name),
        scopes=tuple(content["oauth_config"]["scopes"]["bot"]),
        commands=tuple(_command(one) for one in features.get("slash_commands", [])),
        events=tuple(settings.get("event_subscriptions", {}).get("bot_events", [])),
        interactive=settings.get("interactivity", {}).get("is_enabled", False),
        home_tab=tabs.get("home_tab_enabled", False),
        socket_mode=settings.get("socket_mode_enabled", False),
        messages_tab=tabs.get("messages_tab_enabled", False),
    )


def _command(given: Mapping[str, Any]) -> Command:
    if not re.fullmatch(r"/\S{1,31}", given["command"]):
        raise ManifestError(f"slash command {given['command']} must be 2 to 32 characters and begin with /")
    if len(given["description"]) > 2000 or len(given.get("usage_hint", "")) > 1000:
        raise ManifestError(f"slash command {given['command']}: description or usage_hint is too long")
    return Command(
        given["command"],
        given["description"],
        given.get("usage_hint", ""),
        given.get("should_escape", False),
    )
