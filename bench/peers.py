"""Peers that read a CSV and sum a column by others; they check, price and keep nothing, and most of them use floats."""

from __future__ import annotations

import csv
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import duckdb

try:
    import pandas
except ImportError:
    pandas = None
try:
    import polars
except ImportError:
    polars = None

Sum = Callable[[Path, str, tuple[str, ...]], float]


def summing() -> Mapping[str, Sum]:
    """Whoever is installed, by name: the total of a column of a file after summing it by other columns."""
    known: dict[str, Sum] = {"csv + Decimal": by_hand, "DuckDB, DECIMAL": by_duckdb}
    if pandas:
        known[f"pandas {pandas.__version__}, floats"] = by_pandas
    if polars:
        known[f"polars {polars.__version__}, floats"] = by_polars
    return known


def by_hand(file: Path, column: str, by: tuple[str, ...]) -> float:
    """A loop over the standard library's reader."""
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    with file.open(newline="") as lines:
        for row in csv.DictReader(lines):
            sums[tuple(row[name] for name in by)] += Decimal(row[column])
    return float(sum(sums.values()))


def by_duckdb(file: Path, column: str, by: tuple[str, ...]) -> float:
    """One statement over the file, in two threads."""
    keys = ", ".join(by)
    with duckdb.connect(config={"threads": 2}) as db:
        rows = db.execute(f"SELECT sum({column}::DECIMAL(38, 18)) FROM read_csv(?, all_varchar = true) GROUP BY {keys}",
                          [str(file)]).fetchall()  # fmt: skip
    return float(sum(row[0] for row in rows))


def by_pandas(file: Path, column: str, by: tuple[str, ...]) -> float:
    """read_csv and groupby."""
    return float(pandas.read_csv(file).groupby(list(by))[column].sum().sum())


def by_polars(file: Path, column: str, by: tuple[str, ...]) -> float:
    """read_csv and group_by."""
    return float(polars.read_csv(file).group_by(list(by)).agg(polars.col(column).sum())[column].sum())


def loaded(file: Path, into: Path) -> sqlite3.Connection:
    """The charges of *file* as a SQLite table; cost in whole units of its tenth decimal, so exact."""
    db = sqlite3.connect(into)
    db.execute("CREATE TABLE charges (day TEXT, model TEXT, cost INTEGER)")
    with file.open(newline="") as lines:
        rows = ((row["ChargePeriodStart"], row["x_model"], int(Decimal(row["EffectiveCost"]).scaleb(10)))
                for row in csv.DictReader(lines))  # fmt: skip
        db.executemany("INSERT INTO charges VALUES (?, ?, ?)", rows)
    db.commit()
    return db
