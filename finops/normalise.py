"""A source's words to ours: model names, token classes, owners and scopes, from the texts of one charge."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase

from finops.charge import Labels, Scope, TokenClass
from finops.meters import meter
from finops.units import unit_of

_TEAM = ("team", "owning_team", "squad", "owner", "cost_center", "costcenter", "business_unit", "department")
_APP = ("app", "application", "app_name", "app_id", "workload")
_ENV = ("env", "environment", "stage", "deployment_environment")
_KEY = ("key", "api_key", "key_alias", "api_key_alias", "credential")
_MODEL_DETAILS = ("modelid", "model", "aimodel", "modelname", "modelfamily")
_TYPE_DETAILS = ("tokentype", "tokenclass")

_CLASSES = (
    (TokenClass.CACHE_WRITE_1H, re.compile(r"\bcach\w* (write|creation)\b.*\b(1 ?h|1 ?hour|one hour|60 ?m)|\bcw1\b")),
    (TokenClass.CACHE_WRITE, re.compile(r"\bcach\w* (\d+ ?\w+ )?(input )?(write|creation|storage)|\bcw5\b")),
    (TokenClass.UNCACHED_INPUT, re.compile(r"\buncached\b|\bnon cached\b")),
    (TokenClass.CACHE_READ, re.compile(r"\bcach(e|ed|ing)\b|\bcache ?read\b")),
    (TokenClass.REASONING, re.compile(r"\b(reasoning|thoughts?|thinking)\b")),
    (TokenClass.AUDIO_OUTPUT, re.compile(r"\baudio\b.*\boutputs?\b|\boutputs?\b.*\baudio\b")),
    (TokenClass.AUDIO_INPUT, re.compile(r"\baudio\b.*\binputs?\b|\binputs?\b.*\baudio\b")),
    (TokenClass.IMAGE_OUTPUT, re.compile(r"\bimage\b.*\boutputs?\b|\boutputs?\b.*\bimage\b")),
    (TokenClass.IMAGE_INPUT, re.compile(r"\bimage\b.*\binputs?\b|\binputs?\b.*\bimage\b")),
    (TokenClass.OUTPUT, re.compile(r"\b(outputs?|completions?|generated)\b")),
    (TokenClass.UNCACHED_INPUT, re.compile(r"\b(inputs?|prompts?)\b")),
)
_DESCRIBED = re.compile(r"^(?P<model>\S*[-\d]\S*),? (?:.*\b)?tokens?\b", re.IGNORECASE)
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEAMS = re.compile(r"[\s_\-/.,:()]+")
_CLOUD_PREFIX = re.compile(
    r"^(?:(?:us|us-gov|eu|apac|ap|jp|au|ca|sa|global)\.)?"
    r"(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen|google|stability)\."
)
_CLOUD_SUFFIX = re.compile(r"-v\d+:\d+$")
_MULTIPLE = re.compile(r"10{0,9}[KMB]?", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_LATEST = re.compile(r"@(default|latest)$")
_CHOSEN = "auto: "

_SPELLED = {"gcp.gemini": "gemini", "gcp.gen_ai": "gemini", "gcp.vertex_ai": "vertex_ai", "aws.bedrock": "bedrock",
            "azure.ai.openai": "azure", "azure.ai.inference": "azure_ai", "mistral_ai": "mistral",
            "x_ai": "xai"}  # fmt: skip
_MAKERS = (
    ("openai", re.compile(r"(gpt|chatgpt|o\d|text-embedding|dall-e|whisper)\b", re.IGNORECASE)),
    ("anthropic", re.compile(r"claude\b", re.IGNORECASE)),
    ("gemini", re.compile(r"gemini\b", re.IGNORECASE)),
    ("mistral", re.compile(r"(mistral|codestral|ministral|magistral)\b", re.IGNORECASE)),
    ("deepseek", re.compile(r"deepseek\b", re.IGNORECASE)),
    ("xai", re.compile(r"grok\b", re.IGNORECASE)),
    ("cohere", re.compile(r"command\b", re.IGNORECASE)),
)

_AI_CATEGORY = "ai and machine learning"
_SAAS_CATEGORIES = frozenset({"developer tools", "productivity and collaboration", "business applications"})
_SEAT = re.compile(r"\b(seats?|licen[cs]es?|subscriptions?|user ?months?|members?)\b")
_SEAT_VENDORS = re.compile(r"\b(github|cursor|chatgpt|copilot|jetbrains|anysphere|windsurf)\b")
_INFERENCE = re.compile(r"\b(inference|model serving|bedrock|vertex ai|openai|sagemaker|gpu)\b")
_DATACENTER = re.compile(r"\bdata ?cent(er|re)\b|\bdc\b|\bcolocation\b|\bon prem\w*")


@dataclass(frozen=True)
class Raw:
    """The texts of a charge or an AI request that decide its labels, as the source wrote them."""

    provider: str = ""
    service: str = ""
    category: str = ""
    sku: str = ""
    sku_meter: str = ""
    sku_details: str = ""
    description: str = ""
    tags: str = ""
    sub_account: str = ""
    resource: str = ""
    model: str = ""
    token_type: str = ""
    consumed_unit: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Owners:
    """The operator's rules: *teams* by key, project, sub account, app or tag value; *models* by alias; the providers
    that are our own data centres; *paths*: patterns as file names have them, the first that fits names the team; and
    *provisioned*: patterns of models, as the gateway names them, that are served from provisioned capacity."""

    teams: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    datacenters: frozenset[str] = frozenset()
    paths: Mapping[str, str] = field(default_factory=dict)
    provisioned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meter:
    """What the texts of a meter say, tags and resource aside; *team* and *path* are what the rules make of them: the
    team that they name, and the number of the first pattern that fits."""

    model: str
    token_class: str
    scope: Scope
    team: str
    path: int | None


@dataclass(frozen=True)
class Tagged:
    """What tags say: *team*, *app*, *env* and *key*; and what the rules make of the key, the app, any value, and of key
    and app together."""

    team: str
    app: str
    env: str
    key: str
    team_of_key: str
    team_of_app: str
    team_of_values: str
    path: int | None


@dataclass(frozen=True)
class Located:
    """What the rules make of the name of a resource."""

    team: str
    path: int | None


def labels(raw: Raw, owners: Owners) -> Labels:
    """What *raw* is cut by; nothing is guessed that neither the source nor the operator says, nothing raises."""
    meter, tagged, located = metered(raw, owners), tagged_as(raw.tags, owners), located_at(raw.resource, owners)
    team = (tagged.team or tagged.team_of_key or located.team or meter.team or tagged.team_of_app
            or tagged.team_of_values)  # fmt: skip
    paths = [path for path in (meter.path, tagged.path, located.path) if path is not None]
    if not team and paths:
        team = tuple(owners.paths.values())[min(paths)]
    key = tagged.key or (raw.resource if meter.scope is Scope.AI else "")
    return Labels(meter.model, meter.token_class, team, tagged.app, tagged.env, key, meter.scope)


def metered(raw: Raw, owners: Owners) -> Meter:
    """What *raw* says without its tags and its resource."""
    details = _pairs(raw.sku_details)
    kind = _token_class(raw, details)
    model = model_name(_model(raw, details, kind), owners)
    scope = _scope(raw, owners, has_model=bool(kind or model))
    path = _path((raw.sub_account, raw.model), owners)
    return Meter(model, kind, scope, _looked_up(owners.teams, raw.sub_account) if raw.sub_account else "", path)


def tagged_as(text: str, owners: Owners) -> Tagged:
    """What tags that are written as *text* say."""
    tags = _pairs(text)
    key, app, team = _first(tags, _KEY), _first(tags, _APP), _first(tags, _TEAM)
    ruled = (_looked_up(owners.teams, value) for value in tags.values() if value)
    return Tagged((_looked_up(owners.teams, team) or team) if team else "", app, _first(tags, _ENV), key,
                  _looked_up(owners.teams, key) if key else "", _looked_up(owners.teams, app) if app else "",
                  next((found for found in ruled if found), ""), _path((key, app), owners))  # fmt: skip


def located_at(resource: str, owners: Owners) -> Located:
    """What the rules say of *resource*."""
    return Located(_looked_up(owners.teams, resource) if resource else "", _path((resource,), owners))


def tokens_per_unit(raw: Raw) -> Decimal:
    """How many tokens one unit of *raw* is, 0 if it counts something else. Azure's unit is a mere multiple (`1K`) of
    what the meter's name says."""
    unit, multiple = unit_of(raw.consumed_unit), _MULTIPLE.fullmatch(raw.consumed_unit.strip())
    if unit.is_tokens:
        return unit.count
    return (
        unit_of(f"{multiple[0]} tokens").count if multiple and meter(raw.sku_meter or raw.description) else Decimal(0)
    )


def model_name(text: str, owners: Owners) -> str:
    """The model's one name: alias resolved, lower case, without the prefixes that gateways, clouds and
    tools that choose one by themselves put before."""
    whole = text.strip().lower()
    bare = _LATEST.sub("", whole.rsplit("/", 1)[-1]).removeprefix(_CHOSEN)
    if _CLOUD_PREFIX.match(bare):
        bare = _CLOUD_SUFFIX.sub("", _CLOUD_PREFIX.sub("", bare))
    bare = bare.replace("@", "-")
    found = (_looked_up(owners.models, name) for name in (text.strip(), bare))
    return next((name for name in found if name), _BLANKS.sub("-", bare))


def provider_name(told: str, model: str) -> str:
    """The one name of whom an AI request went to, as gateways spell it; where nobody is named, who makes *model*."""
    name = told.strip()
    return _SPELLED.get(name.lower(), name) or next((who for who, begins in _MAKERS if begins.match(model)), "")


def _pairs(text: str) -> dict[str, str]:
    """The pairs in a JSON object, or in a JSON list of `key:value` texts; keys in one spelling."""
    if text[:1] == '"' and ":" in text:
        text = f"{{{text.strip().rstrip(',')}}}"  # as Azure writes tags, without braces
    if not text or text[0] not in "{[":
        return {}
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return {_spelled(key): str(value).strip() for key, value in _entries(read) if value not in (None, "")}


def _entries(read: object) -> Iterator[tuple[str, object]]:
    if isinstance(read, dict):
        yield from read.items()
        return
    for entry in read if isinstance(read, list) else ():
        if isinstance(entry, str) and ":" in entry:
            key, _, value = entry.partition(":")
            yield key, value
        elif isinstance(entry, dict):
            named = {str(name).lower(): value for name, value in entry.items()}
            if {"key", "value"} <= named.keys():
                yield str(named["key"]), named["value"]


def _spelled(key: str) -> str:
    last = re.split(r"[:/]", key)[-1].strip().lower()
    return re.sub(r"[\s.\-]+", "_", last).removeprefix("x_")


def _first(pairs: Mapping[str, str], names: Iterable[str]) -> str:
    return next((pairs[name] for name in names if name in pairs), "")


def _looked_up(names: Mapping[str, str], text: str) -> str:
    return names.get(text) or names.get(text.lower(), "")


def _path(places: Iterable[str], owners: Owners) -> int | None:
    """The number of the first pattern, as they are written, that fits the whole of a path or name; case does not count.
    `*` stands for anything, slashes too."""
    if not owners.paths:
        return None
    lower = [text.lower() for text in places if text]
    fitting = (number for number, path in enumerate(owners.paths)
               if any(fnmatchcase(place, path.lower()) for place in lower))  # fmt: skip
    return next(fitting, None)


def _token_class(raw: Raw, details: Mapping[str, str]) -> str:
    """The class of token that is counted; empty where something else is, or a currency that is called token."""
    unit = unit_of(raw.consumed_unit)
    if unit.name and not tokens_per_unit(raw):
        return ""
    for text in (raw.token_type, _first(details, _TYPE_DETAILS)):
        if found := _class_in(text):
            return found
    counted = meter(raw.sku_meter) or meter(raw.description)
    if counted and (found := _class_in(counted.kind)):
        return found
    for text in (raw.sku_meter, raw.sku.rpartition(":")[2], raw.description):
        if (unit.is_tokens or "token" in text.lower()) and (found := _class_in(text)):
            return found
    return ""


def _class_in(text: str) -> str:
    words = _words(_HUMPS.sub(" ", text))
    return next((kind for kind, pattern in _CLASSES if words and pattern.search(words)), "")


def _model(raw: Raw, details: Mapping[str, str], kind: str) -> str:
    told = raw.model or _first({k.replace("_", ""): v for k, v in details.items()}, _MODEL_DETAILS)
    if told or not kind:
        return told
    counted = meter(raw.sku_meter) or meter(raw.description)
    if counted:
        return counted.model
    model, colon, last = raw.sku.rpartition(":")
    if colon and _class_in(last):
        return model
    described = _DESCRIBED.match(raw.description)
    return described["model"].rstrip(",") if described else ""


def _scope(raw: Raw, owners: Owners, *, has_model: bool) -> Scope:
    """What is counted in tokens or names a model is AI; a seat is SaaS even where it is a seat of an AI tool."""
    if raw.scope in tuple(Scope):
        return Scope(raw.scope)
    category = raw.category.lower()
    seats = _SEAT.search(_words(f"{raw.consumed_unit} {raw.sku_meter} {raw.sku}"))
    if has_model:
        return Scope.AI
    if _SEAT_VENDORS.search(_words(f"{raw.provider} {raw.service}")) or (seats and category == _AI_CATEGORY):
        return Scope.SAAS
    if category == _AI_CATEGORY or _INFERENCE.search(_words(raw.service)):
        return Scope.AI
    if category in _SAAS_CATEGORIES:
        return Scope.SAAS
    own = raw.provider in owners.datacenters or _DATACENTER.search(_words(raw.provider))
    return Scope.DATACENTER if own else Scope.CLOUD


def _words(text: str) -> str:
    return _SEAMS.sub(" ", text).strip().lower()
