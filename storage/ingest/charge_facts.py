"""Facts of charges: sums by day, feed and dimension are written with their coarse sums and fingerprinted by day."""

from __future__ import annotations

from pathlib import Path

import duckdb

from finops.batch import Batch
from storage import coarse
from storage.manifest import Day
from storage.quoting import literal
from storage.rollup import COUNTS, DIMENSIONS, LATE, ORIGINAL

_DIMENSIONS = ", ".join(DIMENSIONS)
_KEY = "base, tags, resource"
AMOUNTS = (*ORIGINAL, *COUNTS, "requests", "rows", *ORIGINAL.values())
COLUMNS = ("feed", "day", *DIMENSIONS, *AMOUNTS)
"""The columns of a file of facts, in their order."""
PRINT = f"md5_number(json_array({_DIMENSIONS})::VARCHAR)"
"""SQL: a number for the dimensions of a fact."""
_COUNTED = {"tokens": "tokens", "gpu_hours": "gpu_hours"}
_SUMMED = """sum(cost) AS cost, sum(billed_cost) AS billed_cost, sum(list_cost) AS list_cost,
    sum(coalesce(told_token_cost, 0) + coalesce(cost_of_tokens, 0)
        + CASE WHEN per_unit > 0 THEN coalesce(cost_of_counted, 0) ELSE 0 END) AS token_cost,
    sum(coalesce(told_tokens, 0) + CASE WHEN per_unit > 0 THEN coalesce(counted, 0) * per_unit ELSE 0 END) AS tokens,
    sum(CASE WHEN gpu THEN quantity ELSE 0 END) AS gpu_hours, sum(rows) AS rows"""


def sum_up(db: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Make the view `fresh`: the facts of what is `labelled` and in `sums`, each with its `code` and `print`."""
    _code(db)
    db.execute(f"CREATE TEMP VIEW fresh AS {_rolled(batch)}")


def kind(name: str) -> str:
    """The type of the amount called *name*."""
    if name in ("requests", "rows"):
        return "BIGINT"
    return "DECIMAL(38,6)" if name in COUNTS else "DECIMAL(38,18)"


def store(db: duckdb.DuckDBPyConnection, file: Path, order: str) -> list[Day]:
    """Write `rolled` in the *order* of columns that need not be kept; its days."""
    columns = ", ".join(COLUMNS)
    db.execute(f"COPY (SELECT {columns} FROM rolled ORDER BY {order}) TO {literal(str(file))} "
               "(FORMAT parquet, COMPRESSION zstd)")  # fmt: skip
    coarse.write(db, file, "rolled")
    sums = ", ".join(AMOUNTS)
    days = db.execute(f"SELECT feed, day, bit_xor(hash(print, {sums}))::VARCHAR || '/' || count(*), sum(rows)::BIGINT "
                      "FROM rolled GROUP BY feed, day ORDER BY feed, day").fetchall()  # fmt: skip
    return [Day(feed, day, f"{duckdb.__version__}/{sha}", rows) for feed, day, sha, rows in days]


def _code(db: duckdb.DuckDBPyConnection) -> None:
    """Fill `dimensions`, each combination with its `code` in their order, and `coded`, the sums by day and code."""
    distinct = f"SELECT DISTINCT {_DIMENSIONS} FROM labelled"
    db.execute(f"CREATE TEMP TABLE dimensions AS SELECT row_number() OVER (ORDER BY {_DIMENSIONS}) AS code, "
               f"{_DIMENSIONS}, {PRINT} AS print FROM ({distinct})")  # fmt: skip
    db.execute(f"CREATE TEMP TABLE codes AS SELECT {_KEY}, per_unit, gpu, code "
               f"FROM labelled JOIN dimensions USING ({_DIMENSIONS})")  # fmt: skip
    db.execute(f"CREATE TEMP TABLE coded AS SELECT day, late, code, {_SUMMED} "
               f"FROM sums JOIN codes USING ({_KEY}) GROUP BY ALL")  # fmt: skip


def _rolled(batch: Batch) -> str:
    feed = " || '/' || ".join([f"'{batch.source}'", *batch.feed_by])
    feed += f" || CASE WHEN late <> '' THEN '{LATE}' || late ELSE '' END"
    told = [f"coalesce({name}, 0)::DECIMAL(38,18) AS {original}" for original, name in ORIGINAL.items()]
    told += [f"{_COUNTED.get(name, '0')}::DECIMAL(38,6) AS {name}" for name in COUNTS]
    ours = ", ".join(f"converted({original}, rate) AS {name}" for original, name in ORIGINAL.items())
    return f"""SELECT * EXCLUDE (sold, on_day, rate), {ours} FROM (
            SELECT {feed} AS feed, day, code, print, {_DIMENSIONS}, {", ".join(told)}, 0::BIGINT AS requests,
                rows::BIGINT AS rows FROM coded JOIN dimensions USING (code))
        LEFT JOIN exchange ON sold = original_currency AND on_day = day"""
