"""Brightwater's gateway log: one AI request a row, as LiteLLM's spend log has it, without content."""

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.company_story import PRICES, Use, uses


def write_day(folder: Path, day: date, now: date, seed: int) -> None:
    """The log of *day*, in the story that stands at *now*; it appears when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"litellm-{day}.jsonl.gz"
    unfinished = file.with_suffix(".part")
    with gzip.GzipFile(unfinished, "wb", compresslevel=3, mtime=0) as out:
        for use in uses(day, now, seed):
            if use.app.route == "api":
                out.writelines(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in _calls(use, seed))
    unfinished.replace(file)


def _calls(use: Use, seed: int) -> Iterator[dict[str, Any]]:
    """The calls of a day: what they used adds up to what the day used."""
    chance = random.Random(f"{seed}/calls/{use.app.key}/{use.day}")  # noqa: S311 - a made-up company, not a secret
    left = dict(use.tokens)
    for number in range(use.calls, 0, -1):
        size = 1.0 if number == 1 else min(1.8, max(0.3, chance.gauss(1, 0.25)))
        share = {kind: round(count / number * size) if number > 1 else count for kind, count in left.items()}
        share = {kind: min(count, left[kind]) for kind, count in share.items()}
        left = {kind: left[kind] - count for kind, count in share.items()}
        yield _row(use, number, share, chance)


def _row(use: Use, number: int, tokens: dict[str, int], chance: random.Random) -> dict[str, Any]:
    app, second = use.app, chance.randrange(86_400)
    at = f"{use.day}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
    rates = dict(zip(tokens, PRICES[app.model], strict=True))
    spend = sum(count * rates[kind] for kind, count in tokens.items()) / 1_000_000
    prompt = tokens["input"] + tokens["cached_input"] + tokens["cache_write"]
    usage = {"prompt_tokens_details": {"cached_tokens": tokens["cached_input"]},
             "cache_creation_input_tokens": tokens["cache_write"],
             "completion_tokens_details": {"reasoning_tokens": 0}}  # fmt: skip
    return {
        "request_id": f"{app.key}-{use.day:%y%m%d}-{number}",
        "call_type": "acompletion",
        "startTime": at,
        "endTime": at,
        "custom_llm_provider": app.provider.lower(),
        "model": app.model,
        "prompt_tokens": prompt,
        "completion_tokens": tokens["output"],
        "spend": round(spend, 9),
        "team_id": app.team,
        "api_key": hashlib.sha256(app.key.encode()).hexdigest(),
        "status": "success",
        "cache_hit": "False",
        "request_tags": [f"app:{app.name}", "env:prod"],
        "metadata": {"usage_object": usage, "user_api_key_alias": app.key},
    }
