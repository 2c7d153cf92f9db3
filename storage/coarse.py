"""Coarse sums: beside the facts of a file, what they come to by what is asked about most; long periods are read so."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from hashlib import sha256
from pathlib import Path

import duckdb

from finops.batch import Dataset
from storage.ingest import request_sums
from storage.quoting import literal
from storage.rollup import COUNTS, MONEY, ORIGINAL, later

DATASETS = frozenset({Dataset.CHARGES, Dataset.REQUESTS})
_CUTS = (("provider", "original_currency", "token_class"), ("provider", "original_currency", "token_class", "model"),
         ("provider", "app"), ("provider", "team"))  # fmt: skip
"""What is summed by, beside feed, day and scope; the first that has all that is asked about is read."""
_APART = {2: "app", 3: "team"}
"""The cuts that are left out where they would be of no use, as too many apps or teams are told."""
_ALWAYS = ("feed", "day", "scope", "currency")
_SUMMED = {**dict.fromkeys((*MONEY, *ORIGINAL), "DECIMAL(38,18)"), **dict.fromkeys(COUNTS, "DECIMAL(38,6)"),
           "requests": "BIGINT", "rows": "BIGINT"}  # fmt: skip
_FEW = 8192
SUFFIX = f".coarse-{sha256(repr((_CUTS, _ALWAYS, _SUMMED, _APART)).encode()).hexdigest()[:8]}"
"""What the name of a file of coarse sums has more than that of the facts that it sums up: another one for whoever sums
up otherwise, who does not read these."""
SOME = f"{SUFFIX}-some"
"""The same of a file that lacks the cuts by app and team."""


def fitting(named: AbstractSet[str]) -> int | None:
    """Which of the cuts has all columns of facts that are *named*; None if none has."""
    wanted = named - {"file", *_ALWAYS, *_SUMMED}
    return next((number for number, cut in enumerate(_CUTS) if wanted <= {*cut}), None)


def read(files: list[str], cut: int) -> str:
    """SQL: the facts of *files*, summed up by *cut*; those columns alone are told that it has."""
    listed = ", ".join(literal(str(beside(Path(file), cut))) for file in files)
    whose = f"left(file, instr(file, {literal(SUFFIX)}) - 1)"
    return (f"SELECT * EXCLUDE (cut) REPLACE ({whose} AS file) "
            f"FROM read_parquet([{listed}], filename = 'file', union_by_name = true) WHERE cut = {cut}")  # fmt: skip


def beside(facts: Path, cut: int = 0) -> Path:
    """Where the coarse sums by *cut* of the file of *facts* lie, if there are any."""
    some = facts.with_name(f"{facts.name}{SOME}")
    return some if cut not in _APART and some.exists() else facts.with_name(f"{facts.name}{SUFFIX}")


def stored(facts: Path) -> str:
    """SQL: what the file of *facts* holds, as an earlier version may have written it."""
    if facts.name.startswith(request_sums.NAME):
        return f"({request_sums.facts(request_sums.read([str(facts)]), extra=())})"
    return f"({later(f'SELECT * FROM read_parquet({literal(str(facts))})')})"


def write(
    db: duckdb.DuckDBPyConnection, facts: Path, told: str | Callable[[Sequence[str]], str], rows: str = ""
) -> None:
    """Write the coarse sums beside the file of *facts*; none where a sum would pass all bounds, and none by app and
    team where the *rows* (a relation with feeds, days, apps and teams) tell so many that the sums would save nothing.
    *told* are the facts (a relation), or gives those in which some columns can be relied on."""
    given = told if callable(told) else lambda kept: told
    every = ("provider", "model", *_APART.values())
    rows = rows or given(every)
    few = " AND ".join(
        f"""(SELECT count(*) FROM (SELECT DISTINCT feed, day, {column} FROM {rows}))
        <= greatest({_FEW}, (SELECT count(*) FROM {rows}) // 4)"""
        for column in _APART.values()
    )
    whole = db.execute(f"SELECT {few}").fetchall()[0][0]
    kept, cuts = (every, range(len(_CUTS))) if whole else (every[:2], [n for n in range(len(_CUTS)) if n not in _APART])
    begun = facts.with_name(f"unfinished-{secrets.token_hex(8)}")
    how = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_FEW}"
    try:
        db.execute(f"COPY (FROM ({_summed(given(kept), cuts)}) ORDER BY ALL) TO {literal(str(begun))} ({how})")
        begun.replace(facts.with_name(f"{facts.name}{SUFFIX if whole else SOME}"))
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        begun.unlink(missing_ok=True)


def _summed(told: str, cuts: Sequence[int]) -> str:
    """SQL: of what is *told* a row for each of *cuts*, feed, day and what the cut names; what it does not name is
    NULL."""
    every = dict.fromkeys(name for cut in _CUTS for name in cut)
    sums = ", ".join(f"coalesce(sum({name}), 0)::{kind} AS {name}" for name, kind in _SUMMED.items())
    named = {number: ", ".join(name if name in _CUTS[number] else f"NULL::VARCHAR AS {name}" for name in every)
             for number in cuts}  # fmt: skip
    lines = (f"SELECT {number} AS cut, {', '.join(_ALWAYS)}, {named[number]}, {sums} FROM facts GROUP BY ALL"
             for number in cuts)  # fmt: skip
    kept = ", ".join((*_ALWAYS, *every, *_SUMMED))
    return f"WITH facts AS MATERIALIZED (SELECT {kept} FROM {told}) {' UNION ALL BY NAME '.join(lines)}"
