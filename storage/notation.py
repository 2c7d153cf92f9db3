"""Notation: the dates and numbers of a staged file, however its columns write them, made ISO and plain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex

import duckdb

from finops.batch import Batch, Format
from storage import dates, numbers
from storage.parts import Part, rows_of
from storage.quoting import literal, quoted
from storage.workbench import setting

_DATES = ("day_start", "billed_from", "started_at", "ended_at", "day", "told_at")
_AMOUNTS = ("billed_cost", "effective_cost", "list_cost", "token_cost", "consumed_quantity", "spend", "count",
            "latency_ms", "ttft_ms", "temperature")  # fmt: skip
_COUNTS = ("tokens", "input_tokens", "uncached_tokens", "cached_tokens", "cache_write_tokens", "cache_write_1h_tokens",
           "audio_input_tokens", "image_input_tokens", "output_tokens", "visible_tokens", "reasoning_tokens",
           "audio_output_tokens", "image_output_tokens", "largest_input", "requests", "max_tokens")  # fmt: skip


def rewritten(db: duckdb.DuckDBPyConnection, batch: Batch, part: Part, called: Mapping[str, str]) -> Part:
    """*part* with its dates as ISO texts and its numbers plain; BadFile where a column can be read both ways. *called*
    is what the file calls our columns. JSON's numbers, and Parquet's but for texts, are plain by themselves."""
    typed = {name for name, kind in part.kinds if kind != "VARCHAR"}
    texts = {ours: name for ours, name in called.items() if name not in typed}
    rows = f"({rows_of(batch, (part,))})"
    made = dates.iso(db, rows, part.name, _of(texts, _DATES), batch.dates)
    if batch.format is not Format.JSONL:
        made |= numbers.plain(db, rows, part.name, _of(texts, (*_AMOUNTS, *_COUNTS)), _COUNTS)
    return _copied(db, batch, part, rows, made) if made else part


def _copied(db: duckdb.DuckDBPyConnection, batch: Batch, part: Part, rows: str, made: Mapping[str, str]) -> Part:
    """*part* staged once more, with what was *made* of its columns: such files are rare, and what reads them later
    stays simple."""
    path = Path(str(setting(db, "temp_directory"))) / "staged" / f"{token_hex(8)}.parquet"
    columns = [f"{made.get(name, quoted(name))} AS {quoted(name)}" for name in batch.columns]
    db.execute(f"COPY (SELECT _row, {', '.join(columns)} FROM {rows}) TO {literal(str(path))} (FORMAT parquet, "
               "COMPRESSION snappy)")  # fmt: skip
    plain = {name: quoted(name) for name in batch.columns}
    return Part(part.name, path, list(plain.values()), plain, row="_row")


def _of(called: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: called[name] for name in names if name in called}
