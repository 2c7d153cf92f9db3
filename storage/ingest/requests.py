"""AI requests read from staged texts: checked, labelled, priced and written as rows, a file a day.

Tables made here, in the workbench:

* `typed`: a view over a Parquet file, the sound rows of `raw`, see typed_requests
* `asked`: told provider, told model and day of any row
* `models`: told provider and model → provider, model, whether it is served from provisioned capacity
* `owners`: told team, app, key and tags → team, app, env, key
* `rates`, `counting`: USD per token, see request_prices
* `repeated`: rows that the same files tell again
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from finops.batch import Batch
from finops.charge import Scope
from finops.normalise import Owners, Raw, labels, model_name, provider_name
from finops.prices import Prices
from finops.tiers import PROVISIONED, is_provisioned
from storage.ingest import request_rows as row
from storage.ingest import request_sums as sums
from storage.ingest.request_prices import fill_rates, fits, reach
from storage.quoting import literal, quoted

_AT_A_TIME = 50_000
MOST_ROWS = 1_000_000
"""So many rows are written and summed at a time, in whole days, so that memory stays flat."""


@dataclass(frozen=True)
class Household:
    """What an installation knows that decides what is kept of a row: whose is what, what a token costs, in which
    currency it reports, a secret for pseudonyms, and whether end users are kept as they are told."""

    owners: Owners
    prices: Prices
    currency: str
    secret: bytes
    named_users: bool = False


@dataclass(frozen=True)
class Candidates:
    """The rows of a batch as they would be kept if none were known: their files, all in one folder, the columns that
    they have, and how many there are."""

    folder: Path
    columns: frozenset[str]
    rows: int
    repeated: int

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the files, in the order of their days."""
        return tuple(str(file) for file in sorted(self.folder.glob("*/*.parquet")))


def label(db: duckdb.DuckDBPyConnection, household: Household, told_by: frozenset[str]) -> None:
    """Fill `asked`, `models` and `owners` from `typed`, which tells the columns *told_by*: the distinct texts, never
    their product, are read by finops.normalise."""
    owners = household.owners
    db.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT DISTINCT provider, told_model, day FROM typed")
    told = db.execute("SELECT DISTINCT provider, told_model FROM asked").fetchall()
    models = [(provider, model, provider_name(provider, model_name(model, owners)), model_name(model, owners),
               is_provisioned(model, owners)) for provider, model in told]  # fmt: skip
    _fill(db, "models", ("told_provider", "told_model", "provider", "model"), models, "provisioned BOOLEAN")
    also_model = ", told_model" if owners.paths else ""
    tags = "tags" if "tags" in told_by else "'' AS tags"
    columns = ("told_team", "told_app", "told_key", "told_tags", *(("told_model",) if owners.paths else ()),
               *row.LABELS)  # fmt: skip
    _fill(db, "owners", columns, [])
    for some in _distinct(db, f"team, app, key, {tags}{also_model}"):
        _fill(db, "owners", columns, [(*texts, *_owner(texts, owners)) for texts in some])


def _owner(texts: Sequence[str], owners: Owners) -> tuple[str, str, str, str]:
    """Team, app, environment and key of a request."""
    team, app, key, tags, *model = texts
    raw = Raw(model=model[0] if model else "", tags=tags, resource=key, sub_account=app, consumed_unit="tokens",
              scope=Scope.AI)  # fmt: skip
    found = labels(raw, owners)
    named = owners.teams.get(team) or team or owners.teams.get(app) or found.team
    return named, app or found.app, found.env, key or found.key


def _distinct(db: duckdb.DuckDBPyConnection, names: str) -> Iterator[list[tuple[str, ...]]]:
    db.execute(f"CREATE OR REPLACE TEMP TABLE combinations AS SELECT DISTINCT {names} FROM typed")
    (count,) = db.execute("SELECT count(*) FROM combinations").fetchall()[0]
    for first in range(0, count, _AT_A_TIME):
        some = "SELECT * FROM combinations WHERE rowid >= ? AND rowid < ?"
        yield db.execute(some, [first, first + _AT_A_TIME]).fetchall()


def _fill(
    db: duckdb.DuckDBPyConnection, name: str, texts: Sequence[str], rows: Sequence[tuple[object, ...]], more: str = ""
) -> None:
    columns = ", ".join([*(f"{text} VARCHAR" for text in texts), *([more] if more else [])])
    db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns})")
    if rows:
        lists = [list(column) for column in zip(*rows, strict=True)]
        db.execute(f"INSERT INTO {name} SELECT {', '.join('unnest(?)' for _ in lists)}", lists)


def price(db: duckdb.DuckDBPyConnection, household: Household, columns: frozenset[str]) -> None:
    """Fill `counting`: the rates that count for each told provider, model, tier, day and size of the input."""
    fill_rates(db, household.prices, columns)


def find_repeated(db: duckdb.DuckDBPyConnection, batch: Batch) -> tuple[int, int]:
    """Fill `repeated` with the rows of `typed` that a later row of the same batch replaces: how many they are, and how
    many rows share an id with another call (another model, or more than a day apart)."""
    db.execute("CREATE OR REPLACE TEMP TABLE repeated (_file VARCHAR, _row BIGINT)")
    if not batch.per_call and batch.derived:
        return 0, 0
    db.execute("CREATE OR REPLACE TEMP TABLE again AS SELECT hash(request_id) AS h FROM typed "
               "GROUP BY 1 HAVING count(*) > 1")  # fmt: skip
    if not db.execute("SELECT count(*) FROM again").fetchall()[0][0]:
        return 0, 0
    apart = "request_id, day" if batch.daily_ids else "request_id"
    gap = '"at" - lag("at") OVER (PARTITION BY request_id, told_model ORDER BY "at") > INTERVAL 1 DAY'
    last = '"at" DESC, _file DESC, _row DESC' if batch.last_wins else "_file DESC, _row DESC"
    db.execute(f"""CREATE OR REPLACE TEMP TABLE same AS
        SELECT *, sum(CASE WHEN apart THEN 1 ELSE 0 END)
            OVER (PARTITION BY request_id, told_model ORDER BY "at") AS part
        FROM (SELECT _file, _row, request_id, told_model, day, "at", coalesce({gap}, false) AS apart
              FROM typed SEMI JOIN again ON hash(request_id) = h)""")  # fmt: skip
    db.execute(f"""INSERT INTO repeated SELECT _file, _row FROM same
        QUALIFY row_number() OVER (PARTITION BY {apart}, told_model, part ORDER BY {last}) > 1""")  # fmt: skip
    (count,) = db.execute("SELECT count(*) FROM repeated").fetchall()[0]
    (others,) = db.execute(f"""SELECT count(*) - count(DISTINCT ({apart})) FROM same
        ANTI JOIN repeated USING (_file, _row)""").fetchall()[0]  # fmt: skip
    return int(count), int(others)


def write(
    db: duckdb.DuckDBPyConnection, batch: Batch, household: Household, columns: frozenset[str], folder: Path
) -> Candidates:
    """Write the rows of `typed`, without those `repeated`, to *folder*, a file a day; they count until they are found
    to describe a call that is known."""
    (repeated,) = db.execute("SELECT count(*) FROM repeated").fetchall()[0]
    written, there = 0, columns | {"env"} if _differs(db, "owners", "env <> ''") else columns
    if _differs(db, "models", "provisioned"):
        there |= {"tier"}
    if not _differs(db, "models", "told_model <> model"):
        there -= {"told_model"}
    how = partitioned(batch.source, batch.authority)
    db.execute("SET partitioned_write_flush_threshold = 30000; SET preserve_insertion_order = false")
    for days in spans_of_days(db, "SELECT day, count(*) FROM typed GROUP BY 1 ORDER BY 1"):
        sql = _rows(batch, household, there, days, repeated=repeated > 0)
        written += db.execute(f"COPY ({sql}) TO {literal(str(folder))} ({how})").fetchall()[0][0]
    return Candidates(folder, there, written, int(repeated))


def _differs(db: duckdb.DuckDBPyConnection, table: str, where: str) -> bool:
    return bool(db.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchall()[0][0])


def partitioned(source: str, authority: int) -> str:
    """How rows of *source* (several: `merged`) are written, a file for each `folder`."""
    name = row.file_name("0000-00-00", source, authority, "{uuid}").removesuffix(".parquet")
    return ("FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 5000, "
            "PARTITION_BY (folder), OVERWRITE_OR_IGNORE true, "
            f"FILENAME_PATTERN {literal(name)}")  # fmt: skip


def spans_of_days(db: duckdb.DuckDBPyConnection, counted: str) -> list[tuple[str, str]]:
    """First and last day of spans that hold MOST_ROWS rows or fewer, or one day, by what *counted* (SQL: days and their
    rows, in order) says."""
    spans: list[tuple[str, str]] = []
    size = 0
    for day, rows in db.execute(counted).fetchall():
        if spans and size + rows <= MOST_ROWS:
            spans[-1], size = (spans[-1][0], str(day)), size + rows
        else:
            spans.append((str(day), str(day)))
            size = rows
    return spans


def _rows(batch: Batch, household: Household, columns: frozenset[str], days: tuple[str, str], *, repeated: bool) -> str:
    """SQL: the rows of *days* as they are kept, in those columns of `request_rows.SCHEMA` that say anything."""
    parts = sums.tokens(columns)
    kinds = [kind for kind in sums.KINDS if parts[kind] != "0"]
    rates = ", ".join(f"r.{kind} AS rate_{kind}" for kind in kinds)
    priced = "priced AND " if "priced" in columns else ""
    told = f"""SELECT c.*, coalesce(r.price_list, '') AS price_list, {rates}
        FROM ({_labelled(household, columns, days, repeated=repeated)}) c
        LEFT JOIN counting r ON {priced}{fits(columns)}"""
    made = {"listed": sums.listed(parts), "id_key": row.KEYS["id_key"]}
    if "response_id" in columns:
        hit = "cache_hit" in columns
        made["answer_key"] = row.KEYS["answer_key"].replace(
            "coalesce(cache_hit, false)", "coalesce(cache_hit, false)" if hit else "false"
        )
    if {"trace_id", "span_id"} <= columns:
        made["span_key"] = row.KEYS["span_key"]
    some = {*row.ALWAYS, *made, *columns, *(f"rate_{kind}" for kind in kinds)}
    types = {name: f"::{kind}" for name, kind in row.SCHEMA.items() if batch.per_call or name not in row.COUNTS}
    named = ", ".join(f"{made.get(name, quoted(name))}{types.get(name, '')} AS {quoted(name)}"
                      for name in row.SCHEMA if name in some)  # fmt: skip
    return f"SELECT {named}, day AS folder FROM ({told})"


def _labelled(household: Household, columns: frozenset[str], days: tuple[str, str], *, repeated: bool) -> str:
    """SQL: the rows of *days* with the labels that the installation gives them; ids of persons and hashes salted."""
    also = " AND o.told_model = t.told_model" if household.owners.paths else ""
    tags = " AND o.told_tags = t.tags" if "tags" in columns else ""
    once = " ANTI JOIN repeated USING (_file, _row)" if repeated else ""
    salt = literal(hmac.new(household.secret, b"pseudonyms", sha256).hexdigest())
    anew = {name: f"CASE WHEN {name} <> '' THEN md5_number_lower({salt} || {name}) END"
            for name in row.HASHES if name in columns}  # fmt: skip
    if "person" in columns and not household.named_users:
        anew["person"] = f"CASE WHEN person = '' THEN '' ELSE left(sha256({salt} || person), 16) END"
    anew |= {
        "tier": f"CASE WHEN m.provisioned THEN '{PROVISIONED}' ELSE t.tier END",
        "provider": "m.provider",
        "team": "o.team",
        "app": "o.app",
        "key": "o.key",
    }
    replaced = ", ".join(f"{sql} AS {name}" for name, sql in anew.items())
    return f"""SELECT t.* REPLACE ({replaced}), m.model AS model, o.env AS env, {reach(columns)}
        FROM (FROM typed{once} WHERE day BETWEEN DATE '{days[0]}' AND DATE '{days[1]}') t
        JOIN models m ON m.told_provider = t.provider AND m.told_model = t.told_model
        JOIN owners o ON o.told_team = t.team AND o.told_app = t.app AND o.told_key = t.key{tags}{also}"""
