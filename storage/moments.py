"""Moments: the instant that a text writes, in SQL."""


def moment(column: str) -> str:
    """SQL: the instant (UTC) that the ISO text *column* writes, NULL if it writes none; what files write otherwise was
    made ISO when they were staged (storage/notation.py)."""
    utc = f"WHEN suffix({column}, 'Z') THEN TRY_CAST({column} AS TIMESTAMP)"  # the same, and far quicker
    return f"(CASE {utc} ELSE TRY_CAST({column} AS TIMESTAMPTZ)::TIMESTAMP END)"
