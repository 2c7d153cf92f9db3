"""Sharing: shared costs split among teams when they are asked for, so that usage told later counts at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from finops.allocation import By, Shared, Slice
from finops.question import Dimension
from storage.exchanging import MACROS
from storage.quoting import literal
from storage.rollup import COUNTS

UNSHARED = (
    "SELECT *, '' AS method, NULL::DECIMAL(38,18) AS share, NULL::DECIMAL(38,18) AS used, team AS own_team FROM whole"
)
"""SQL: the facts as they are, with what the split ones say of themselves."""
_CUT = ("cost", "billed_cost", "list_cost", "original_cost", "original_billed_cost", "original_list_cost")
_KEPT = ("token_cost", "original_token_cost", *COUNTS, "requests", "rows")
_TABLE = """CREATE TEMP TABLE slices (rule INTEGER, day DATE, slice_team VARCHAR, before DECIMAL(38,18),
    upto DECIMAL(38,18), used DECIMAL(38,18), method VARCHAR)"""
Slices = Sequence[tuple[int, Slice]]


def rule(shared: Sequence[Shared]) -> str:
    """SQL: the number of the first rule that a fact fits, NULL if none."""
    arms = " ".join(f"WHEN {_fits(each)} THEN {number}" for number, each in enumerate(shared))
    return f"CASE {arms} END"


def _fits(shared: Shared) -> str:
    alone = [] if Dimension.TEAM in shared.match else ["team = ''"]
    fits = [" OR ".join(f"lower({cut}) GLOB {literal(pattern.lower())}" for pattern in patterns)
            for cut, patterns in shared.match.items()]  # fmt: skip
    return " AND ".join([*alone, *(f"({each})" for each in fits)])


def usage(shared: Sequence[Shared]) -> str:
    """SQL: by day and team, the tokens, calls and cost of what is not shared itself."""
    return f"""SELECT day, team, sum(tokens)::DECIMAL(38,6), sum(requests)::DECIMAL(38,0), sum(cost)::DECIMAL(38,18)
        FROM facts WHERE team <> '' AND ({rule(shared)}) IS NULL GROUP BY day, team"""


COLUMN = {By.TOKENS: 2, By.REQUESTS: 3, By.COST: 4}
"""Where `usage` says what."""


def split(db: duckdb.DuckDBPyConnection, shared: Sequence[Shared], cuts: Slices) -> None:
    """Make `facts` of the view `whole`: each fact that *cuts* split stands once for each team with its slice of the
    money, and once more, without money, with its tokens and calls where it has any."""
    db.execute(_TABLE)
    db.execute(MACROS)
    rows = [*_rows(shared, cuts)]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        db.execute(f"INSERT INTO slices SELECT {', '.join('unnest(?)' for _ in columns)}", columns)
    money = [f"CASE WHEN upto IS NULL THEN {name} ELSE times({name}, upto) - times({name}, before) END\
::DECIMAL(38,18) AS {name}" for name in _CUT]  # fmt: skip
    counts = [f"CASE WHEN slice_team IS NULL THEN {name} ELSE 0 END AS {name}" for name in _KEPT]
    something = " OR ".join(f"{name} <> 0" for name in _KEPT if name != "rows")
    db.execute(f"""CREATE TEMP VIEW facts AS
        SELECT ruled.* EXCLUDE (rule) REPLACE (coalesce(slice_team, team) AS team, {", ".join((*money, *counts))}),
            coalesce(method, '') AS method, upto - before AS share, used, team AS own_team
        FROM (SELECT *, {rule(shared)} AS rule FROM whole) ruled LEFT JOIN slices USING (rule, day)
        WHERE upto IS NULL OR slice_team IS NOT NULL OR {something}""")


def _rows(shared: Sequence[Shared], cuts: Slices) -> Iterable[tuple[object, ...]]:
    for number, each in cuts:
        method = f"tuppence-{shared[number].by}-of-the-{'month' if each.of_month else 'day'}"
        yield number, each.day, each.team, each.before, each.upto, each.used, method
    for number, day in sorted({(number, each.day) for number, each in cuts}):
        yield number, day, None, 0, 0, None, ""
