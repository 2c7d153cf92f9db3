"""Anthropic's costs as a file: what its console exports as CSV, by day, model, key, workspace and class of tokens."""

from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Format
from sources._base import FileSource, Signature

_COLUMNS = {
    "day_start": Column(("usage_date_utc",), mandatory=True),
    "model": Column(("model",), mandatory=True),
    "billed_cost": Column(("cost_usd",), mandatory=True),
    "effective_cost": Column(("cost_usd",), mandatory=True),
    "list_cost": Column(("list_price_usd",)),
    "token_type": Column(("token_type",)),
    "sku": Column(("cost_type", "usage_type")),
    "sub_account": Column(("workspace",)),
    "account": Column(("workspace",)),
    "resource": Column(("api_key",)),
}
_CONSTANTS = {"provider": "Anthropic", "service": "Claude API", "category": "AI and Machine Learning",
              "charge_category": "Usage", "currency": "USD"}  # fmt: skip


class AnthropicCosts(FileSource):
    """Anthropic's costs as its console exports them (platform.claude.com, Cost, Export): CSV in dollars, by day, model,
    workspace, key and class of tokens; it does not say how many tokens they were. It replaces the days it names, by
    workspace. It is refused for days that the source `anthropic` or a FOCUS file knows."""

    title: ClassVar[str] = "Anthropic's cost export"
    signatures: ClassVar[tuple[Signature, ...]] = (Signature(("usage_date_utc", "model", "cost_usd")),)

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of costs."""
        return Batch("anthropic_costs", Dataset.CHARGES, form or Format.CSV, files, _COLUMNS, ("provider", "account"),
                     _CONSTANTS, apart=True, exclusive=True)  # fmt: skip
