"""Notation: the dates and numbers of a staged file, however its columns write them, made ISO and plain."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from finops.batch import Batch, Format
from storage import dates, numbers
from storage.quoting import literal, quoted

_DATES = ("day_start", "billed_from", "started_at", "ended_at", "day", "told_at")
_AMOUNTS = ("billed_cost", "effective_cost", "list_cost", "token_cost", "consumed_quantity", "spend", "count",
            "latency_ms", "ttft_ms", "temperature")  # fmt: skip
_COUNTS = ("tokens", "input_tokens", "uncached_tokens", "cached_tokens", "cache_write_tokens", "cache_write_1h_tokens",
           "audio_input_tokens", "image_input_tokens", "output_tokens", "visible_tokens", "reasoning_tokens",
           "audio_output_tokens", "image_output_tokens", "largest_input", "requests", "max_tokens")  # fmt: skip


def rewrite(db: duckdb.DuckDBPyConnection, batch: Batch, file: str, called: Mapping[str, str]) -> None:
    """Write the dates and numbers of *file* in `raw` as ISO and plain numbers; BadFile where a column can be read both
    ways. *called* is what the file calls our columns. JSON's numbers are plain by themselves."""
    rows = f"(FROM raw WHERE _file = {literal(file)})"
    made = dates.iso(db, rows, file, _of(called, _DATES), batch.dates)
    if batch.format is not Format.JSONL:
        made |= numbers.plain(db, rows, file, _of(called, (*_AMOUNTS, *_COUNTS)), _COUNTS)
    if made:
        values = ", ".join(f"{quoted(name)} = {value}" for name, value in made.items())
        db.execute(f"UPDATE raw SET {values} WHERE _file = {literal(file)}")


def _of(called: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: called[name] for name in names if name in called}
