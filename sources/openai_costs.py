"""OpenAI's costs as a file: what its dashboard exports as CSV, a day and line item a row."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Derived, Format
from sources._base import FileSource, Signature

_COLUMNS = {
    "day_start": Column(("start_time_iso", "start_time"), mandatory=True),
    "billed_cost": Column(("amount_value",), mandatory=True),
    "currency": Column(("amount_currency",), mandatory=True),
    "sku": Column(("line_item",)),
    "sub_account": Column(("project_name", "project_id")),
    "resource": Column(("api_key_id",)),
    "account": Column(("organization_id", "organization_name")),
}
_MADE = ("day_start", "billed_cost", "effective_cost", "currency", "sku", "description", "model", "sub_account",
         "resource", "account")  # fmt: skip
_CONSTANTS = {"provider": "OpenAI", "service": "OpenAI API", "category": "AI and Machine Learning",
              "charge_category": "Usage"}  # fmt: skip


class OpenaiCosts(FileSource):
    """OpenAI's costs as its dashboard exports them (platform.openai.com, Usage, Export, Cost): CSV in dollars, by day
    and, if grouped so, line item and project. It replaces the days it names, by organization. It is refused for days
    that the source `openai` or a FOCUS file knows. Users and e-mail addresses are not kept."""

    title: ClassVar[str] = "OpenAI's cost export"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature((("start_time_iso", "start_time"), "amount_value", "amount_currency")),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of costs; days on which there were none are rows without an amount."""
        return Batch("openai_costs", Dataset.CHARGES, form or Format.CSV, files, _COLUMNS, ("provider", "account"),
                     _CONSTANTS, apart=True, exclusive=True, derived=Derived(_MADE, _charges))  # fmt: skip


def _charges(row: Mapping[str, str | None]) -> Iterator[tuple[object, ...]]:
    if row["billed_cost"] is None and row["currency"] is None:
        return
    item = row["sku"] or ""
    model = item.partition(",")[0] if "," in item else ""
    yield (row["day_start"], row["billed_cost"], row["billed_cost"], (row["currency"] or "").upper(), item, item, model,
           row["sub_account"], row["resource"], row["account"])  # fmt: skip
