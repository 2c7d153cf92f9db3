"""The settings: the only reader of the environment and of config.yaml."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot.config import complaint, parsed
from bot.filling import filled, from_slack, is_set, secret
from finops.allocation import By, of_charges
from finops.errors import BadConfig
from finops.people import Audience, Role
from finops.question import Dimension
from sources._contract import Contract, Terms
from sources._prices import ORDER, ListName

SLACK = "https://slack.com/api/"
_SHORTEST = 24
_CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


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
    """Whom the bot works for."""

    name: str = ""
    """What the company is called."""
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    """The currency of all figures; what is told in another one is converted by `currency.rates`, else held back."""
    zone: Zone = "UTC"
    """Where the day of reports begins and ends: what “yesterday” means."""
    command: str = Field(default="/finops", pattern="^/[a-z0-9_-]{1,31}$")
    """The slash command, as in the app's manifest."""
    tool_monthly: Decimal | None = Field(default=None, gt=0, lt=10**9, decimal_places=2)
    """What running this bot costs a month (machine, database), for the KPI `tool_cost_share`; none: not known."""


class CurrencySettings(_Model):
    """How money in another currency than the company's becomes one in it."""

    rates: Path | None = None
    """A file of dated rates, below the home if not absolute: the ECB's `eurofxref-hist.csv`, or one with the columns
    `date,from,to,rate`; read again when it has changed."""


class SlackSettings(_Model):
    """How to reach Slack; what the environment says comes before the file."""

    api_base: str = SLACK
    """Another Slack, on this machine only; SLACK_API_BASE."""
    bot_token: SecretStr = SecretStr("")
    """The bot's token (`xoxb-…`); SLACK_BOT_TOKEN or SLACK_BOT_TOKEN_FILE."""
    app_token: SecretStr = SecretStr("")
    """The app-level token (`xapp-…`) for socket mode; SLACK_APP_TOKEN or SLACK_APP_TOKEN_FILE."""
    signing_secret: SecretStr = SecretStr("")
    """What HTTP mode checks signatures with; SLACK_SIGNING_SECRET or SLACK_SIGNING_SECRET_FILE."""
    mode: str = Field(default="socket", pattern="^(socket|http)$")
    """`socket`: the bot calls Slack; `http`: Slack calls the bot's door."""


class AudienceSettings(_Model):
    """Where an audience reads, and when its digest comes."""

    channel: str = Field(pattern="^[CG][A-Z0-9]{8,}$")
    """The id of its channel."""
    zone: Zone = "UTC"
    """The time zone of its channel."""
    at: Clock = time(9, 0)
    """When its digest comes, local time, in quotes."""
    days: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4)
    """On which weekdays; Monday is 0."""


class PersonSettings(_Model):
    """A person, by Slack id."""

    name: str = ""
    """What they are called in the terminal."""
    roles: frozenset[Role] = frozenset()
    """What they may do beyond looking and asking, which every member may."""
    teams: tuple[str, ...] = ()
    """The teams whose figures they may see; none named: all."""


class BudgetSettings(_Model):
    """The budget of a team, by the team's name."""

    monthly: Decimal = Field(gt=0, lt=10**9, decimal_places=2)
    """The amount of a calendar month to begin with; afterwards it changes by `/finops request`."""
    target: str = ""
    """The target that holds the limit; none: the budget only alerts."""
    id: str = ""
    """What the team or key is called there, as `team/search`."""


class OwnerSettings(_Model):
    """Whose what is, in a source's words."""

    teams: dict[str, str] = {}
    """The team of a key, project, app or tag, by that name."""
    models: dict[str, str] = {}
    """The model that an alias of your gateway means, by the alias."""
    paths: dict[str, str] = {}
    """The team of what fits a pattern, by the pattern: `projects/search-*`, `arn:*:team-a/*`; of resources, projects,
    accounts, keys, apps and model paths. `*` is anything, case does not count, the first that fits in written order
    counts, after tags and `teams`."""
    provisioned: tuple[str, ...] = ()
    """The models (patterns) of your gateway that are deployments of provisioned capacity, as `azure/*-ptu`."""


class PriceSettings(_Model):
    """What tokens cost: below a model's name what was agreed for it, USD per million tokens by class, which comes
    before all lists; as a list of such lines also by day (`from`, `until`), `tier` and step (`above`)."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, Terms] = Field(init=False)

    lists: tuple[ListName, ...] = Field(default=ORDER, min_length=1)
    """The open lists, the one that counts first; the next knows what the one before does not."""

    @property
    def contract(self) -> Contract:
        """What was agreed, by model."""
        return self.__pydantic_extra__


def _several(written: object) -> object:
    return (written,) if isinstance(written, str) else written


SharedCut = Annotated[Dimension, AfterValidator(of_charges)]


class SharedSettings(_Model):
    """A cost that teams share; of several rules the first that fits."""

    match: dict[SharedCut, Annotated[tuple[str, ...], BeforeValidator(_several)]] = Field(min_length=1)
    """What is shared: patterns (one or a list) by dimension, as `{service: "Gateway*", env: prod}`; what names a team
    is not, unless a pattern is of `team`."""
    by: By
    """What it is split by: tokens or requests as they were metered, or cost in the same ledger; of the charge's day, or
    of its month where nobody used anything that day. Where nobody did all month, it is not split."""
    among: tuple[str, ...] = ()
    """The teams that share it; none named: all that used something."""


class AllocationSettings(_Model):
    """How costs without an owner find one."""

    shared: tuple[SharedSettings, ...] = ()


def _token(token: SecretStr) -> SecretStr:
    if 0 < len(token.get_secret_value()) < _SHORTEST:
        raise ValueError(f"write at least {_SHORTEST} letters, as `openssl rand -hex 32` makes them")
    return token


class RequestSettings(_Model):
    """What is kept of each AI request; never a prompt or an answer."""

    keep_days: int = Field(default=400, ge=1, le=3660)
    """How many days after its import a request is kept as a row; sums and ids are kept for ever."""
    users: Literal["pseudonyms", "names"] = "pseudonyms"
    """Whether end users are kept as salted pseudonyms or by the names that a log has."""


class DoorSettings(_Model):
    """Where the bot listens for health checks, for pushes (and for Slack in HTTP mode)."""

    host: str = "127.0.0.1"
    """The address it listens on; `0.0.0.0` for all."""
    port: int = Field(default=8080, ge=0, le=65535)
    """The port; 0: any that is free."""
    token: Annotated[SecretStr, AfterValidator(_token)] = SecretStr("")
    """What pushes to `/v1/…` must carry as `Authorization: Bearer …`; none: nothing can be pushed."""


class Settings(_Model):
    """Everything that can be configured; a fresh home needs none of it."""

    home: Path = Path(".tuppence")
    company: CompanySettings = CompanySettings()
    currency: CurrencySettings = CurrencySettings()
    slack: SlackSettings = SlackSettings()
    audiences: dict[Audience, AudienceSettings] = {}
    people: dict[str, PersonSettings] = {}
    budgets: dict[str, BudgetSettings] = {}
    owners: OwnerSettings = OwnerSettings()
    prices: PriceSettings = PriceSettings()
    allocation: AllocationSettings = AllocationSettings()
    sources: dict[str, dict[str, Any]] = {}
    """The sources that are asked, each with its own settings (sources.md)."""
    targets: dict[str, dict[str, Any]] = {}
    """The targets that hold limits, each with its own settings (targets.md)."""
    requests: RequestSettings = RequestSettings()
    door: DoorSettings = DoorSettings()
    database: str = ""
    """The address of the state's database; DATABASE_URL or DATABASE_URL_FILE. None: SQLite in the home."""
    audit_key_file: Path | None = None
    """Where the audit key lies, if not in the home."""

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
    written = filled(parsed(file), env) | {"home": home}
    if isinstance(written.setdefault("slack", {}), dict):
        written["slack"] |= from_slack(env)
    if is_set(env, "DATABASE_URL"):
        written["database"] = secret(env, "DATABASE_URL")
    try:
        return Settings.model_validate(written)
    except ValidationError as error:
        raise BadConfig(complaint(file, error)) from None
