"""What sources of our own hardware have in common: whose it is called, its currency, and a key where one is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from finops.charge import Scope
from sources._base import OpenSource, alike
from web.access import Key

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
CHARGES = alike(("day_start", "billed_cost", "effective_cost"), (
    "account", "sub_account", "service", "category", "sku", "sku_meter", "description", "resource", "tags",
    "consumed_quantity", "consumed_unit"))  # fmt: skip


class HardwareSource(OpenSource):
    """A source that tells what our own hardware costs. Those that tell of the same hardware have the same *provider*,
    so that of two the one that knows more days of a month counts, and they are never added."""

    key: Key | None = None
    provider: Name = "Data center"
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")

    @property
    def headers(self) -> Mapping[str, str]:
        """The key, if a proxy before it wants one."""
        return {"Authorization": f"Bearer {self.key.get_secret_value()}"} if self.key else {}

    @property
    def constants(self) -> dict[str, str]:
        """What is the same for every charge."""
        return {"provider": self.provider, "charge_category": "Usage", "scope": Scope.DATACENTER,
                "currency": self.currency}  # fmt: skip


def quantity(amount: Any, unit: str) -> dict[str, Any]:
    """How much was consumed; nothing where nobody says."""
    return {} if amount is None else {"consumed_quantity": amount, "consumed_unit": unit}
