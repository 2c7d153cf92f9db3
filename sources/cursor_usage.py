"""Cursor's usage as a file: what its dashboard exports as CSV, one use of a model a row, without an id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Derived, Format
from sources._base import FileSource, Signature

_COLUMNS = {
    "day_start": Column(("Date",), mandatory=True),
    "sku": Column(("Kind",), mandatory=True),
    "model": Column(("Model",), mandatory=True),
    "cache_write_tokens": Column(("Input (w/ Cache Write)",), mandatory=True),
    "uncached_tokens": Column(("Input (w/o Cache Write)",), mandatory=True),
    "cached_tokens": Column(("Cache Read",), mandatory=True),
    "output_tokens": Column(("Output Tokens", "Output"), mandatory=True),
    "effective_cost": Column(("Cost",)),
}
_CLASSES = {"uncached_tokens": "uncached input", "cache_write_tokens": "cache write", "cached_tokens": "cache read",
            "output_tokens": "output"}  # fmt: skip
_MADE = ("day_start", "sku", "description", "model", "billed_cost", "effective_cost", "list_cost", "token_cost",
         "token_type", "tokens")  # fmt: skip
_CONSTANTS = {"provider": "Cursor", "service": "Cursor", "category": "AI and Machine Learning", "account": "",
              "charge_category": "Usage", "currency": "USD", "scope": "saas", "tags": '{"app": "cursor"}'}  # fmt: skip
_WORDS = ("", "-", "included", "free", "no charge", "not charged")


class CursorUsage(FileSource):
    """Cursor's usage as its dashboard exports it (cursor.com, Dashboard, Usage, Export CSV). Usage that a plan includes
    costs nothing, and its list cost is the amount that the file names; other usage costs that amount. It replaces the
    days it names, and is refused for days that the source `cursor` or a FOCUS file knows. People are not kept."""

    title: ClassVar[str] = "Cursor's usage export"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(("Date", "Kind", "Model", "Input (w/ Cache Write)", "Input (w/o Cache Write)", "Cache Read")),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of usage: what each use cost, and its tokens by class."""
        return Batch("cursor_usage", Dataset.CHARGES, form or Format.CSV, files, _COLUMNS, ("provider", "account"),
                     _CONSTANTS, apart=True, exclusive=True, derived=Derived(_MADE, _charges))  # fmt: skip


def _charges(row: Mapping[str, str | None]) -> Iterator[tuple[object, ...]]:
    """The money, then the tokens of each class: the file does not say what either of them cost."""
    kind = row["sku"] or ""
    told = row["effective_cost"] or ""
    amount = "0" if told.strip().lower() in _WORDS else told
    free = any(word in kind.lower() for word in ("included", "free", "no charge", "not charged"))
    whose = (row["day_start"], kind, kind, row["model"])
    yield (*whose, "0" if free else amount, "0" if free else amount, amount, "0" if free else amount, None, None)
    for name, token_type in _CLASSES.items():
        if row[name] not in (None, "0"):
            yield (*whose, "0", "0", "0", "0", token_type, row[name])
