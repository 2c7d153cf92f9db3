"""Leaving out: a log of every step of a program has rows that are no AI requests; they are counted, not held back."""

from finops.batch import Batch, Dataset
from storage.quoting import literal


def others(batch: Batch) -> str:
    """SQL: whether a row is none of what *batch* speaks of: its kind is none of the batch's, or it says neither kind
    nor model (of an outcome: nor type). Empty where every row counts."""
    if not batch.kinds:
        return ""
    said = "type" if batch.dataset is Dataset.OUTCOMES else "model"
    kinds = ", ".join(literal(kind) for kind in batch.kinds)
    return f"coalesce(lower(kind) NOT IN ({kinds}), {said} IS NULL)"


def told(count: int, batch: Batch, file: str) -> str:
    """What is said of them."""
    what = _what(batch)
    return f"{count} {f'row that is {what} was' if count == 1 else f'rows that are {what}s were'} left out of {file}."


def nothing(batch: Batch, file: str) -> str:
    """What is said of a file that holds nothing else."""
    return f"{file} holds {_what(batch)}; nothing of it was kept."


def _what(batch: Batch) -> str:
    return "no outcome" if batch.dataset is Dataset.OUTCOMES else "no AI request"
