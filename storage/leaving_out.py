"""Leaving out: a log of every step of a program has rows that are no AI requests; they are counted, not held back."""

import duckdb

from finops.batch import Batch, Dataset


def left_out(db: duckdb.DuckDBPyConnection, batch: Batch, file: str) -> int:
    """How many rows of *file* were taken out of `raw`: their kind is none of the batch's, or they say neither kind nor
    model (of an outcome: nor type)."""
    if not batch.kinds:
        return 0
    said = "type" if batch.dataset is Dataset.OUTCOMES else "model"
    other = f"_file = ? AND coalesce(NOT list_contains(?::VARCHAR[], lower(kind)), {said} IS NULL)"
    return int(db.execute(f"DELETE FROM raw WHERE {other}", [file, list(batch.kinds)]).fetchall()[0][0])


def told(count: int, batch: Batch, file: str) -> str:
    """What is said of them."""
    what = _what(batch)
    return f"{count} {f'row that is {what} was' if count == 1 else f'rows that are {what}s were'} left out of {file}."


def nothing(batch: Batch, file: str) -> str:
    """What is said of a file that holds nothing else."""
    return f"{file} holds {_what(batch)}; nothing of it was kept."


def _what(batch: Batch) -> str:
    return "no outcome" if batch.dataset is Dataset.OUTCOMES else "no AI request"
