"""Filling in: `env:` and `file:` values and Slack's secrets, from an environment that is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finops.errors import BadConfig


def filled(value: Any, env: Mapping[str, str]) -> Any:
    """*value*, and everything in it, with what `env:` and `file:` name in their places."""
    if isinstance(value, dict):
        return {name: filled(each, env) for name, each in value.items()}
    if isinstance(value, str) and value.startswith("env:"):
        return secret(env, value.removeprefix("env:"))
    if isinstance(value, str) and value.startswith("file:"):
        return _read(Path(value.removeprefix("file:")))
    return value


def is_set(env: Mapping[str, str], name: str) -> bool:
    """Whether *name*, or a file for it, is given."""
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def secret(env: Mapping[str, str], name: str) -> str:
    """What *name*, or the file that *name*_FILE names, holds; BadConfig if neither is given."""
    if env.get(f"{name}_FILE"):
        return _read(Path(env[f"{name}_FILE"]))
    if not env.get(name):
        raise BadConfig(f"{name} is named in the configuration, but neither {name} nor {name}_FILE is set.")
    return env[name]


def _read(file: Path) -> str:
    try:
        mode = file.stat().st_mode
        text = file.read_text().strip()
    except OSError as error:
        raise BadConfig(f"The secret file {file} cannot be read: {error.strerror}.") from None
    if mode & 0o077:
        raise BadConfig(f"The secret file {file} can be read by others; run chmod 600 on it.")
    return text


def from_slack(env: Mapping[str, str]) -> dict[str, str]:
    """The settings of Slack that the environment gives."""
    names = {"bot_token": "SLACK_BOT_TOKEN", "app_token": "SLACK_APP_TOKEN", "signing_secret": "SLACK_SIGNING_SECRET"}
    there = {field: name for field, name in names.items() if is_set(env, name)}
    base = {"api_base": env["SLACK_API_BASE"]} if env.get("SLACK_API_BASE") else {}
    return {field: secret(env, name) for field, name in there.items()} | base
