"""What OpenAI says of a day: a line of its bill, tokens that were used, and calls that have none."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from sources._fields import Count, Currency, Moment, Money, Quantity, Text
from sources._openai_names import Names

CHARGES = ("sub_account", "sku", "sku_meter", "description", "resource", "tags", "effective_cost",
           "consumed_quantity", "consumed_unit", "model", "token_type")  # fmt: skip
REQUESTS = ("key", "tags", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "requests",
            "audio_input_tokens", "image_input_tokens", "audio_output_tokens", "image_output_tokens", "batch",
            "tier")  # fmt: skip
_UNITS = {"1000_tokens": "1000 tokens"}


class Bucket(BaseModel):
    """A day."""

    start_time: Moment
    results: list[Any]


class _Whose(BaseModel):
    """Whose it is. Names go into tags, for the rules of owners; ids stay where they are."""

    project_id: Text | None = None
    api_key_id: Text | None = None

    def tags(self, names: Names, **more: str | None) -> str:
        told = {"project": self.project_id, "project_name": names.project(self.project_id), "key_id": self.api_key_id,
                "key_name": names.key(self.project_id, self.api_key_id), **more}  # fmt: skip
        return json.dumps({name: value for name, value in told.items() if value})

    def label(self, names: Names) -> str:
        return names.label(self.project_id, self.api_key_id)


class _Amount(BaseModel):
    value: Money
    currency: Currency


class Cost(_Whose):
    """One line of the bill."""

    amount: _Amount
    line_item: Text | None = None
    quantity: Quantity | None = None
    quantity_unit: Text | None = None

    def charge(self, day: datetime, names: Names) -> dict[str, Any]:
        """The line as a charge; a line item such as `gpt-x, input_tokens` names the model and the class of token."""
        line, unit = self.line_item or "", self.quantity_unit or ""
        model, _, meter = line.partition(", ")
        of_model = bool(meter) and " " not in model
        return {"day_start": day.isoformat(), "sub_account": self.project_id, "sku": line, "sku_meter": meter,
                "description": line, "resource": self.api_key_id,
                "tags": self.tags(names, key_alias=self.label(names)), "billed_cost": self.amount.value,
                "effective_cost": self.amount.value, "currency": self.amount.currency.upper(),
                "model": model if of_model else None, "token_type": meter if of_model else None,
                "consumed_quantity": self.quantity, "consumed_unit": _UNITS.get(unit, unit)}  # fmt: skip


class Used(_Whose, ABC):
    """What was used in a day by a project and a key."""

    @abstractmethod
    def counted(self) -> dict[str, Any]:
        """The calls, and their tokens if they have any."""

    @abstractmethod
    def named(self, kind: str) -> str:
        """The model; what else was called where none was."""

    def tiers(self) -> dict[str, str | None]:
        """What decides the price besides the model."""
        return {}

    def request(self, day: datetime, kind: str, names: Names) -> dict[str, Any]:
        """The AI requests of a day, in one row."""
        tiers, model = self.tiers(), self.named(kind)
        whose = [self.project_id, self.api_key_id, model, *tiers.values()]
        return {"request_id": "/".join([f"{day:%Y-%m-%d}", kind, *(each or "" for each in whose)]),
                "started_at": day.isoformat(), "model": model, "key": self.label(names),
                "tags": self.tags(names, **tiers), **self.counted()}  # fmt: skip


class Calls(Used):
    """Calls of a model that are not counted in tokens: pictures, speech; and moderations, which are free."""

    num_model_requests: Count
    model: Text | None = None

    def counted(self) -> dict[str, Any]:
        """The calls."""
        return {"requests": self.num_model_requests}

    def named(self, kind: str) -> str:
        """The model."""
        return self.model or ""


class Tokens(Calls):
    """Calls of a model that are counted in tokens; what was read from and written to the cache is in the input."""

    input_tokens: Count
    output_tokens: Count = 0
    input_cached_tokens: Count | None = None
    input_cache_write_tokens: Count | None = None
    input_audio_tokens: Count | None = None
    input_image_tokens: Count | None = None
    output_audio_tokens: Count | None = None
    output_image_tokens: Count | None = None
    batch: bool | None = None
    service_tier: Text | None = None

    def counted(self) -> dict[str, Any]:
        """The calls and their tokens."""
        return {"input_tokens": self.input_tokens, "cached_tokens": self.input_cached_tokens or 0,
                "cache_write_tokens": self.input_cache_write_tokens or 0, "output_tokens": self.output_tokens,
                "audio_input_tokens": self.input_audio_tokens or 0, "image_input_tokens": self.input_image_tokens or 0,
                "audio_output_tokens": self.output_audio_tokens or 0,
                "image_output_tokens": self.output_image_tokens or 0, "requests": self.num_model_requests,
                "batch": self.batch, "tier": self.service_tier}  # fmt: skip

    def tiers(self) -> dict[str, str | None]:
        """Whether it was a batch, and the service tier."""
        return {"batch": "batch" if self.batch else None, "service_tier": self.service_tier}


class Searches(Used):
    """Searches of the web or in files, beside the calls of a model that asked for them."""

    num_requests: Count

    def counted(self) -> dict[str, Any]:
        """The searches."""
        return {"requests": self.num_requests}

    def named(self, kind: str) -> str:
        """What was called."""
        return kind.removesuffix("_calls").replace("_", " ")


class Sessions(Used):
    """Sessions of the code interpreter."""

    num_sessions: Count

    def counted(self) -> dict[str, Any]:
        """The sessions."""
        return {"requests": self.num_sessions}

    def named(self, kind: str) -> str:
        """What was called."""
        return kind.removesuffix("_sessions").replace("_", " ")
