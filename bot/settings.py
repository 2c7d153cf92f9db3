"""The settings: the only reader of the environment and of config.yaml."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from finops.errors import BadConfig
from finops.people import Audience, Role

SLACK = "https://slack.com/api/"
_CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"“{name}” is no time zone; write one like Europe/Berlin") from None
    return name


Zone = Annotated[str, AfterValidator(_zone)]


def _clock(written: object) -> time:
    """YAML makes a number of minutes of an unquoted 10:00, so only text is taken."""
    if isinstance(written, time):
        return written
    if not isinstance(written, str) or not _CLOCK.fullmatch(written):
        raise ValueError('write the time in quotes, like "09:00"')
    return time.fromisoformat(written)


Clock = Annotated[time, BeforeValidator(_clock)]


class CompanySettings(_Model):
    """The name, the reporting currency and zone, and the slash command."""

    name: str = ""
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    zone: Zone = "UTC"
    command: str = Field(default="/finops", pattern="^/[a-z0-9_-]{1,31}$")
    demo: bool = False


class SlackSettings(_Model):
    """How to reach Slack; secrets come from the environment: SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET."""

    api_base: str = SLACK
    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    mode: str = Field(default="socket", pattern="^(socket|http)$")


class AudienceSettings(_Model):
    """An audience's channel (its id), its zone, and when its digest comes: local time and weekdays (mon=0)."""

    channel: str = Field(pattern="^[CG][A-Z0-9]{8,}$")
    zone: Zone = "UTC"
    at: Clock = time(9, 0)
    days: tuple[int, ...] = (0, 1, 2, 3, 4)


class PersonSettings(_Model):
    """A person by Slack id: roles, and the teams they may see (none named: all)."""

    name: str = ""
    roles: frozenset[Role] = frozenset()
    teams: tuple[str, ...] = ()


class BudgetSettings(_Model):
    """A team's budget a month to begin with, and where its limit bites."""

    monthly: Decimal = Field(gt=0)
    target: str = ""
    id: str = ""


class OwnerSettings(_Model):
    """Whose a key, project or app is, and which model an alias means."""

    teams: dict[str, str] = {}
    models: dict[str, str] = {}


class DoorSettings(_Model):
    """Where the bot listens for health checks (and for Slack in HTTP mode)."""

    host: str = "127.0.0.1"
    port: int = 8080


class Settings(_Model):
    """Everything that can be configured; a fresh home needs none of it."""

    home: Path = Path(".tuppence")
    company: CompanySettings = CompanySettings()
    slack: SlackSettings = SlackSettings()
    audiences: dict[Audience, AudienceSettings] = {}
    people: dict[str, PersonSettings] = {}
    budgets: dict[str, BudgetSettings] = {}
    owners: OwnerSettings = OwnerSettings()
    prices: dict[str, dict[str, Any]] = {}
    sources: dict[str, dict[str, Any]] = {}
    targets: dict[str, dict[str, Any]] = {}
    door: DoorSettings = DoorSettings()
    database: str = ""
    audit_key_file: Path | None = None

    @property
    def database_url(self) -> str:
        """The state's database: as configured, else a SQLite file in the home."""
        return self.database or f"sqlite:///{self.home / 'tuppence.sqlite'}"


def home_of(given: str | None) -> Path:
    """The state directory: as given, else TUPPENCE_HOME, else ./.tuppence."""
    return Path(given or os.environ.get("TUPPENCE_HOME") or ".tuppence").absolute()


def loaded(home: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of *home*: its config.yaml, `env:` and `file:` values filled in; BadConfig names what is wrong."""
    env = os.environ if environment is None else environment
    file = home / "config.yaml"
    text = file.read_text() if file.exists() else ""
    written = _filled(_parsed(file, text), env)
    written["slack"] = written.get("slack", {}) | _slack(env)
    if env.get("DATABASE_URL"):
        written["database"] = _secret(env, "DATABASE_URL")
    try:
        return Settings(home=home, **written)
    except ValidationError as error:
        raise BadConfig(_complaint(file, text, error)) from None


def _parsed(file: Path, text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise BadConfig(f"{file} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise BadConfig(f"{file} must hold settings by name.")
    return found


def _filled(value: Any, env: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each, env) for name, each in value.items()}
    if isinstance(value, str) and value.startswith("env:"):
        return _secret(env, value.removeprefix("env:"))
    if isinstance(value, str) and value.startswith("file:"):
        return _read(Path(value.removeprefix("file:")))
    return value


def _secret(env: Mapping[str, str], name: str) -> str:
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


def _slack(env: Mapping[str, str]) -> dict[str, str]:
    names = {"bot_token": "SLACK_BOT_TOKEN", "app_token": "SLACK_APP_TOKEN", "signing_secret": "SLACK_SIGNING_SECRET"}
    there = {field: name for field, name in names.items() if env.get(name) or env.get(f"{name}_FILE")}
    base = {"api_base": env["SLACK_API_BASE"]} if env.get("SLACK_API_BASE") else {}
    return {field: _secret(env, name) for field, name in there.items()} | base


def _complaint(file: Path, text: str, error: ValidationError) -> str:
    first = error.errors()[0]
    path = [str(step) for step in first["loc"]]
    line = _line(yaml.compose(text) if text.strip() else None, path)
    where = f"{file}, line {line}" if line else str(file)
    return f"{where}: {'.'.join(path)}: {first['msg'].removeprefix('Value error, ')}."


def _line(node: yaml.Node | None, path: list[str]) -> int | None:
    line = None
    for step in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((key, value) for key, value in pairs if str(key.value) == step), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
