"""GitHub Copilot: what GitHub bills a day for seats, AI credits and premium requests; people are never read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field

from finops.batch import Batch, Column, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period, month_of
from sources._base import ApiSource, shaped, written
from web.access import Address
from web.client import Web
from web.pages import rows

_NEEDED = ("day_start", "sku", "billed_cost", "effective_cost")
_KNOWN = ("list_cost", "sub_account", "sku_meter", "description", "consumed_quantity", "consumed_unit")
_COLUMNS = {name: Column((name,), mandatory=name in _NEEDED) for name in (*_NEEDED, *_KNOWN)}
_VERSION = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2026-03-10"}


class Copilot(ApiSource):
    """GitHub Copilot, from the billing usage report of an organization or enterprise, in dollars after discounts; the
    list cost is that before them, the seats of a day are its consumed quantity. *account* is its name in github.com
    addresses, *kind* which of the two it is. *key* of an organization: a fine-grained token (Settings, Developer
    settings, Personal access tokens, Fine-grained tokens, Generate new token; resource owner: the organization;
    Organization permissions, Administration: read-only). An enterprise refuses fine-grained tokens: give a classic one
    of a billing manager or owner. Limits: 24 months back; one question a month."""

    name: ClassVar[str] = "GitHub Copilot"
    base_url: Address = "https://api.github.com"
    kind: Literal["organization", "enterprise"] = "organization"
    account: str = Field(pattern=r"^[A-Za-z0-9_-]+$")

    @property
    def headers(self) -> Mapping[str, str]:
        """The key, and the version of its API that we know."""
        return {**super().headers, **_VERSION}

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of *period*."""
        file = written(self._charges(web, period), into / "copilot-usage.jsonl.gz")
        constants = {"provider": "GitHub", "service": "GitHub Copilot", "category": "AI and Machine Learning",
                     "charge_category": "Usage", "account": self.account, "currency": "USD"}  # fmt: skip
        yield Batch("copilot", Dataset.CHARGES, Format.JSONL, (file,), _COLUMNS, ("provider", "account"), constants,
                    covers=period)  # fmt: skip

    def _charges(self, web: Web, period: Period) -> Iterator[dict[str, Any]]:
        path = f"{self.kind}s/{self.account}/settings/billing/usage"
        for month in sorted({month_of(day).start for day in period}):
            page = web.read(path, {"year": month.year, "month": month.month})
            if not isinstance(page, dict):
                raise SourceChanged(f"{web.name} answered with a page of another shape.")
            lines = (shaped(_Line, web, row) for row in rows(web, page, "usageItems"))
            yield from (line.charge() for line in lines if line.is_copilot and line.day in period)


class _Line(BaseModel):
    """What we keep of a line of the bill; repositories and people are left out."""

    at: datetime = Field(alias="date")
    product: str
    sku: str
    net: Decimal = Field(alias="netAmount")
    gross: Decimal | None = Field(default=None, alias="grossAmount")
    quantity: Decimal | None = None
    unit: str | None = Field(default=None, alias="unitType")
    organization: str | None = Field(default=None, alias="organizationName")

    @property
    def day(self) -> date:
        return (self.at if self.at.tzinfo is None else self.at.astimezone(UTC)).date()

    @property
    def is_copilot(self) -> bool:
        """Whether it is of Copilot: the same bill lists Actions, Packages and all else."""
        return self.product.strip().lower() == "copilot"

    def charge(self) -> dict[str, Any]:
        """The line as a charge."""
        return {"day_start": self.day.isoformat(), "sku": self.sku, "sku_meter": self.sku, "description": self.sku,
                "billed_cost": self.net, "effective_cost": self.net, "list_cost": self.gross,
                "sub_account": self.organization, "consumed_quantity": self.quantity,
                "consumed_unit": self.unit}  # fmt: skip
