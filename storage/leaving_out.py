"""Leaving out: a log of every step of a program has rows that are no AI requests; they are counted, not held back."""

import duckdb


def left_out(db: duckdb.DuckDBPyConnection, kinds: tuple[str, ...], file: str) -> int:
    """How many rows of *file* were taken out of `raw`: their kind is none of *kinds*, or they say neither kind nor
    model."""
    if not kinds:
        return 0
    other = "_file = ? AND coalesce(NOT list_contains(?::VARCHAR[], lower(kind)), model IS NULL)"
    return int(db.execute(f"DELETE FROM raw WHERE {other}", [file, list(kinds)]).fetchall()[0][0])


def told(count: int, file: str) -> str:
    """What is said of them."""
    return f"{count} {'row that is no AI request was' if count == 1 else 'rows that are no AI requests were'} left \
out of {file}."
