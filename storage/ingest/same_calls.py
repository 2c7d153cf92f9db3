"""Which rows describe the same call, and what is kept of them: found set-wise by hashes of their ids.

A *telling* is what one source says of one call. Of a call that one source tells, the telling itself is the row that
counts. Of a call that several tell, the tellings are kept and do not count, and a merged row counts: it has the time
and labels of the telling whose source has the most authority, and where that says nothing, what the next one says.

Rules, in this order: the same source and id (same model, starts at most a day apart) is a new version of a telling;
the same provider and response id (no cache hits of a gateway), or the same trace and span id, is the same call; so is
the same id told by another source with the same model and starts less than five minutes apart. A trace alone never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from finops.batch import Batch, Change, Changes
from storage.ingest import request_rows as row
from storage.ingest.request_sums import listed, tokens
from storage.ingest.requests import partitioned, spans_of_days
from storage.quoting import literal, quoted

_ROUNDS = 40
_MINUTES = 300
_COST = "coalesce(told, listed, 0)"
_OURS = f"in_reporting(({_COST})::DECIMAL(38,18), rate)"
_FIELDS = ("day", "source", "authority", "at", "request_id", "told_model", "model", "telling", "counted",
           *row.KEYS, "call", "told", "listed", "rate")  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What a batch does to the days it touches: days to *rewrite* (all that is known of them and the new rows), days
    whose new rows are *filtered* because some are known, and days whose new rows are *added* as they are; *changes* and
    how many new rows *joined* a call that another row describes."""

    rewrite: tuple[str, ...]
    filtered: tuple[str, ...]
    added: tuple[str, ...]
    changes: Changes
    joined: int

    @property
    def days(self) -> tuple[str, ...]:
        """All days of which something is written or taken away."""
        return tuple(sorted({*self.rewrite, *self.filtered, *self.added}))


def plan(db: duckdb.DuckDBPyConnection, batch: Batch, new: Sequence[str], known: Sequence[str],
         window: tuple[str, str] | None) -> Plan:  # fmt: skip
    """What the rows in the files *new* mean beside those in the files *known*. All that the batch's source told of the
    days in *window* (both ends included) is what the new rows say, if there is one. Fills `dropped`, `members` and
    `old`, which `rewritten` and `filtered` read."""
    _tables(db, new, known)
    _closed_days(db, known)
    _own(db, batch, window)
    _crossing(db)
    if not db.execute("SELECT 1 FROM touched UNION ALL SELECT 1 FROM superseded LIMIT 1").fetchall():
        return _untouched(db)
    _members(db)
    components(db)
    merge(db)
    rewrite, filtered, plain = _days(db)
    return Plan(rewrite, filtered, plain, _changes(db), _joined(db))


def _untouched(db: duckdb.DuckDBPyConnection) -> Plan:
    """What new rows mean of which none describes a known call in another way: they are new, or known already."""
    known, fresh = _by_day(db, "dropped"), _by_day(db, "fresh")
    changes = Changes(added=_total(fresh.values()), unchanged=_total(known.values()))
    filtered = fresh.keys() & known.keys()
    return Plan((), tuple(sorted(filtered)), tuple(sorted(fresh.keys() - filtered)), changes, 0)


def _by_day(db: duckdb.DuckDBPyConnection, rows: str) -> dict[str, tuple[int, Decimal]]:
    told = db.execute(f"SELECT day::VARCHAR, count(*), sum(ours) FROM {rows} GROUP BY day").fetchall()
    return {day: (count, amount) for day, count, amount in told}


def _total(counted: Iterable[tuple[int, Decimal]]) -> Change:
    found = list(counted)
    return Change(sum(count for count, _ in found), sum((Decimal(amount) for _, amount in found), Decimal(0)))


def first(db: duckdb.DuckDBPyConnection, new: Sequence[str]) -> Plan:
    """What the rows in the files *new* mean where nothing is known and none of them can describe the same call."""
    rows = f"SELECT day::VARCHAR, count(*), sum({_OURS}) FROM ({row.read(new, _FIELDS)}) GROUP BY day ORDER BY day"
    days = db.execute(rows).fetchall() if new else []
    added = _total((count, amount) for _, count, amount in days)
    return Plan((), (), tuple(day for day, *_ in days), Changes(added=added), 0)


def _tables(db: duckdb.DuckDBPyConnection, new: Sequence[str], known: Sequence[str]) -> None:
    for name, files in (("new", new), ("known", known)):
        db.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {row.read(files)}")
        db.execute(
            f"CREATE OR REPLACE TEMP VIEW {name}_keys AS SELECT *, {_OURS} AS ours FROM ({row.read(files, _FIELDS)})"
        )
    for name in ("new", "known"):
        versions = f"SELECT *, {_OURS} AS ours, {row.content()} AS content FROM {name}"
        db.execute(f"CREATE OR REPLACE TEMP VIEW {name}_versions AS {versions}")
    for name, columns in (
        ("dropped", "file VARCHAR, place BIGINT, day DATE, ours DECIMAL(38,18)"),
        ("superseded", "file VARCHAR, place BIGINT, call UBIGINT"),
        ("touched", "file VARCHAR, place BIGINT"),
        ("calls_touched", "call UBIGINT"),
    ):
        db.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")


def _closed_days(db: duckdb.DuckDBPyConnection, known: Sequence[str]) -> None:
    """Fill `closed` with the days of which some rows are no longer kept: such a day cannot be summed again, so what is
    known of it stays as it is."""
    days = sorted({file.rpartition("/ids-")[2][:10] for file in known if "/ids-" in file})
    db.execute("CREATE OR REPLACE TEMP TABLE closed (day DATE)")
    if days:
        db.execute("INSERT INTO closed SELECT unnest(?::VARCHAR[])::DATE", [days])


def _own(db: duckdb.DuckDBPyConnection, batch: Batch, window: tuple[str, str] | None) -> None:
    """New versions of what the same source told, what it tells again, and what it no longer tells."""
    daily = " AND n.day = k.day" if batch.daily_ids else ""
    stale = 'n."at" < k."at"' if batch.last_wins else "false"
    again = f"""n.id_key = k.id_key AND n.source = k.source{daily} AND k.telling AND n.told_model = k.told_model
        AND n.request_id = k.request_id AND abs(epoch(n."at") - epoch(k."at")) <= 86400"""
    met = f"SELECT 1 FROM new_keys n JOIN known_keys k ON {again} LIMIT 1"
    versions = "new_versions n JOIN known_versions" if db.execute(met).fetchall() else "new_keys n JOIN known_keys"
    same = "n.content = k.content" if "versions" in versions else "false"
    db.execute(f"""CREATE OR REPLACE TEMP TABLE own AS
        SELECT n.file, n.place, n.day, n.ours, k.file AS known_file, k.place AS known_place, k.call,
            {same} OR {stale} OR k.day IN (FROM closed) AS same FROM {versions} k ON {again}""")
    db.execute("INSERT INTO dropped SELECT DISTINCT file, place, day, ours FROM own WHERE same")
    db.execute("INSERT INTO superseded SELECT known_file, known_place, call FROM own WHERE NOT same")
    db.execute("INSERT INTO touched SELECT DISTINCT file, place FROM own WHERE NOT same")
    if window:
        db.execute(f"""INSERT INTO superseded SELECT file, place, call FROM known_keys k
            WHERE source = {literal(batch.source)} AND telling AND day BETWEEN DATE '{window[0]}' AND DATE '{window[1]}'
            AND NOT EXISTS (FROM own o WHERE o.known_file = k.file AND o.known_place = k.place)
            AND day NOT IN (FROM closed)""")  # fmt: skip
    db.execute("INSERT INTO calls_touched SELECT DISTINCT call FROM superseded")


def _crossing(db: duckdb.DuckDBPyConnection) -> None:
    """New rows that describe a call that another row describes, among the new ones or of those known."""
    db.execute("CREATE OR REPLACE TEMP VIEW fresh AS FROM new_keys ANTI JOIN dropped USING (file, place)")
    db.execute("CREATE OR REPLACE TEMP VIEW standing AS FROM known_keys ANTI JOIN superseded USING (file, place) "
               "WHERE telling")  # fmt: skip
    buckets = f'unnest([-1, 0, 1]) + (epoch("at") // {_MINUTES})::BIGINT'
    near = f"""SELECT n.file, n.place, k.file AS known_file, k.place AS known_place, k.call, k.day
        FROM (SELECT *, {buckets} AS bucket FROM fresh) n JOIN (SELECT *, (epoch("at") // {_MINUTES})::BIGINT AS bucket
            FROM standing) k ON n.id_key = k.id_key AND n.bucket = k.bucket
        WHERE n.source <> k.source AND n.model = k.model AND n.request_id = k.request_id
            AND abs(epoch(n."at") - epoch(k."at")) < {_MINUTES}"""
    same = " UNION ALL ".join(
        f"SELECT n.file, n.place, k.file AS known_file, k.place AS known_place, k.call, k.day FROM fresh n "
        f"JOIN standing k ON n.{key} = k.{key}" for key in ("answer_key", "span_key")
    )  # fmt: skip
    db.execute(f"CREATE OR REPLACE TEMP TABLE crossing AS SELECT DISTINCT * FROM ({same} UNION ALL {near})")
    expired = "SELECT DISTINCT file, place FROM crossing WHERE day IN (FROM closed)"
    db.execute(
        f"INSERT INTO dropped SELECT file, place, day, ours FROM new_keys SEMI JOIN ({expired}) USING (file, place)"
    )
    db.execute("DELETE FROM crossing WHERE (file, place) IN (SELECT (file, place) FROM dropped)")
    db.execute("INSERT INTO touched SELECT DISTINCT file, place FROM crossing")
    db.execute("INSERT INTO calls_touched SELECT DISTINCT call FROM crossing")
    for key in ("answer_key", "span_key"):
        db.execute(f"""INSERT INTO touched SELECT file, place FROM fresh SEMI JOIN (
            SELECT {key} FROM fresh WHERE {key} IS NOT NULL GROUP BY 1 HAVING count(*) > 1) USING ({key})""")


def _members(db: duckdb.DuckDBPyConnection) -> None:
    """Fill `old` (every known row of a call that is touched) and `members` (the tellings that make up the calls anew;
    `replaces` is the call whose telling one is a new version of)."""
    db.execute("CREATE OR REPLACE TEMP TABLE old AS FROM known_keys SEMI JOIN calls_touched USING (call)")
    versions = "(SELECT file, place, min(call) AS replaces FROM own WHERE NOT same GROUP BY ALL)"
    db.execute(f"""CREATE OR REPLACE TEMP TABLE members AS
        SELECT row_number() OVER (ORDER BY authority, source, "at", request_id, is_new, file, place) AS id, * FROM (
            SELECT true AS is_new, * FROM (FROM fresh SEMI JOIN (SELECT DISTINCT * FROM touched) USING (file, place))
                LEFT JOIN {versions} USING (file, place)
            UNION ALL BY NAME
            SELECT false AS is_new, * FROM old ANTI JOIN superseded USING (file, place) WHERE telling)""")  # fmt: skip


def components(db: duckdb.DuckDBPyConnection) -> None:
    """Give each of `members` the number of its call, the lowest id among those that describe it (`call_id`), and
    whether it leads: whether it is the one whose source has the most authority."""
    buckets = f'unnest([-1, 0, 1]) + (epoch("at") // {_MINUTES})::BIGINT'
    firsts = [f"SELECT id AS one, min(id) OVER (PARTITION BY {key}) AS two FROM members WHERE {key} IS NOT NULL"
              for key in ("answer_key", "span_key")]  # fmt: skip
    near = f"""SELECT a.id, b.id FROM (SELECT *, {buckets} AS bucket FROM members) a
        JOIN (SELECT *, (epoch("at") // {_MINUTES})::BIGINT AS bucket FROM members) b
            ON a.id_key = b.id_key AND a.bucket = b.bucket
        WHERE a.source <> b.source AND a.model = b.model AND a.request_id = b.request_id
            AND abs(epoch(a."at") - epoch(b."at")) < {_MINUTES}"""
    db.execute(f"CREATE OR REPLACE TEMP TABLE links AS SELECT DISTINCT * FROM ({' UNION ALL '.join([*firsts, near])}) "
               "WHERE one <> two")  # fmt: skip
    db.execute("INSERT INTO links SELECT two, one FROM links")
    db.execute("CREATE OR REPLACE TEMP TABLE label AS SELECT id, id AS call_id FROM members")
    for _ in range(_ROUNDS):
        db.execute("""CREATE OR REPLACE TEMP TABLE relabelled AS
            SELECT l.id, least(l.call_id, coalesce(m.low, l.call_id)) AS call_id FROM label l LEFT JOIN (
                SELECT one, min(o.call_id) AS low FROM links JOIN label o ON o.id = two GROUP BY one) m
                ON m.one = l.id""")
        changed = db.execute("SELECT count(*) FROM label JOIN relabelled r USING (id) WHERE label.call_id <> r.call_id")
        moved = changed.fetchall()[0][0]
        db.execute("CREATE OR REPLACE TEMP TABLE label AS FROM relabelled")
        if not moved:
            break
    db.execute("""CREATE OR REPLACE TEMP TABLE members AS SELECT members.*, call_id, count(*) OVER w AS size,
        id = min(id) OVER w AS leads, bool_or(NOT is_new OR replaces IS NOT NULL) OVER w AS was_known,
        first_value(day) OVER (PARTITION BY call_id ORDER BY id) AS call_day,
        first_value(hash('call', source, id_key, "at")) OVER (PARTITION BY call_id ORDER BY id) AS new_call
        FROM members JOIN label USING (id) WINDOW w AS (PARTITION BY call_id)""")


def merge(db: duckdb.DuckDBPyConnection) -> None:
    """Fill `merged` with the one row of each call that several of `members` describe."""
    texts = (*row.IDS, *row.LABELS, *row.TEXTS, "status", "tier")
    leading = ("source", "authority", "day", '"at"', "provider", "told_model", "model", "requests", "priced", "rate")
    chosen = {name: f"arg_min({name}, id) FILTER ({name} <> '')" for name in texts}
    chosen |= {name: f"arg_min({name}, id)" for name in (*leading, *row.SMALL, *row.FLAGS, *row.HASHES, "told")}
    chosen |= {name: f"coalesce(arg_min({name}, id) FILTER ({name} > 0), 0)" for name in row.COUNTS}
    rates = ", ".join(f"{name} := {name}" for name in ("price_list", *row.RATES))
    chosen["request_id"] = "arg_min(request_id, id)"
    named = ", ".join(f"{sql} AS {name}" for name, sql in chosen.items())
    every = "(SELECT * FROM new UNION ALL BY NAME SELECT * FROM known)"
    db.execute(f"""CREATE OR REPLACE TEMP TABLE merged AS
        SELECT g.* EXCLUDE (prices), coalesce(prices.price_list, '') AS price_list,
            {", ".join(f"prices.{name} AS {name}" for name in row.RATES)}
        FROM (SELECT call_id, new_call AS call, was_known, bool_or(leads AND is_new) AS led_by_new, {named},
            arg_min(struct_pack({rates}), id) FILTER (price_list <> '') AS prices
        FROM (SELECT e.*, m.id, m.call_id, m.new_call, m.was_known, m.leads, m.is_new FROM {every} e
              JOIN members m USING (file, place) WHERE size > 1)
              GROUP BY call_id, new_call, was_known) g""")
    db.execute("ALTER TABLE merged ADD COLUMN listed DECIMAL(38,18)")
    db.execute(f"UPDATE merged SET listed = {listed(tokens())} WHERE price_list <> ''")
    for name in texts:
        db.execute(f"UPDATE merged SET {name} = '' WHERE {name} IS NULL")


def _rows(days: tuple[str, str], *, known: bool) -> str:
    """SQL: the rows of *days* as they are from now on; *known* with those that stay of what is known."""
    within = f"day BETWEEN DATE '{days[0]}' AND DATE '{days[1]}'"

    def like(relation: str, **said: str) -> str:
        named = ", ".join(
            f"{said.get(name, quoted(name))}::{kind} AS {quoted(name)}" for name, kind in row.SCHEMA.items()
        )
        return f"SELECT {named} FROM {relation}"

    call = 'CASE WHEN size = 1 THEN hash(r.source, r.id_key, r."at") ELSE new_call END'
    tellings = [f"(SELECT r.* REPLACE ({call} AS call, size = 1 AS counted) FROM {whose} r "
                f"JOIN members m USING (file, place) WHERE r.{within})" for whose in ("new", "known")]  # fmt: skip
    none = dict.fromkeys(row.KEYS, "NULL")
    parts = [
        like(f"(FROM new ANTI JOIN dropped USING (file, place) ANTI JOIN touched USING (file, place) WHERE {within})")
    ]
    if known:
        parts += [like(f"(FROM known ANTI JOIN old USING (file, place) WHERE {within})"), *map(like, tellings),
                  like(f"(FROM merged WHERE {within})", telling="false", counted="true", **none)]  # fmt: skip
    return " UNION ALL ".join(parts)


def write(db: duckdb.DuckDBPyConnection, found: Plan, folder: Path) -> None:
    """Write to *folder* the days that are written anew, a file a day; days that are `added` are left as they are."""
    for which, known in ((found.rewrite, True), (found.filtered, False)):
        if not which:
            continue
        listed_days = ", ".join(f"DATE '{day}'" for day in which)
        sizes = f"""SELECT day, sum(n) FROM (SELECT day, count(*) AS n FROM new_keys GROUP BY 1
            UNION ALL SELECT day, count(*) FROM known_keys GROUP BY 1)
            WHERE day IN ({listed_days}) GROUP BY 1 ORDER BY 1"""
        for days in spans_of_days(db, sizes):
            rows = f"SELECT *, day AS folder FROM ({_rows(days, known=known)}) WHERE day IN ({listed_days})"
            db.execute(f"COPY ({rows}) TO {literal(str(folder))} ({partitioned('merged', 0)})")


def _days(db: duckdb.DuckDBPyConnection) -> tuple[tuple[str, ...], ...]:
    touched = "SELECT day FROM old UNION SELECT day FROM members UNION SELECT call_day FROM members"
    rewrite = {day for (day,) in db.execute(f"SELECT DISTINCT day::VARCHAR FROM ({touched})").fetchall()}
    new = {day for (day,) in db.execute("SELECT DISTINCT day::VARCHAR FROM new_keys").fetchall()}
    some = {day for (day,) in db.execute("SELECT DISTINCT day::VARCHAR FROM dropped").fetchall()}
    left = db.execute("SELECT DISTINCT day::VARCHAR FROM fresh").fetchall() if some else []
    fresh = {day for (day,) in left} if some else new
    filtered = (some & fresh) - rewrite
    return tuple(sorted(rewrite)), tuple(sorted(filtered)), tuple(sorted(fresh - rewrite - filtered))


def _changes(db: duckdb.DuckDBPyConnection) -> Changes:
    def told(sql: str) -> Change:
        rows, amount = db.execute(sql).fetchall()[0]
        return Change(int(rows), Decimal(amount or 0))

    alone = "SELECT ours AS cost, was_known, is_new AS led_by_new, replaces FROM members WHERE size = 1"
    several = f"SELECT {_OURS} AS cost, was_known, led_by_new, NULL AS replaces FROM merged"
    calls = f"({alone} UNION ALL {several})"
    kept = "SELECT call FROM members WHERE NOT is_new UNION SELECT replaces FROM members WHERE replaces IS NOT NULL"
    return Changes(
        added=_sum(told("SELECT count(*), sum(ours) FROM fresh ANTI JOIN touched USING (file, place)"),
                   told(f"SELECT count(*), sum(cost) FROM {calls} WHERE NOT was_known")),
        replaced=told(f"SELECT count(*), sum(cost) FROM {calls} WHERE was_known"),
        previous=told(f"SELECT count(*), sum(ours) FROM old WHERE counted AND call IN ({kept})"),
        unchanged=told("SELECT count(*), sum(ours) FROM dropped"),
        removed=told(f"SELECT count(*), sum(ours) FROM old WHERE counted AND call NOT IN ({kept})"),
    )  # fmt: skip


def _joined(db: duckdb.DuckDBPyConnection) -> int:
    """How many new rows describe a call that another row describes."""
    return int(db.execute("""SELECT coalesce(sum(n - greatest(versions, (NOT was_known)::INTEGER)), 0) FROM (
        SELECT call_id, was_known, count(*) FILTER (is_new) AS n, count(replaces) AS versions FROM members
        WHERE size > 1 GROUP BY ALL)""").fetchall()[0][0])  # fmt: skip


def _sum(one: Change, other: Change) -> Change:
    return Change(one.rows + other.rows, one.amount + other.amount)
