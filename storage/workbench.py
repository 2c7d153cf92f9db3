"""The workbench: the DuckDB a batch is taken in with; what its memory does not hold lies in files until it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

MEMORY = "1GB"
"""However large the files are, taking them in needs no more than about this and what Python itself takes."""


@contextmanager
def workbench(home: Path, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database of *memory* for one batch; what that cannot hold lies below *home*, where sweeping finds what
    a process that died left there."""
    pages = home / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="taking-in-", dir=pages) as beside, duckdb.connect() as db:
        db.execute("SET threads = 2; SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
        db.execute(f"SET memory_limit = '{memory}'")
        db.execute("SET temp_directory = ?", [beside])
        yield db
