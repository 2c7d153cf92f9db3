"""Outcomes as facts: one row for each thing that was told, of a dataset of their own; said twice, it is kept once."""

from finops.outcome import Outcome

_LONGEST = 200
_TEXTS = ("request_id", "session_id", "type", "value")
_KNOWN = ", ".join(f"'{each}'" for each in Outcome)
_NO = "regexp_full_match(lower(value), '0+(\\.0*)?|false|no|fail|failed')"
_OPPOSITES = ((Outcome.ACCEPTED, Outcome.REJECTED), (Outcome.THUMBS_UP, Outcome.THUMBS_DOWN))


def checked(no_day: str, at: str) -> str:
    """SQL: the rows of `raw`, typed; *at* reads their instant, and *no_day* is the arm for one that has none."""
    problems = (
        f"{no_day} WHEN request_id IS NULL AND session_id IS NULL THEN 'request_id|is empty, and so is session_id' "
        "WHEN type IS NULL THEN 'type|is empty' "
    )
    texts = ", ".join(f"left(coalesce({name}, ''), {_LONGEST}) AS {name}" for name in _TEXTS)
    return f"SELECT _file, _row, {at} AS told_at, {at}::DATE AS day, {texts}, CASE {problems} END AS _problem FROM raw"


def kept(source: str) -> str:
    """SQL: the facts of the rows in `good`; `said` is the type in its own words. A type that is said not to be so (its
    value is 0, false, no or fail) is its opposite, or unknown where it has none."""
    pairs = [*_OPPOSITES, *((no, yes) for yes, no in _OPPOSITES)]
    opposite = " ".join(f"WHEN '{yes}' THEN '{no}'" for yes, no in pairs)
    kind = f"""CASE WHEN lower(type) NOT IN ({_KNOWN}) THEN '{Outcome.UNKNOWN}' WHEN NOT {_NO} THEN lower(type)
        ELSE CASE lower(type) {opposite} ELSE '{Outcome.UNKNOWN}' END END"""
    return f"""SELECT DISTINCT '{source}' AS feed, day, told_at, request_id, session_id, {kind} AS type, type AS said,
        value, 1::BIGINT AS rows FROM good"""
