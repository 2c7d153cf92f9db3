"""What Anthropic says of a day: a line of cost, and the tokens that were used; both cut by the same names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Context, Decimal
from typing import Any

from pydantic import BaseModel

from sources._fields import Count, Currency, Moment, Money, Text
from sources._row_check import RowCheck

CHARGES = ("sub_account", "resource", "tags", "sku", "sku_meter", "description", "list_cost", "token_cost", "model",
           "token_type", "tokens")  # fmt: skip
REQUESTS = ("key", "tags", "uncached_tokens", "cached_tokens", "cache_write_tokens", "cache_write_1h_tokens",
            "output_tokens", "largest_input", "requests", "tier")  # fmt: skip
_LARGEST = {"0-200k": 200_000, "200k-1m": 1_000_000}
_EXACT = Context(prec=80)
_Place = tuple[str | None, ...]


def older(check: RowCheck, buckets: Iterable[object], what: str) -> Iterator[dict[str, Any]]:
    """The rows of the days in an older report (*what* is `cost` or `usage`), as the analytics would write them."""
    for day in check.fitting(_Bucket, buckets, "days"):
        yield from ({"starting_at": day.starting_at, what: each, "group": each} for each in day.results)


class _Bucket(BaseModel):
    starting_at: Moment
    results: list[Any]


class Refreshed(BaseModel):
    """What a page of the analytics says beside its rows."""

    data_refreshed_at: Moment | None = None


class Complete:
    """Up to when all pages that were heard are complete, so far as they say it: the earliest."""

    def __init__(self) -> None:
        self.until: datetime | None = None

    def heard(self, page: Refreshed) -> None:
        """Take in what *page* says."""
        at = page.data_refreshed_at
        if at is not None:
            self.until = min(self.until or at, at)


class _Group(BaseModel):
    workspace_id: Text | None = None
    api_key_id: Text | None = None
    model: Text | None = None
    service_tier: Text | None = None
    context_window: Text | None = None
    cost_type: Text | None = None
    token_type: Text | None = None

    @property
    def tags(self) -> str:
        """What has no column of its own, for the rules of owners."""
        told = {"workspace": self.workspace_id, "service_tier": self.service_tier, "window": self.context_window}
        return json.dumps({name: value for name, value in told.items() if value})


class _Row(BaseModel):
    starting_at: Moment
    group: _Group

    @property
    def day(self) -> str:
        """The day (UTC)."""
        return str(self.starting_at.date())

    def place(self, cut: Iterable[str]) -> _Place:
        """The day, and what the row is cut by."""
        return (self.day, *(getattr(self.group, name) for name in cut))


class _Written(BaseModel):
    ephemeral_5m_input_tokens: Count = 0
    ephemeral_1h_input_tokens: Count = 0


class _Tokens(BaseModel):
    uncached_input_tokens: Count
    output_tokens: Count
    cache_read_input_tokens: Count
    cache_creation: _Written
    requests: Count | None = None

    @property
    def kinds(self) -> dict[str, int]:
        """The tokens by the name that a line of cost has for them."""
        written = {f"cache_creation.{name}": count for name, count in self.cache_creation}
        return {"uncached_input_tokens": self.uncached_input_tokens, "output_tokens": self.output_tokens,
                "cache_read_input_tokens": self.cache_read_input_tokens, **written}  # fmt: skip


class Usage(_Row):
    """The tokens of a day in one group. Its input is what neither came from the cache nor went into it."""

    usage: _Tokens

    def request(self) -> dict[str, Any]:
        """The AI requests of the group, in one row; none counted where the report counts none."""
        used, group = self.usage, self.group
        whose = [group.workspace_id, group.api_key_id, group.model, group.service_tier, group.context_window]
        written = used.cache_creation
        return {"request_id": "/".join([self.day, *(each or "" for each in whose)]), "started_at": self.day,
                "model": group.model, "key": group.api_key_id, "tags": group.tags,
                "uncached_tokens": used.uncached_input_tokens, "cached_tokens": used.cache_read_input_tokens,
                "cache_write_tokens": written.ephemeral_5m_input_tokens + written.ephemeral_1h_input_tokens,
                "cache_write_1h_tokens": written.ephemeral_1h_input_tokens, "output_tokens": used.output_tokens,
                "largest_input": _LARGEST.get((group.context_window or "").lower()),
                "requests": used.requests or 0, "tier": group.service_tier}  # fmt: skip


class TokensUsed:
    """The tokens of *used* by what their bill is *cut* by as well; each is handed out once."""

    def __init__(self, used: Iterable[Usage], cut: Iterable[str]) -> None:
        self._cut = tuple(cut)
        self._left: dict[_Place, int] = {}
        for each in used:
            for kind, count in each.usage.kinds.items():
                place = (*each.place(self._cut), kind)
                self._left[place] = self._left.get(place, 0) + count

    def taken(self, line: Cost) -> int:
        """The tokens that *line* bills, none where it bills something else."""
        return self._left.pop((*line.place(self._cut), line.group.token_type), 0)


class _Amount(BaseModel):
    amount: Money
    currency: Currency
    list_amount: Money | None = None


class Cost(_Row):
    """One line of the bill, in fractions of a cent."""

    cost: _Amount

    def charge(self, used: TokensUsed) -> dict[str, Any]:
        """The line as a charge in whole units of its currency, with the tokens of it that were *used*."""
        group, amount, listed = self.group, _whole(self.cost.amount), self.cost.list_amount
        meter = group.token_type or group.cost_type or ""
        sku = ", ".join(each for each in (group.model, meter, group.service_tier, group.context_window) if each)
        return {"day_start": self.day, "sub_account": group.workspace_id, "resource": group.api_key_id,
                "tags": group.tags, "sku": sku, "sku_meter": meter, "description": sku, "billed_cost": amount,
                "effective_cost": amount, "list_cost": None if listed is None else _whole(listed),
                "token_cost": amount if group.token_type else 0, "currency": self.cost.currency.upper(),
                "model": group.model, "token_type": group.token_type, "tokens": used.taken(self)}  # fmt: skip


def _whole(cents: Decimal) -> Decimal:
    """The amount in whole units, to the last digit."""
    return cents.scaleb(-2, _EXACT)
