"""The workbench: the DuckDB a batch is taken in with; what its memory does not hold lies in files until it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from sqlalchemy.exc import SQLAlchemyError

MEMORY = "600MB"
"""However large the files are, taking them in needs no more than about this and what Python and the buffers of
readers take: less than 1 GB in all."""


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


def setting(db: duckdb.DuckDBPyConnection, name: str) -> object:
    """What *name* is set to."""
    return db.execute("SELECT current_setting(?)", [name]).fetchall()[0][0]


LACKING = (OSError, MemoryError, duckdb.Error, SQLAlchemyError)
"""The errors that a lack of memory or room can raise."""


def resources(error: Exception) -> str:
    """The sentence for an *error* that no file is to blame for: no memory, no room, or a folder that cannot be written
    to; empty for any other."""
    said = str(error).lower()
    short = isinstance(error, duckdb.OutOfMemoryException) and "max_temp_directory_size" not in said
    if short or isinstance(error, MemoryError):
        return ("There is not enough memory to take these files in; nothing was kept. Import fewer files at a time, or "
                "leave out columns that are not needed.")  # fmt: skip
    full = ("The disk is full; nothing was kept. Make room below the home directory, or in the folder for temporary "
            "files (TMPDIR), and import again.")  # fmt: skip
    signs = {
        **dict.fromkeys(("no space left", "max_temp_directory_size", "disk is full", "disk quota"), full),
        "disk i/o error": "The database in the home directory cannot be written to; nothing was kept. See whether its "
        "disk is full or broken.",
        "read-only file system": "The home directory is on a read-only file system; nothing was kept.",
        "readonly database": "The home directory is on a read-only file system; nothing was kept.",
        "permission denied": "The home directory must not be written to by this user; nothing was kept.",
    }
    return next((sentence for sign, sentence in signs.items() if sign in said), "")
