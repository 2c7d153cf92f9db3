"""Requests typed: the texts of a log become numbers, instants and labels; what cannot be kept is told by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from finops.batch import Batch
from finops.prices import BATCH, PRICED_IN, STANDARD_TIERS
from finops.tiers import PROVISIONED
from storage.checking import (
    Columns,
    amount_of,
    bad_number,
    below_zero,
    count_of,
    day_problems,
    number,
    outside,
    status_of,
    whole_number,
)
from storage.ingest import request_rows as row
from storage.moments import moment
from storage.quoting import literal, quoted

TYPED = "typed.parquet"
_STANDARD = ", ".join(f"'{tier}'" for tier in sorted(STANDARD_TIERS))
_PARTS = ("uncached_tokens", "visible_tokens")
_HOW = "FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 5000"
LATER = ("provider", "team", "app", "key", "model", "status", "error", "finish_reason", "template", "user", "tags",
         "tier", "batch", "stream", "disconnected")  # fmt: skip
"""Columns with few texts, each in many rows: made of the dictionaries of a Parquet file, they cost hardly anything."""


def check(db: duckdb.DuckDBPyConnection, batch: Batch, folder: Path, currency: str) -> int:
    """Fill `typed` with the sound rows of `raw`, as the Parquet file TYPED in *folder*; how many they are. The problems
    of the others are told by `problems`."""
    have = Columns(batch)
    named = ", ".join(f"{sql} AS {name}" for name, sql in (_labels(have) | _numbers_of(have, currency)).items())
    return _kept(db, folder, f"SELECT {named}, {_sound(batch, have)} AS sound FROM {_read(batch, have, currency)}", "*")


def check_plain(db: duckdb.DuckDBPyConnection, batch: Batch, folder: Path, odd: str) -> int:
    """As `check`, of a `raw` whose texts may have blanks around them: those of LATER lose them here, and a row is sound
    only if it is not *odd* (SQL) either. Money is in dollars. `raw` is read once."""
    have = Columns(batch)
    early = ", ".join(f"{sql} AS {name}" for name, sql in _numbers_of(have, PRICED_IN).items())
    texts = [name for name in LATER if name in have.there]
    told = "".join(f", {quoted(name)} AS text_{name}" for name in texts)
    rows = f"SELECT {early}{told}, {_sound(batch, have)} AND NOT ({odd}) AS sound FROM {_read(batch, have, PRICED_IN)}"
    later = _labels(have, {name: f"nullif(trim(text_{name}), '')" for name in texts})
    named = ", ".join(f"{sql} AS {name}" for name, sql in later.items())
    return _kept(db, folder, rows, f"* EXCLUDE ({', '.join(f'text_{name}' for name in texts)}), {named}")


def _kept(db: duckdb.DuckDBPyConnection, folder: Path, rows: str, columns: str) -> int:
    file = folder / TYPED
    db.execute(f"COPY ({rows}) TO {literal(str(file))} ({_HOW})")
    told = f"FROM read_parquet({literal(str(file))})"
    count, sound = db.execute(f"SELECT count(*), coalesce(count_if(sound), 0) {told}").fetchall()[0]
    where = "" if count == sound else " WHERE sound"
    db.execute(f"CREATE OR REPLACE TEMP VIEW typed AS SELECT * EXCLUDE (sound) FROM (SELECT {columns} {told}{where})")
    return int(sound)


def problems(db: duckdb.DuckDBPyConnection, batch: Batch, most: int) -> list[tuple[str, int, str]]:
    """The rows of `raw` that cannot be kept: file, row and `field|reason`; *most* of them."""
    have = Columns(batch)
    told = f"SELECT _file, _row, {_problem(batch, have)} AS problem FROM {_read(batch, have, PRICED_IN)}"
    return db.execute(f"SELECT * FROM ({told}) WHERE problem IS NOT NULL ORDER BY 1, 2 LIMIT {most}").fetchall()


def _numbers(batch: Batch, have: Columns) -> dict[str, str]:
    """SQL: what decides whether a row is kept: tokens, requests, money."""
    tokens = whole_number if batch.per_call else count_of
    told = {name: tokens(have(name)) for name in (*row.COUNTS, *_PARTS)}
    told |= {"spend": amount_of(have("spend")), "requests": number(have("requests"), "BIGINT", 10**12)}
    return {name: sql for name, sql in told.items() if name in have.there}


def _read(batch: Batch, have: Columns, currency: str) -> str:
    numbers = "".join(f", {sql} AS read_{name}" for name, sql in _numbers(batch, have).items())
    rows = f"(SELECT *, {moment('started_at')} AS read_at{numbers} FROM raw)"
    return rows if currency == PRICED_IN else f"{rows} LEFT JOIN exchange ON on_day = read_at::DATE"


def _sound(batch: Batch, have: Columns) -> str:
    """SQL: whether a row can be kept; `_problem` says why not."""
    needed = ["request_id IS NOT NULL", "read_at BETWEEN TIMESTAMP '2000-01-01' AND TIMESTAMP '2100-01-01'"]
    needed += [f"(read_{name} >= 0 OR {name} IS NULL)" for name in _numbers(batch, have)]
    arms = outside(batch, "started_at", "read_at::DATE")
    needed += [f"(CASE {arms} END IS NULL)"] if arms else []
    return f"coalesce({' AND '.join(needed)}, false)"


def _problem(batch: Batch, have: Columns) -> str:
    """SQL: the first thing that is wrong with a row as `field|reason`, NULL if it can be kept."""
    numbers = _numbers(batch, have)
    arms = "WHEN request_id IS NULL THEN 'request_id|is empty' " + day_problems("started_at", "read_at")
    arms += "".join(bad_number(name, have(name)) for name in numbers) + "".join(map(below_zero, numbers))
    arms += outside(batch, "started_at", "read_at::DATE")
    return f"CASE {arms} END"


def _labels(have: Columns, texts: Mapping[str, str] | None = None) -> dict[str, str]:
    """SQL of what a row says in words, by its name; *texts* is how a column of ours is read, if not by its name."""
    texts = texts or {name: quoted(name) for name in have.there}

    def said(name: str) -> str:
        return texts.get(name, have.nothing)

    told = {name: f"coalesce({said(_called(name))}, '')" for name in row.TEXTS if _called(name) in have.there}
    told |= {name: f"coalesce({said(name)}, '')" for name in ("provider", *row.LABELS) if name != "env"}
    told |= {"told_model": f"coalesce({said('model')}, '')", "status": status_of(said), "tier": _tier(said)}
    return told | {name: _flag(said(name)) for name in ("stream", "disconnected") if name in have.there}


def _numbers_of(have: Columns, currency: str) -> dict[str, str]:
    """SQL of what a row says else, by its name: its place, instant and ids, numbers and money."""
    told = {"_file": "_file", "_row": "_row", '"at"': "read_at", "day": "read_at::DATE"}
    told |= {name: f"coalesce({name}, '')" for name in (*row.IDS, *row.HASHES) if name in have.there}
    told |= {name: f"coalesce(read_{name}, 0)" for name in row.COUNTS if name in have.there}
    told |= _whole(have)
    told |= {name: _small(name, kind) for name, kind in row.SMALL.items() if name in have.there}
    told |= {"cache_hit": _flag("cache_hit")} if "cache_hit" in have.there else {}
    if "requests" in have.there:
        told["requests"] = "coalesce(read_requests, 1)"
    if "spend" in have.there:
        told["told"] = _told_cost(have, told, currency)
    if currency != PRICED_IN:
        told |= {"rate": "rate", "priced": "rate IS NOT NULL"}
    return told


def _called(name: str) -> str:
    """What sources call the column of a row."""
    return "user" if name == "person" else name


def _told_cost(have: Columns, told: Mapping[str, str], currency: str) -> str:
    """SQL: the cost that the source told, NULL where it told none or one that cannot be told in *currency*: a gateway
    that knows no price says 0 of a call that used tokens."""
    used = f"({told['input_tokens']}) + ({told['output_tokens']}) > 0"
    hit = "lower(cache_hit) IS NOT DISTINCT FROM 'true'" if "cache_hit" in have.there else "false"
    unknown = "" if currency == PRICED_IN else "rate IS NULL OR "
    return f"CASE WHEN {unknown}(read_spend = 0 AND NOT ({hit}) AND {used}) THEN NULL ELSE read_spend END"


def _whole(have: Columns) -> dict[str, str]:
    """SQL: input with what was cached in it and output with reasoning, also where a source tells the parts alone."""

    def said(name: str) -> str:
        return f"coalesce(read_{name}, 0)" if name in have.there else "0"

    inside = " + ".join(said(name) for name in ("uncached_tokens", "cached_tokens", "cache_write_tokens"))
    shown = f"{said('visible_tokens')} + {said('reasoning_tokens')}"
    return {name: f"coalesce(read_{name}, {parts})" if name in have.there else f"({parts})::BIGINT"
            for name, parts in (("input_tokens", inside), ("output_tokens", shown))}  # fmt: skip


def _tier(have: Callable[[str], str]) -> str:
    tier = f"lower(trim(coalesce({have('tier')}, '')))"
    return (f"CASE WHEN lower({have('batch')}) IN ('true', '1') THEN '{BATCH}' WHEN {tier} IN ({_STANDARD}) THEN '' "
            f"WHEN {tier} IN ('provisioned_throughput', 'ptu') THEN '{PROVISIONED}' ELSE {tier} END")  # fmt: skip


def _small(text: str, kind: str) -> str:
    """SQL: a number of the call that is no money and no tokens; what is none is left empty."""
    largest = {"SMALLINT": 999, "INTEGER": 2 * 10**9, "FLOAT": 10**6}[kind]
    value = f"TRY_CAST({text} AS DOUBLE)"
    return f"CASE WHEN {value} BETWEEN 0 AND {largest} THEN {value} END::{kind}"


def _flag(text: str) -> str:
    return (
        f"CASE lower({text}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END"
    )


def told_columns(db: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The columns of `typed` that say anything in any row, and those that every row has."""
    kinds = {name: kind for name, kind, *_ in db.execute("DESCRIBE typed").fetchall()}
    asked = [name for name in kinds if name not in (*row.ALWAYS, "_file", "_row", "told_model")]
    some = ", ".join(["true", *(_says(name, kinds[name]) for name in asked)])
    told = db.execute(f"SELECT {some} FROM typed").fetchall()[0][1:]
    silent = {name for name, there in zip(asked, told, strict=True) if not there}
    return frozenset(name for name in kinds if name not in silent)


def _says(name: str, kind: str) -> str:
    """SQL: whether any row says more in the column *name* than its default."""
    if name == "requests":
        return "max(requests) <> 1 OR min(requests) <> 1"
    if name == "priced":
        return "NOT bool_and(priced)"
    most = {"VARCHAR": "max({}) <> ''", "BOOLEAN": "count({}) > 0"}.get(kind, "count({}) > 0")
    return f"coalesce({(most if name not in row.COUNTS else 'max({}) > 0').format(name)}, false)"


def contradictory(db: duckdb.DuckDBPyConnection) -> int:
    """How many rows tell more tokens in a part (cache, reasoning) than in the whole."""
    there = {name for name, *_ in db.execute("DESCRIBE typed").fetchall()}

    def said(name: str) -> str:
        return name if name in there else "0"

    return int(db.execute(f"""SELECT count(*) FROM typed WHERE
        {said("cached_tokens")} + {said("cache_write_tokens")} > input_tokens
        OR {said("reasoning_tokens")} > output_tokens
        OR {said("cache_write_1h_tokens")} > {said("cache_write_tokens")}""").fetchall()[0][0])  # fmt: skip
