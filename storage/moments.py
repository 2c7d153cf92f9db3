"""Moments: the instant that a text writes, in SQL."""


def moment(column: str) -> str:
    """SQL: the instant (UTC) that the ISO text *column* writes, NULL if it writes none; what files write otherwise was
    made ISO when they were staged (storage/notation.py)."""
    return f"TRY_CAST({column} AS TIMESTAMPTZ)::TIMESTAMP"
