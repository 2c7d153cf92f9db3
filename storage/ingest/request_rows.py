"""The row that is kept of one AI request: its columns, their types, and how two descriptions of one call merge.

No column holds a prompt or an answer. Files of rows are immutable Parquet, one day (UTC) a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from finops.charge import TokenClass
from storage.quoting import literal

KEYS = ("own_key", "answer_key", "span_key", "id_key")
"""64-bit hashes by which the same call is found again: the source's own id; provider and response id; trace and span
id; the id alone, for other sources. They are made anew from the ids where another version of the engine wrote them."""
IDS = ("request_id", "response_id", "trace_id", "span_id", "session_id")
LABELS = ("team", "app", "env", "key")
TEXTS = ("error", "finish_reason", "template", "person", "tags")
COUNTS = ("input_tokens", "cached_tokens", "cache_write_tokens", "cache_write_1h_tokens", "audio_input_tokens",
          "image_input_tokens", "output_tokens", "reasoning_tokens", "audio_output_tokens", "image_output_tokens",
          "largest_input")  # fmt: skip
"""Tokens as they were told: input with what was cached, output with reasoning."""
SMALL = {"http_status": "SMALLINT", "latency_ms": "INTEGER", "ttft_ms": "INTEGER", "max_tokens": "INTEGER",
         "temperature": "FLOAT", "tool_calls": "INTEGER"}  # fmt: skip
FLAGS = ("stream", "disconnected", "cache_hit")
HASHES = ("prompt_hash", "response_hash")
RATES = tuple(f"rate_{kind}" for kind in TokenClass)
"""USD per token by class, as they were when the row was priced."""

FILLED = (*IDS, *LABELS, *TEXTS, "status", "tier", *SMALL, *FLAGS, *HASHES, "told")
"""What a merged call takes from the first description that says it; tokens likewise, where 0 says nothing."""

TOLD = ("provider", "told_model", *IDS, *LABELS, *TEXTS, "status", "tier", "at", "requests", *COUNTS, *SMALL, *FLAGS,
        *HASHES, "told")  # fmt: skip
"""What decides whether a row that is told again says the same."""


def schema(counts: str = "BIGINT") -> dict[str, str]:
    """The columns of a file of rows with their types, in order; *counts* is the type of tokens."""
    return {
        "source": "VARCHAR", "authority": "TINYINT", "day": "DATE", "at": "TIMESTAMP",
        **dict.fromkeys(IDS, "VARCHAR"), "provider": "VARCHAR", "told_model": "VARCHAR", "model": "VARCHAR",
        **dict.fromkeys(LABELS, "VARCHAR"), **dict.fromkeys(TEXTS, "VARCHAR"), "status": "VARCHAR", "tier": "VARCHAR",
        "requests": "BIGINT", **dict.fromkeys(COUNTS, counts), **SMALL, **dict.fromkeys(FLAGS, "BOOLEAN"),
        **dict.fromkeys(HASHES, "UBIGINT"), "told": "DECIMAL(38,18)", "listed": "DECIMAL(38,18)",
        "price_list": "VARCHAR", **dict.fromkeys(RATES, "DECIMAL(38,18)"), "rate": "DECIMAL(38,18)",
        "priced": "BOOLEAN", "content": "UBIGINT", **dict.fromkeys(KEYS, "UBIGINT"), "call": "UBIGINT",
        "telling": "BOOLEAN", "counted": "BOOLEAN", "engine": "VARCHAR",
    }  # fmt: skip


def columns(without: Iterable[str] = ()) -> tuple[str, ...]:
    """The names of a row's columns, in order, but for those *without*."""
    left = {*without}
    return tuple(name for name in schema() if name not in left)


def key_expressions(*, daily: bool = False) -> dict[str, str]:
    """SQL: each of the KEYS of a row, NULL where it has no such id. *daily*: an id counts within its day only."""
    own = "source, day, request_id" if daily else "source, request_id"
    answer = "response_id <> '' AND NOT coalesce(cache_hit, false)"
    return {
        "own_key": f"hash({own})",
        "answer_key": f"CASE WHEN {answer} THEN hash('answer', lower(provider), response_id) END",
        "span_key": "CASE WHEN trace_id <> '' AND span_id <> '' THEN hash('span', trace_id, span_id) END",
        "id_key": "hash('id', request_id)",
    }


def read(files: Sequence[str], daily: Iterable[str] = ()) -> str:
    """SQL: the rows in *files*, with the name of the `file` and the number of the row in it (`place`); keys are made
    anew where another version of the engine made them. In the sources *daily* an id counts within its day."""
    listed = ", ".join(map(literal, files))
    own = {each: {**key_expressions(daily=each)} for each in (True, False)}
    some = ", ".join(map(literal, daily)) or "''"
    anew = {name: own[False][name] for name in KEYS}
    anew["own_key"] = f"CASE WHEN source IN ({some}) THEN {own[True]['own_key']} ELSE {own[False]['own_key']} END"
    keys = ", ".join(f"CASE WHEN engine = version() THEN {name} ELSE {sql} END AS {name}" for name, sql in anew.items())
    return (f"SELECT * EXCLUDE (file_row_number) REPLACE ({keys}), file_row_number AS place FROM "
            f"read_parquet([{listed}], filename = 'file', file_row_number = true, union_by_name = true)")  # fmt: skip
