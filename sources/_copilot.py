"""GitHub Copilot's lines: those of the bill, what its reports say of models, and what they leave of the bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from sources._fields import Id, Moment, Money, Quantity, Text

COLUMNS = ("day_start", "sku", "billed_cost", "effective_cost", "list_cost", "sub_account", "sku_meter", "description",
           "model", "consumed_quantity", "consumed_unit")  # fmt: skip
REPORTS = ("ai_credit", "premium_request")
"""The reports that tell models apart, by their names in addresses."""


def is_copilot(product: str) -> bool:
    """Whether a line of that *product* is of Copilot."""
    return product.strip().lower().startswith("copilot")


class _Told(BaseModel):
    """What the bill and the reports say alike."""

    product: Id
    sku: Id
    net: Money = Field(alias="netAmount")
    unit: Text | None = Field(default=None, alias="unitType")

    @property
    def report(self) -> str:
        """The report that tells of it by model; empty for what no report does, such as seats."""
        said = f"{self.unit or ''} {self.sku}".lower().replace("-", "_").replace(" ", "_")
        if "credit" in said or "ai_unit" in said:
            return "ai_credit"
        return "premium_request" if "request" in said else ""


class Line(_Told):
    """What we keep of a line of the bill; repositories and people are left out."""

    at: Moment = Field(alias="date")
    gross: Money | None = Field(default=None, alias="grossAmount")
    quantity: Quantity | None = None
    organization: Text | None = Field(default=None, alias="organizationName")

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def listed(self) -> Decimal:
        """The amount before discounts."""
        return self.net if self.gross is None else self.gross

    def charge(self) -> dict[str, Any]:
        """The line as a charge."""
        return {"day_start": self.day.isoformat(), "sku": self.sku, "sku_meter": self.sku, "description": self.sku,
                "billed_cost": self.net, "effective_cost": self.net, "list_cost": self.gross,
                "sub_account": self.organization, "consumed_quantity": self.quantity,
                "consumed_unit": self.unit}  # fmt: skip


class Item(_Told):
    """What we keep of a line of a report, which is of one day and one model."""

    model: Text | None = None
    gross: Money = Field(alias="grossAmount")
    quantity: Quantity = Field(alias="grossQuantity")


def charges(bill: Sequence[Line], items: Iterable[Item]) -> Iterator[dict[str, Any]]:
    """The charges of lines of one day and account: *items* by model, then of those lines of the *bill* that these tell
    of only what is left, and all others as they are. They add up to the bill to the last digit."""
    known = list(items)
    for report in ("", *REPORTS):
        lines = [line for line in bill if line.report == report]
        told = [item for item in known if item.report == report] if report and lines else []
        yield from _split(lines, told) if told else (line.charge() for line in lines)


def _split(lines: Sequence[Line], told: Sequence[Item]) -> Iterator[dict[str, Any]]:
    whole = lines[0].charge()
    for item in told:
        yield {**whole, "sku": item.sku, "sku_meter": item.sku, "description": f"{item.sku}, {item.model or ''}",
               "model": item.model, "billed_cost": item.net, "effective_cost": item.net, "list_cost": item.gross,
               "consumed_quantity": item.quantity, "consumed_unit": item.unit}  # fmt: skip
    net = _sum(line.net for line in lines) - _sum(item.net for item in told)
    gross = _sum(line.listed for line in lines) - _sum(item.gross for item in told)
    quantity = _sum(line.quantity or Decimal(0) for line in lines) - _sum(item.quantity for item in told)
    if net or gross:
        yield {**whole, "description": f"{lines[0].sku}, of no model that is told", "billed_cost": net,
               "effective_cost": net, "list_cost": gross, "consumed_quantity": quantity}  # fmt: skip


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
