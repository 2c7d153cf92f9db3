"""GitHub Copilot's usage report as a file: AI credits and premium requests by day and model, from GitHub's e-mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Derived, Format
from sources._base import FileSource, Signature
from sources.copilot import CONSTANTS

_COLUMNS = {
    "day_start": Column(("date",), mandatory=True),
    "sku": Column(("sku",), mandatory=True),
    "model": Column(("model",), mandatory=True),
    "billed_cost": Column(("net_amount",), mandatory=True),
    "effective_cost": Column(("net_amount",), mandatory=True),
    "list_cost": Column(("gross_amount",), mandatory=True),
    "account": Column(("organization",), mandatory=True),
    "sub_account": Column(("cost_center_name",)),
    "consumed_quantity": Column(("quantity",)),
    "consumed_unit": Column(("unit_type",)),
}
_TOKENS = {"input": "uncached input", "output": "output", "cache_read": "cache read", "cache_write": "cache write"}
_MADE = (*_COLUMNS, "token_type", "tokens", "token_cost")


class CopilotReport(FileSource):
    """GitHub Copilot's AI usage report as CSV (github.com, your organization or enterprise, Billing and licensing,
    Usage, AI usage, Get usage report): for days that the source `copilot` is not asked for, whose bill tells of seats
    too; of the two the one that knows more days of a month counts. People and repositories in it are not kept."""

    title: ClassVar[str] = "GitHub Copilot's AI usage report"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(("date", "product", "sku", "model", "quantity", "gross_amount", "net_amount", "organization")),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of usage reports: each row, and beside it the tokens of each class where they are told."""
        columns = _COLUMNS | {name: Column((name,)) for name in _TOKENS}
        return Batch("copilot_report", Dataset.CHARGES, form or Format.CSV, files, columns, ("provider", "account"),
                     CONSTANTS, derived=Derived(_MADE, _charges))  # fmt: skip


def _charges(row: Mapping[str, str | None]) -> Iterator[tuple[object, ...]]:
    """What was charged, then the tokens by class: GitHub does not say what each of them cost."""
    told = {name: row[name] for name in _COLUMNS}
    yield (*told.values(), None, None, None)
    free = {"billed_cost": "0", "effective_cost": "0", "list_cost": "0", "consumed_quantity": None}
    for name, kind in _TOKENS.items():
        if row[name] not in (None, "0"):
            yield (*(told | free | {"consumed_unit": "tokens"}).values(), kind, row[name], "0")
