"""Meters: the model and class of token that the names of a cloud's meters tell."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REGION = re.compile(r"^[A-Z]{2,5}\d?-")
_BEDROCK = re.compile(
    r"^(?P<model>.+?)-(?:mantle-)?(?:cache-(?:read|write)-)?(?P<way>input|output)-tokens?\b", re.IGNORECASE
)
_NAMED = re.compile(r"^claude(?P<version>\d+(?:\.\d+)?)(?P<family>[a-z]+)$", re.IGNORECASE)
_MAKER = re.compile(r"^(?:anthropic|amazon|meta|mistral|cohere|openai|deepseek|qwen)\.", re.IGNORECASE)
_AZURE = re.compile(
    r"^(?P<model>(?:gpt|o\d|text-embedding)[\w.]*(?:-[\w.]+?)*?)(?:-(?P<date>\d{4}))?[- ]"
    r"(?P<cached>cached?|cchd)?[- ]?(?P<way>inp|input|outp?|opt|output)\b.*\btokens?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Meter:
    """What a meter counts: tokens of a *model*, and the words that say of which *kind*."""

    model: str
    kind: str


def meter(name: str) -> Meter | None:
    """What the meter called *name* counts, if it counts tokens of a model as AWS and Azure call them:
    `USE1-Claude4.5Sonnet-input-tokens`, `gpt-4o-0806-Inp-glbl Tokens`."""
    bare = _REGION.sub("", name.strip())
    azure = _AZURE.match(bare)
    if azure:
        way = "output" if azure["way"].lower().startswith("o") else "input"
        return Meter(azure["model"].lower(), f"cached {way}" if azure["cached"] else way)
    bedrock = _BEDROCK.match(bare)
    if not bedrock:
        return None
    model = _MAKER.sub("", bedrock["model"])
    named = _NAMED.match(model)
    if named:
        model = f"claude-{named['family']}-{named['version']}"
    rest = bare[len(bedrock["model"]) :].replace("-", " ").lower()
    cached = re.search(r"cache (read|write)", rest)
    return Meter(model.lower(), cached[0] if cached else bedrock["way"].lower())
