"""AI requests read from staged texts: checked, labelled, priced and written as rows, a file a day.

Tables made here, in the workbench: `typed` (a view over a Parquet file: the sound rows of `raw`), `models` (told provider
and model → provider, model, whether it is served from provisioned capacity), `owners` (told team, app, key, tags → team,
app, env, key), `rates` and `counting` (USD per token, see request_prices), `repeated` (rows that the same files tell
again).
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
from finops.prices import BATCH, PRICED_IN, STANDARD_TIERS, Prices
from finops.tiers import PROVISIONED, is_provisioned
from storage.checking import Columns, bad_number, below_zero, count_of, day_problems, number, outside, status_of
from storage.ingest import request_rows as row
from storage.ingest import request_sums as sums
from storage.ingest.request_prices import fill_rates
from storage.moments import moment
from storage.quoting import literal, quoted

_STANDARD = ", ".join(f"'{tier}'" for tier in sorted(STANDARD_TIERS))
_PARTS = ("uncached_tokens", "visible_tokens")
_AT_A_TIME = 50_000
PARTITIONED = ("FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARTITION_BY (folder), OVERWRITE_OR_IGNORE true, "
               "FILENAME_PATTERN 'part-{uuid}'")  # fmt: skip
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
    """The rows of a batch as they would be kept if none were known: their files, all in one folder."""

    folder: Path
    counts: frozenset[str]
    rows: int
    repeated: int

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the files, in the order of their days."""
        return tuple(str(file) for file in sorted(self.folder.glob("*/*.parquet")))


def check(db: duckdb.DuckDBPyConnection, batch: Batch, folder: Path, currency: str) -> int:
    """Fill `typed` with the sound rows of `raw`, as a Parquet file in *folder*; how many they are. The problems of
    the others are told by `problems`."""
    have = Columns(batch)
    file = folder / "typed.parquet"
    db.execute(f"COPY ({_typed(batch, have, currency)}) TO {literal(str(file))} (FORMAT parquet, COMPRESSION snappy)")
    db.execute(f"CREATE OR REPLACE TEMP VIEW typed AS FROM read_parquet({literal(str(file))})")
    return int(db.execute("SELECT count(*) FROM typed").fetchall()[0][0])


def problems(db: duckdb.DuckDBPyConnection, batch: Batch, most: int) -> list[tuple[str, int, str]]:
    """The rows of `raw` that cannot be kept: file, row and `field|reason`; *most* of them."""
    have = Columns(batch)
    told = f"SELECT _file, _row, {_problem(batch, have)} AS problem FROM {_read(have)}"
    return db.execute(f"SELECT * FROM ({told}) WHERE problem IS NOT NULL ORDER BY 1, 2 LIMIT {most}").fetchall()


def _numbers(have: Columns) -> dict[str, str]:
    """SQL: what decides whether a row is kept: tokens, requests, money."""
    told = {name: count_of(have(name)) for name in (*row.COUNTS, *_PARTS) if have(name) != have.nothing}
    spend = {"spend": number(have("spend")), "requests": number(have("requests"), "BIGINT", 10**12)}
    return told | {name: sql for name, sql in spend.items() if have(name) != have.nothing}


def _read(have: Columns) -> str:
    numbers = "".join(f", {sql} AS read_{name}" for name, sql in _numbers(have).items())
    return f"(SELECT *, {moment('started_at')} AS read_at{numbers} FROM raw)"


def _problem(batch: Batch, have: Columns) -> str:
    """SQL: the first thing that is wrong with a row as `field|reason`, NULL if it can be kept."""
    numbers = _numbers(have)
    arms = "WHEN request_id IS NULL THEN 'request_id|is empty' " + day_problems("started_at", "read_at")
    arms += "".join(bad_number(name, have(name)) for name in numbers) + "".join(map(below_zero, numbers))
    arms += outside(batch, "started_at", "read_at::DATE")
    return f"CASE {arms} END"


def _typed(batch: Batch, have: Columns, currency: str) -> str:
    """SQL: the sound rows, typed, under their own names; labels and hashes as they were told."""
    texts = {name: f"coalesce({have(name)}, '')" for name in (*row.IDS, *row.LABELS, *row.TEXTS, "provider")}
    texts |= {"told_model": "coalesce(model, '')", "person": f"coalesce({have('user')}, '')", "env": "''"}
    hashes = {name: have(name) for name in row.HASHES}
    told = {name: f"coalesce(read_{name}, 0)" if have(name) != have.nothing else "0" for name in row.COUNTS}
    told |= _whole(have)
    small = {name: _small(have(name), kind) for name, kind in row.SMALL.items()}
    flags = {name: _flag(have(name)) for name in row.FLAGS}
    spend = "read_spend" if have("spend") != have.nothing else "NULL::DECIMAL(38,18)"
    requests = "coalesce(read_requests, 1)" if have("requests") != have.nothing else "1::BIGINT"
    known = "true" if currency == PRICED_IN else "rate IS NOT NULL"
    counted = f"({told['input_tokens']}) + ({told['output_tokens']}) > 0"
    hit = f"lower({have('cache_hit')}) IS NOT DISTINCT FROM 'true'"
    money = f"CASE WHEN NOT ({known}) OR ({spend} = 0 AND NOT ({hit}) AND {counted}) THEN NULL ELSE {spend} END"
    every = texts | hashes | told | small | flags | {
        "told": money, "requests": requests, "status": status_of(have), "tier": _tier(have)}  # fmt: skip
    named = ", ".join(f"{sql} AS {name}" for name, sql in every.items())
    rate = "NULL::DECIMAL(38,18)" if currency == PRICED_IN else "rate"
    rated = "" if currency == PRICED_IN else " LEFT JOIN exchange ON on_day = read_at::DATE"
    return f"""SELECT _file, _row, read_at AS "at", read_at::DATE AS day, {named}, {rate} AS rate, {known} AS priced
        FROM {_read(have)}{rated} WHERE ({_problem(batch, have)}) IS NULL"""


def _whole(have: Columns) -> dict[str, str]:
    """SQL: input with what was cached in it and output with reasoning, also where a source tells the parts alone."""

    def said(name: str) -> str:
        return f"coalesce(read_{name}, 0)" if have(name) != have.nothing else "0"

    inside = " + ".join(said(name) for name in ("uncached_tokens", "cached_tokens", "cache_write_tokens"))
    shown = f"{said('visible_tokens')} + {said('reasoning_tokens')}"
    return {name: f"coalesce(read_{name}, {parts})" if have(name) != have.nothing else parts
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


def counts_there(db: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The counts of tokens that any row in `typed` tells; input and output always."""
    some = ", ".join(f"coalesce(bool_or({name} > 0), false)" for name in row.COUNTS)
    told = db.execute(f"SELECT {some} FROM typed").fetchall()[0]
    always = ("input_tokens", "output_tokens")
    return frozenset(name for name, there in zip(row.COUNTS, told, strict=True) if there or name in always)


def contradictory(db: duckdb.DuckDBPyConnection) -> int:
    """How many rows tell more tokens in a part (cache, reasoning) than in the whole."""
    return int(db.execute("""SELECT count(*) FROM typed WHERE cached_tokens + cache_write_tokens > input_tokens
        OR reasoning_tokens > output_tokens OR cache_write_1h_tokens > cache_write_tokens""").fetchall()[0][0])  # fmt: skip


def label(db: duckdb.DuckDBPyConnection, household: Household) -> None:
    """Fill `models` and `owners`: the distinct texts, never their product, are read by finops.normalise."""
    owners = household.owners
    told = db.execute("SELECT DISTINCT provider, told_model FROM typed").fetchall()
    models = [(provider, model, provider_name(provider, model_name(model, owners)), model_name(model, owners),
               is_provisioned(model, owners)) for provider, model in told]  # fmt: skip
    _fill(db, "models", ("told_provider", "told_model", "provider", "model"), models, "provisioned BOOLEAN")
    also_model = ", told_model" if owners.paths else ""
    columns = ("told_team", "told_app", "told_key", "told_tags", *(("told_model",) if owners.paths else ()),
               *row.LABELS)  # fmt: skip
    _fill(db, "owners", columns, [])
    for some in _distinct(db, f"team, app, key, tags{also_model}"):
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


def price(db: duckdb.DuckDBPyConnection, household: Household, counts: frozenset[str]) -> None:
    """Fill `counting`: the rates that count for each told provider, model, tier, day and size of the input."""
    fill_rates(db, household.prices, counts)


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
        SELECT *, sum(CASE WHEN apart THEN 1 ELSE 0 END) OVER (PARTITION BY request_id, told_model ORDER BY \"at\") AS part
        FROM (SELECT _file, _row, request_id, told_model, day, "at", coalesce({gap}, false) AS apart
              FROM typed SEMI JOIN again ON hash(request_id) = h)""")  # fmt: skip
    db.execute(f"""INSERT INTO repeated SELECT _file, _row FROM same
        QUALIFY row_number() OVER (PARTITION BY {apart}, told_model, part ORDER BY {last}) > 1""")  # fmt: skip
    (count,) = db.execute("SELECT count(*) FROM repeated").fetchall()[0]
    (others,) = db.execute(f"""SELECT count(*) - count(DISTINCT ({apart})) FROM same
        ANTI JOIN repeated USING (_file, _row)""").fetchall()[0]  # fmt: skip
    return int(count), int(others)


def write(
    db: duckdb.DuckDBPyConnection, batch: Batch, household: Household, counts: frozenset[str], folder: Path
) -> Candidates:
    """Write the rows of `typed`, without those `repeated`, to *folder*, a file a day; they count until they are found
    to describe a call that is known."""
    (repeated,) = db.execute("SELECT count(*) FROM repeated").fetchall()[0]
    written = 0
    db.execute("SET partitioned_write_flush_threshold = 30000; SET preserve_insertion_order = false")
    for days in spans_of_days(db, "SELECT day, count(*) FROM typed GROUP BY 1 ORDER BY 1"):
        sql = _rows(batch, household, counts, days, repeated=repeated > 0)
        written += db.execute(f"COPY ({sql}) TO {literal(str(folder))} ({PARTITIONED})").fetchall()[0][0]
    return Candidates(folder, counts, written, int(repeated))


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


def _rows(batch: Batch, household: Household, counts: frozenset[str], days: tuple[str, str], *, repeated: bool) -> str:
    """SQL: the rows of *days* as they are kept, in the columns of `request_rows.schema`."""
    labelled = _labelled(household, days, repeated=repeated)
    parts = sums.tokens(counts)
    fits = """r.provider = c.provider AND r.told_model = c.told_model AND r.tier = c.tier AND r.day = c.day
        AND above * greatest(requests, 1) <= reach AND (below IS NULL OR below * greatest(requests, 1) > reach)"""
    rates = ", ".join(f"r.{kind} AS rate_{kind}" for kind in sums.KINDS)
    priced = f"""SELECT c.*, coalesce(r.price_list, '') AS price_list, {rates} FROM ({labelled}) c
        LEFT JOIN counting r ON priced AND {fits}"""
    keyed = {**row.key_expressions(daily=batch.daily_ids)}
    known = {
        "source": literal(batch.source), "authority": str(batch.authority), "listed": sums.listed(parts),
        "content": f"hash({', '.join(map(quoted, row.TOLD))})", **keyed, "call": f"hash({literal(batch.source)}, {keyed['own_key']}, \"at\")",
        "telling": "true", "counted": "true", "engine": "version()",
    }  # fmt: skip
    named = ", ".join(
        f"{known.get(name, quoted(name))}::{kind} AS {quoted(name)}" for name, kind in _schema(counts).items()
    )
    inner = f"SELECT *, {literal(batch.source)} AS source FROM ({priced})"
    return f"SELECT {named}, day AS folder FROM ({inner})"


def _schema(counts: frozenset[str]) -> dict[str, str]:
    return row.schema("DECIMAL(38,6)" if "fractions" in counts else "BIGINT")


def _labelled(household: Household, days: tuple[str, str], *, repeated: bool) -> str:
    """SQL: the rows of *days* with the labels that the installation gives them; ids of persons and hashes salted."""
    also = " AND o.told_model = t.told_model" if household.owners.paths else ""
    once = " ANTI JOIN repeated USING (_file, _row)" if repeated else ""
    salt = literal(hmac.new(household.secret, b"pseudonyms", sha256).hexdigest())
    person = "person" if household.named_users else (
        f"CASE WHEN person = '' THEN '' ELSE left(sha256({salt} || person), 16) END")  # fmt: skip
    hashed = ", ".join(f"CASE WHEN {name} <> '' THEN md5_number_lower({salt} || {name}) END AS {name}"
                       for name in row.HASHES)  # fmt: skip
    reach = "CASE WHEN largest_input > 0 THEN largest_input * greatest(requests, 1) ELSE input_tokens END AS reach"
    return f"""SELECT t.* REPLACE (m.provider AS provider, o.team AS team, o.app AS app, o.env AS env, o.key AS key,
            CASE WHEN m.provisioned THEN '{PROVISIONED}' ELSE t.tier END AS tier, {person} AS person, {hashed}),
            m.model AS model, {reach}
        FROM (FROM typed{once} WHERE day BETWEEN DATE '{days[0]}' AND DATE '{days[1]}') t
        JOIN models m ON m.told_provider = t.provider AND m.told_model = t.told_model
        JOIN owners o ON o.told_team = t.team AND o.told_app = t.app AND o.told_key = t.key AND o.told_tags = t.tags{also}"""
