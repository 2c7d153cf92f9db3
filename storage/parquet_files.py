"""Parquet files: the names of their columns, without reading them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from finops.errors import BadFile
from storage.quoting import literal


def columns_of(path: Path) -> tuple[str, ...]:
    """The names of the columns of the Parquet file at *path*; BadFile if it is cut off or none."""
    with duckdb.connect() as db:
        try:
            found = db.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})").fetchall()
        except duckdb.Error:
            raise BadFile(
                f"{path.name} is cut off or no Parquet file; fetch it again. Nothing of it was kept."
            ) from None
    return tuple(name for name, *_ in found)
