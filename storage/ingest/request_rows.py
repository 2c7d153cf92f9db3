"""The row that is kept of one AI request: its columns, their types, and what they mean where a file lacks them.

No column holds a prompt or an answer. Files of rows are immutable Parquet, one day (UTC) a file, called
`rows-DAY-ENGINE-SOURCE-AUTHORITY-….parquet`; a file has only the columns that its source told, and names source and
authority in a column only where it holds rows of several. Where the rows are too old to be kept, a file
`ids-DAY-…parquet` holds what is needed to know them again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from finops.charge import TokenClass
from storage.quoting import literal, quoted

ENGINE = f"e{duckdb.__version__.replace('.', '_')}"
"""Which engine hashed the ids in a file: another version may hash otherwise, then they are hashed anew when read."""
KEYS = {
    "id_key": "hash(request_id)",
    "answer_key": "CASE WHEN response_id <> '' AND NOT coalesce(cache_hit, false) "
                  "THEN hash(lower(provider), response_id) END",
    "span_key": "CASE WHEN trace_id <> '' AND span_id <> '' THEN hash(trace_id, span_id) END",
}  # fmt: skip
"""64-bit hashes by which the same call is found again, and how each is made of the ids."""
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

CALL = 'hash(source, id_key, "at")'
"""SQL: the number of a call that one source alone describes."""
_MONEY = "DECIMAL(38,18)"
SCHEMA = {
    "source": "VARCHAR", "authority": "TINYINT", "day": "DATE", "at": "TIMESTAMP",
    **dict.fromkeys(IDS, "VARCHAR"), "provider": "VARCHAR", "told_model": "VARCHAR", "model": "VARCHAR",
    **dict.fromkeys(LABELS, "VARCHAR"), **dict.fromkeys(TEXTS, "VARCHAR"), "status": "VARCHAR", "tier": "VARCHAR",
    "requests": "BIGINT", **dict.fromkeys(COUNTS, "BIGINT"), **SMALL, **dict.fromkeys(FLAGS, "BOOLEAN"),
    **dict.fromkeys(HASHES, "UBIGINT"), "told": _MONEY, "listed": _MONEY, "price_list": "VARCHAR",
    **dict.fromkeys(RATES, _MONEY), "rate": _MONEY, "priced": "BOOLEAN",
    **dict.fromkeys(KEYS, "UBIGINT"), "call": "UBIGINT", "telling": "BOOLEAN", "counted": "BOOLEAN",
}  # fmt: skip
"""All columns with their types, in order."""
_NAMED = "split_part(parse_filename(file), '-', {})"
DEFAULTS = {
    "source": f"replace({_NAMED.format(6)}, '~', '-')", "authority": f"TRY_CAST({_NAMED.format(7)} AS TINYINT)",
    "told_model": "model", "requests": "1", "priced": "true", "telling": "true", "counted": "true",
    **dict.fromkeys(COUNTS, "0"),
}  # fmt: skip
"""What a column means by saying nothing; texts mean that nobody said, all others that it is not known."""
ALWAYS = ("day", "at", "request_id", "provider", "model", "team", "app", "key", "status", "input_tokens",
          "output_tokens", "listed", "price_list", "id_key")  # fmt: skip
"""The columns that every file of rows has."""
_KEPT_OF_IDS = ("source", "authority", "day", "at", "request_id", "provider", "told_model", "model", *KEYS, "call",
                "telling")  # fmt: skip


def content() -> str:
    """SQL: one number for what a row tells and for its price and exchange rate: another number means another version of
    the row, so that a new price list or rate counts for a file that is imported again."""
    told = ("provider", "told_model", "at", "requests", "told", "status", "tier", *IDS, *LABELS, *TEXTS, *COUNTS,
            *SMALL, *FLAGS, *HASHES, "listed", "rate", "priced")  # fmt: skip
    return f"hash({', '.join(quoted(name) for name in told)})"


def file_name(day: str, source: str, authority: int, unique: str) -> str:
    """What a file of rows of *day* is called; *unique* tells it from others."""
    return f"rows-{day}-{ENGINE}-{source.replace('-', '~')}-{authority}-{unique}.parquet"


def ids_file_name(rows: str, unique: str) -> str:
    """What the file of the ids in the file called *rows* is called."""
    return "-".join(["ids", *rows.split("-")[1:7], f"{unique}.parquet"])


def read(files: Sequence[str], columns: Collection[str] = ()) -> str:
    """SQL: the rows in *files*, all or some *columns* of them, with the path of the `file` and the number of the row in
    it (`place`)."""
    wanted = [name for name in SCHEMA if not columns or name in columns]
    empty = ", ".join(f"NULL::{kind} AS {quoted(name)}" for name, kind in SCHEMA.items())
    nothing = f"SELECT {empty}, '' AS file, 0::BIGINT AS place WHERE false"
    if not files:
        return nothing
    listed = ", ".join(map(literal, files))
    there = f"""SELECT * FROM (SELECT * EXCLUDE (file_row_number), file_row_number AS place
        FROM read_parquet([{listed}], filename = 'file', file_row_number = true, union_by_name = true)
        UNION ALL BY NAME {nothing})"""
    meant = ", ".join(f"{_meant(name, kind)} AS {quoted(name)}" for name, kind in SCHEMA.items())
    mine = f"contains(file, '-{ENGINE}-')"
    keyed = ", ".join(f"CASE WHEN {mine} THEN {name} ELSE {made} END AS {name}" for name, made in KEYS.items())
    named = ", ".join(quoted(name) for name in wanted)
    return f"""SELECT file, place, {named} FROM (SELECT * REPLACE (coalesce(call, {CALL}) AS call) FROM (
        SELECT * REPLACE ({keyed}) FROM (SELECT file, place, {meant} FROM ({there}))))"""


def _meant(name: str, kind: str) -> str:
    default = DEFAULTS.get(name, "''" if kind == "VARCHAR" else "")
    return f"coalesce({quoted(name)}, {default})" if default else quoted(name)


def ids_only(file: str) -> str:
    """SQL: of the rows in *file* what is needed to know them again."""
    return f"SELECT {', '.join(map(quoted, _KEPT_OF_IDS))} FROM ({read([file])}) WHERE telling"
