"""AI requests read from staged texts: checked, labelled, priced and written as rows, a file a day.

Tables made here, in the workbench:

* `typed`: a view over a Parquet file, the sound rows of `raw`
* `models`: told provider and model → provider, model, whether it is served from provisioned capacity
* `owners`: told team, app, key and tags → team, app, env, key
* `rates`, `counting`: USD per token, see request_prices
* `repeated`: rows that the same files tell again
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from finops.batch import Batch
from finops.charge import Scope
from finops.normalise import Owners, Raw, labels, model_name, provider_name
from finops.prices import BATCH, PRICED_IN, STANDARD_TIERS, Prices
from finops.tiers import PROVISIONED, is_provisioned
from storage.checking import (
    Columns,
    amount_of,
    bad_number,
    below_zero,
    count_of,
    day_problems,
    number,
    outside,
    status_of,
    whole_number,
)
from storage.ingest import request_rows as row
from storage.ingest import request_sums as sums
from storage.ingest.request_prices import fill_rates, fits, reach
from storage.moments import moment
from storage.quoting import literal, quoted

_STANDARD = ", ".join(f"'{tier}'" for tier in sorted(STANDARD_TIERS))
_PARTS = ("uncached_tokens", "visible_tokens")
_AT_A_TIME = 50_000
TYPED = "typed.parquet"
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


def check(db: duckdb.DuckDBPyConnection, batch: Batch, folder: Path, currency: str, odd: str = "false") -> int:
    """Fill `typed` with the sound rows of `raw`, as the Parquet file TYPED in *folder*; how many they are. The problems
    of the others are told by `problems`. A row that is *odd* (SQL) is not sound either."""
    have = Columns(batch)
    file = folder / TYPED
    how = "FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 5000"
    db.execute(f"COPY ({_typed(batch, have, currency, odd)}) TO {literal(str(file))} ({how})")
    told = f"FROM read_parquet({literal(str(file))})"
    rows, sound = db.execute(f"SELECT count(*), coalesce(count_if(sound), 0) {told}").fetchall()[0]
    where = "" if rows == sound else " WHERE sound"
    db.execute(f"CREATE OR REPLACE TEMP VIEW typed AS SELECT * EXCLUDE (sound) {told}{where}")
    return int(sound)


def problems(db: duckdb.DuckDBPyConnection, batch: Batch, most: int) -> list[tuple[str, int, str]]:
    """The rows of `raw` that cannot be kept: file, row and `field|reason`; *most* of them."""
    have = Columns(batch)
    told = f"SELECT _file, _row, {_problem(batch, have)} AS problem FROM {_read(batch, have)}"
    return db.execute(f"SELECT * FROM ({told}) WHERE problem IS NOT NULL ORDER BY 1, 2 LIMIT {most}").fetchall()


def _numbers(batch: Batch, have: Columns) -> dict[str, str]:
    """SQL: what decides whether a row is kept: tokens, requests, money."""
    tokens = whole_number if batch.per_call else count_of
    told = {name: tokens(have(name)) for name in (*row.COUNTS, *_PARTS)}
    told |= {"spend": amount_of(have("spend")), "requests": number(have("requests"), "BIGINT", 10**12)}
    return {name: sql for name, sql in told.items() if name in have.there}


def _read(batch: Batch, have: Columns) -> str:
    numbers = "".join(f", {sql} AS read_{name}" for name, sql in _numbers(batch, have).items())
    return f"(SELECT *, {moment('started_at')} AS read_at{numbers} FROM raw)"


def _problem(batch: Batch, have: Columns) -> str:
    """SQL: the first thing that is wrong with a row as `field|reason`, NULL if it can be kept."""
    numbers = _numbers(batch, have)
    arms = "WHEN request_id IS NULL THEN 'request_id|is empty' " + day_problems("started_at", "read_at")
    arms += "".join(bad_number(name, have(name)) for name in numbers) + "".join(map(below_zero, numbers))
    arms += outside(batch, "started_at", "read_at::DATE")
    return f"CASE {arms} END"


def _typed(batch: Batch, have: Columns, currency: str, odd: str = "false") -> str:
    """SQL: the rows, typed, under their own names, in the columns that the batch tells, and whether each is `sound`;
    labels and hashes as they were told."""
    texts = [name for name in (*row.IDS[1:], *row.TEXTS, *row.HASHES) if _called(name) in have.there]
    told = {name: f"coalesce({_called(name)}, '')" for name in ("request_id", "provider", *texts)}
    told |= {name: f"coalesce({have(name)}, '')" for name in row.LABELS if name != "env"}
    told |= {"told_model": f"coalesce({have('model')}, '')", "status": status_of(have), "tier": _tier(have)}
    told |= {name: f"coalesce(read_{name}, 0)" for name in row.COUNTS if name in have.there}
    told |= _whole(have)
    told |= {name: _small(name, kind) for name, kind in row.SMALL.items() if name in have.there}
    told |= {name: _flag(name) for name in row.FLAGS if name in have.there}
    if "requests" in have.there:
        told["requests"] = "coalesce(read_requests, 1)"
    if "spend" in have.there:
        told["told"] = _told_cost(have, told, currency)
    rated = ""
    if currency != PRICED_IN:
        told |= {"rate": "rate", "priced": "rate IS NOT NULL"}
        rated = " LEFT JOIN exchange ON on_day = read_at::DATE"
    named = ", ".join(f"{sql} AS {name}" for name, sql in told.items())
    return f"""SELECT _file, _row, read_at AS "at", read_at::DATE AS day, {named},
            ({_problem(batch, have)}) IS NULL AND NOT ({odd}) AS sound
        FROM {_read(batch, have)}{rated}"""


def _called(name: str) -> str:
    """What sources call the column of a row."""
    return "user" if name == "person" else name


def _told_cost(have: Columns, told: Mapping[str, str], currency: str) -> str:
    """SQL: the cost that the source told, NULL where it told none or one that cannot be told in *currency*: a gateway
    that knows no price says 0 of a call that used tokens."""
    used = f"({told['input_tokens']}) + ({told['output_tokens']}) > 0"
    hit = "lower(cache_hit) IS NOT DISTINCT FROM 'true'" if "cache_hit" in have.there else "false"
    unknown = "" if currency == PRICED_IN else "rate IS NULL OR "
    return f"CASE WHEN {unknown}(read_spend = 0 AND NOT ({hit}) AND {used}) THEN NULL ELSE read_spend END"


def _whole(have: Columns) -> dict[str, str]:
    """SQL: input with what was cached in it and output with reasoning, also where a source tells the parts alone."""

    def said(name: str) -> str:
        return f"coalesce(read_{name}, 0)" if name in have.there else "0"

    inside = " + ".join(said(name) for name in ("uncached_tokens", "cached_tokens", "cache_write_tokens"))
    shown = f"{said('visible_tokens')} + {said('reasoning_tokens')}"
    return {name: f"coalesce(read_{name}, {parts})" if name in have.there else f"({parts})::BIGINT"
            for name, parts in (("input_tokens", inside), ("output_tokens", shown))}  # fmt: skip


def _tier(have: Columns) -> str:
    tier = f"lower(trim(coalesce({have('tier')}, '')))"
    return (f"CASE WHEN lower({have('batch')}) IN ('true', '1') THEN '{BATCH}' WHEN {tier} IN ({_STANDARD}) THEN '' "
            f"WHEN {tier} IN ('provisioned_throughput', 'ptu') THEN '{PROVISIONED}' ELSE {tier} END")  # fmt: skip


def _small(text: str, kind: str) -> str:
    """SQL: a number of the call that is no money and no tokens; what is none is left empty."""
    largest = {"SMALLINT": 999, "INTEGER": 2 * 10**9, "FLOAT": 10**6}[kind]
    value = f"TRY_CAST({text} AS DOUBLE)"
    return f"CASE WHEN {value} BETWEEN 0 AND {largest} THEN {value} END::{kind}"


def _flag(text: str) -> str:
    return (
        f"CASE lower({text}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END"
    )


def told_columns(db: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The columns of `typed` that say anything in any row, and those that every row has."""
    kinds = {name: kind for name, kind, *_ in db.execute("DESCRIBE typed").fetchall()}
    asked = [name for name in kinds if name not in (*row.ALWAYS, "_file", "_row", "told_model")]
    some = ", ".join(["true", *(_says(name, kinds[name]) for name in asked)])
    told = db.execute(f"SELECT {some} FROM typed").fetchall()[0][1:]
    silent = {name for name, there in zip(asked, told, strict=True) if not there}
    return frozenset(name for name in kinds if name not in silent)


def _says(name: str, kind: str) -> str:
    """SQL: whether any row says more in the column *name* than its default."""
    if name == "requests":
        return "max(requests) <> 1 OR min(requests) <> 1"
    if name == "priced":
        return "NOT bool_and(priced)"
    most = {"VARCHAR": "max({}) <> ''", "BOOLEAN": "count({}) > 0"}.get(kind, "count({}) > 0")
    return f"coalesce({(most if name not in row.COUNTS else 'max({}) > 0').format(name)}, false)"


def contradictory(db: duckdb.DuckDBPyConnection) -> int:
    """How many rows tell more tokens in a part (cache, reasoning) than in the whole."""
    there = {name for name, *_ in db.execute("DESCRIBE typed").fetchall()}

    def said(name: str) -> str:
        return name if name in there else "0"

    return int(db.execute(f"""SELECT count(*) FROM typed WHERE
        {said("cached_tokens")} + {said("cache_write_tokens")} > input_tokens
        OR {said("reasoning_tokens")} > output_tokens
        OR {said("cache_write_1h_tokens")} > {said("cache_write_tokens")}""").fetchall()[0][0])  # fmt: skip


def label(db: duckdb.DuckDBPyConnection, household: Household) -> None:
    """Fill `models` and `owners`: the distinct texts, never their product, are read by finops.normalise."""
    owners = household.owners
    told = db.execute("SELECT DISTINCT provider, told_model FROM typed").fetchall()
    models = [(provider, model, provider_name(provider, model_name(model, owners)), model_name(model, owners),
               is_provisioned(model, owners)) for provider, model in told]  # fmt: skip
    _fill(db, "models", ("told_provider", "told_model", "provider", "model"), models, "provisioned BOOLEAN")
    also_model = ", told_model" if owners.paths else ""
    tags = "tags" if "tags" in told_columns(db) else "'' AS tags"
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
