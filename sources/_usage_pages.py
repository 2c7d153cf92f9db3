"""Usage pages: what a console exports as sums of requests; a row of it has no id, so it is given one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from finops.batch import Column, Unfit

MADE = ("request_id", "started_at", "model", "account", "key", "team", "app", "batch", "tier", "requests",
        "input_tokens", "uncached_tokens", "cached_tokens", "cache_write_tokens", "cache_write_1h_tokens",
        "audio_input_tokens", "image_input_tokens", "output_tokens", "audio_output_tokens", "image_output_tokens",
        "spend")  # fmt: skip
_LABELS = ("started_at", "model", "account", "key", "team", "app", "batch", "tier")

Rows = Callable[[Mapping[str, str | None]], Iterator[tuple[object, ...]]]


def columns(read: Mapping[str, tuple[str, ...]], *mandatory: str) -> dict[str, Column]:
    """The columns that a page is *read* by, those that are *mandatory* among them."""
    return {name: Column(names, mandatory=name in mandatory) for name, names in read.items()}


def rows(*needed: str) -> Rows:
    """What makes a row of sums of a row of a page: none of one that says nothing of what is *needed*. Rows of the same
    labels are told apart by all that they say."""

    def made(row: Mapping[str, str | None]) -> Iterator[tuple[object, ...]]:
        if all(row.get(name) is None for name in needed):
            return
        told = {name: row.get(name) for name in MADE}
        _tokens(told)
        said = "/".join(str(told[name] or "") for name in MADE)
        told["request_id"] = hashlib.sha256(said.encode()).hexdigest()[:32]
        yield tuple(told[name] for name in MADE)

    return made


def _tokens(told: dict[str, str | None]) -> None:
    """Tokens written to the cache for five minutes and for an hour are one count of ours, the latter told apart."""
    short, long = (_count(name, told[name]) for name in ("cache_write_tokens", "cache_write_1h_tokens"))
    if long:
        told["cache_write_tokens"] = str(short + long)


def _count(name: str, text: str | None) -> Decimal:
    try:
        return Decimal(text or 0)
    except InvalidOperation:
        raise Unfit(name, f"“{(text or '')[:40]}” is not a number that can be kept") from None
