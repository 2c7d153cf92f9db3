"""What a charge, one line of cost, is cut by: its token class, its scope, its labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class TokenClass(StrEnum):
    """The classes of tokens that are priced apart; reasoning is billed as output and never returned."""

    UNCACHED_INPUT = "uncached_input"
    CACHE_READ = "cache_read"
    CACHE_WRITE = "cache_write"
    CACHE_WRITE_1H = "cache_write_1h"
    OUTPUT = "output"
    REASONING = "reasoning"
    AUDIO_INPUT = "audio_input"
    AUDIO_OUTPUT = "audio_output"
    IMAGE_INPUT = "image_input"
    IMAGE_OUTPUT = "image_output"


OUTPUT = (TokenClass.OUTPUT, TokenClass.REASONING, TokenClass.AUDIO_OUTPUT, TokenClass.IMAGE_OUTPUT)
INPUT = tuple(kind for kind in TokenClass if kind not in OUTPUT)


class Scope(StrEnum):
    """The FinOps scopes a charge can belong to."""

    AI = "ai"
    SAAS = "saas"
    DATACENTER = "datacenter"
    CLOUD = "cloud"


@dataclass(frozen=True)
class Labels:
    """What a charge is cut by, in our words; an empty text means that nobody said."""

    model: str = ""
    token_class: str = ""
    team: str = ""
    app: str = ""
    env: str = ""
    key: str = ""
    scope: str = Scope.CLOUD


def cache_hit_rate(tokens: Mapping[str, Decimal]) -> Decimal | None:
    """The share of input tokens that came from a cache, of *tokens* by class; None without input."""
    total = sum((tokens.get(kind, Decimal(0)) for kind in INPUT), Decimal(0))
    return tokens.get(TokenClass.CACHE_READ, Decimal(0)) / total if total else None
