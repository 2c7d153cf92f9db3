"""Moments: the instant that a text writes, in SQL."""

_DATES = "['%m/%d/%y', '%m/%d/%Y', '%m/%d/%y %H:%M', '%m/%d/%Y %H:%M']"


def moment(column: str) -> str:
    """SQL: the instant (UTC) that the text *column* writes, NULL if it writes none."""
    slashed = f"try_strptime({column}, {_DATES})"
    return f"(CASE WHEN {column} LIKE '%/%' THEN {slashed} ELSE TRY_CAST({column} AS TIMESTAMPTZ)::TIMESTAMP END)"
