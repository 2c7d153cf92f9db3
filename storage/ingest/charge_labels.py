"""Labels of charges by parts: the texts of a meter, tags and resources are read apart and joined in SQL, so that Python
never sees their product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple

import duckdb

from finops.charge import Scope
from finops.normalise import Owners, Raw, located_at, metered, tagged_as, tokens_per_unit
from finops.tiers import of_charge
from storage.rollup import DIMENSIONS, GPU_HOURS

METER = ("provider", "service", "category", "sku", "sku_meter", "sku_details", "description", "sub_account", "model",
         "token_type", "consumed_unit", "scope")  # fmt: skip
"""The texts that say what was bought."""
_AT_ONCE = 50_000
_METER = ("said_model VARCHAR", "said_token_class VARCHAR", "said_scope VARCHAR", "team VARCHAR", "path BIGINT",
          "per_unit DECIMAL(38,6)", "said_tier VARCHAR")  # fmt: skip
_TAGS = ("team VARCHAR", "app VARCHAR", "env VARCHAR", "key VARCHAR", "team_of_key VARCHAR", "team_of_app VARCHAR",
         "team_of_values VARCHAR", "path BIGINT")  # fmt: skip
_PLACE = ("team VARCHAR", "path BIGINT")


def label_meters(db: duckdb.DuckDBPyConnection, owners: Owners) -> None:
    """Fill `meters`: each distinct meter in `bases`, its labels, the tokens in one of its unit (0: none), its tier."""

    def read(texts: Sequence[str]) -> tuple[object, ...]:
        raw = Raw(**dict(zip(METER, texts, strict=True)))
        found = metered(raw, owners)
        return (found.model, found.token_class, str(found.scope), found.team, found.path, tokens_per_unit(raw),
                of_charge(raw, found.scope))  # fmt: skip

    _read(db, "meters", METER, f"SELECT DISTINCT {', '.join(METER)} FROM bases", _METER, read)


def label_tags(db: duckdb.DuckDBPyConnection, owners: Owners, distinct: str) -> None:
    """Fill `tagged` for the texts of tags that the query *distinct* finds."""
    _read(db, "tagged", ("tags",), distinct, _TAGS, lambda texts: astuple(tagged_as(texts[0], owners)))


def label_resources(db: duckdb.DuckDBPyConnection, owners: Owners, distinct: str) -> None:
    """Fill `located` for the names of resources that the query *distinct* finds; where nothing is ruled, no Python."""
    if ruled(owners):
        _read(db, "located", ("resource",), distinct, _PLACE, lambda texts: astuple(located_at(texts[0], owners)))
    else:
        db.execute(f"CREATE OR REPLACE TEMP TABLE located AS SELECT *, '' AS team, NULL::BIGINT AS path "
                   f"FROM ({distinct}) AS found(resource)")  # fmt: skip
    rules = ", ".join(_PLACE)
    db.execute(f"CREATE OR REPLACE TEMP TABLE patterns (path BIGINT, {rules.partition(',')[0]})")
    filled(db, "patterns", list(enumerate(owners.paths.values())))


def ruled(owners: Owners) -> bool:
    """Whether the name of a resource can decide a team."""
    return bool(owners.teams or owners.paths)


def label_sql() -> dict[str, str]:
    """SQL of each label, of a row of `meters` (m), `tagged` (t), `located` (l) and `patterns` (p)."""
    teams = ("t.team", "t.team_of_key", "l.team", "m.team", "t.team_of_app", "t.team_of_values", "p.team")
    team = ", ".join(f"nullif({each}, '')" for each in teams)
    key = f"CASE WHEN m.said_scope = '{Scope.AI}' THEN l.resource ELSE '' END"
    return {"model": "m.said_model", "token_class": "m.said_token_class", "team": f"coalesce({team}, '')",
            "app": "t.app", "env": "t.env", "key": f"coalesce(nullif(t.key, ''), {key})",
            "scope": "m.said_scope"}  # fmt: skip


PATTERN = "least(m.path, t.path, l.path)"
"""SQL: the number of the first pattern that fits."""


def _read(
    db: duckdb.DuckDBPyConnection,
    table: str,
    names: Sequence[str],
    distinct: str,
    columns: Sequence[str],
    read: Callable[[Sequence[str]], tuple[object, ...]],
) -> None:
    """Fill *table* with the texts that the query *distinct* finds, called *names*, and what is *read* in them."""
    texts = ", ".join(f"{name} VARCHAR" for name in names)
    db.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({texts}, {', '.join(columns)})")
    db.execute(f"CREATE OR REPLACE TEMP TABLE distinct_texts AS {distinct}")
    for some in _some(db):
        filled(db, table, [(*each, *read(each)) for each in some])


def _some(db: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[str, ...]]]:
    """The rows of `distinct_texts`, some at a time: where each row of a file has its own, all would be too many."""
    (count,) = db.execute("SELECT count(*) FROM distinct_texts").fetchall()[0]
    for first in range(0, count, _AT_ONCE):
        where = f"rowid >= {first} AND rowid < {first + _AT_ONCE}"
        yield db.execute(f"SELECT * FROM distinct_texts WHERE {where}").fetchall()


_MATCHED = " AND ".join(f"m.{name} = b.{name}" for name in METER)
AI_BASES = f"SELECT base FROM bases AS b JOIN meters AS m ON {_MATCHED} WHERE m.said_scope = '{Scope.AI}'"
"""SQL: the texts in `bases` that tell of AI."""


def labelled(currency: str) -> str:
    """SQL: each combination of texts in `sums` with its dimensions (see rollup), the tokens in one of its unit, and
    whether it counts hours of GPUs."""
    said = {name: f"b.{name}" for name in DIMENSIONS} | label_sql() | {
        "driver": "''", "currency": f"'{currency}'", "status": "''",
        "tier": "coalesce(nullif(b.tier, ''), m.said_tier)"}  # fmt: skip
    every = ", ".join(f"{said[name]} AS {name}" for name in DIMENSIONS)
    return f"""SELECT c.base, c.tags, c.resource, {every}, m.per_unit, {GPU_HOURS} AS gpu
        FROM (SELECT DISTINCT base, tags, resource FROM sums) AS c
        JOIN bases AS b USING (base) JOIN meters AS m ON {_MATCHED}
        JOIN tag_texts AS tt ON tt.tags = c.tags JOIN tagged AS t ON t.tags = tt.text
        JOIN resources AS r ON r.resource = c.resource JOIN located AS l ON l.resource = r.text
        LEFT JOIN patterns AS p ON p.path = {PATTERN}"""


def filled(db: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Put *rows* into the table called *name*."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        db.execute(f"INSERT INTO {name} SELECT {', '.join('unnest(?)' for _ in columns)}", columns)
