"""Charges: checked and summed in one pass over the staged rows; a row is looked at by itself only if one is bad."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import duckdb

from finops.batch import Batch
from finops.exchange import Exchange
from finops.normalise import Owners
from storage import checking
from storage.exchanging import exchange_table
from storage.ingest import charge_labels
from storage.moments import moment
from storage.parts import AS_WRITTEN
from storage.quoting import literal, quoted

_TIME = r"^(\d{4}-\d\d-\d\d)[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|\+00(?::?00)?)?$"
"""How nearly every export writes a time in UTC: what follows the date does not matter."""
_TEXTS = ("provider", "account", "sub_account", "service", "category", "charge_category", "charge_class", "scope",
          "sku", "sku_meter", "sku_details", "description", "model", "token_type", "price_list", "tier", "commitment",
          "consumed_unit", "pricing_currency", "currency", "told_provider", "told_account", "told_service",
          "told_category", "told_charge_category")  # fmt: skip
"""All texts of a row but its dates, tags and resource."""
_KEYS = ("day_start", "billed_from", "base", "fits")

Digest = Callable[[Sequence[str]], str]


def quick(columns: Sequence[str]) -> str:
    """SQL: a number of 64 bits for the texts in *columns*; two that differ hardly ever have the same."""
    return f"hash({', '.join(columns)})"


def sure(columns: Sequence[str]) -> str:
    """SQL: a number of 128 bits for the texts in *columns*."""
    return f"md5_number(json_array({', '.join(columns)})::VARCHAR)"


@dataclass(frozen=True)
class Charges:
    """The charges of *batch* in the view `staged` of *db*, told in *currency* or in what *exchange* can convert;
    *there* are our columns that its files have. *digests* number texts, the next one where two had the same number."""

    db: duckdb.DuckDBPyConnection
    batch: Batch
    there: AbstractSet[str]
    owners: Owners
    currency: str
    exchange: Exchange | None = None
    digests: tuple[Digest, ...] = (quick, sure)

    def checked(self, most: int) -> list[tuple[str, int, str]]:
        """Check and sum all rows: the places of those that are bad (*most* at most) with the problem of each. `sums`
        has the others by `day`, the month they are billed in if it is `late`, and what they say: `base`, `tags` and
        `resource` are numbers of texts in `bases`, `tag_texts` and `resources`."""
        digest = self._numbered()
        charge_labels.label_meters(self.db, self.owners)
        self._resources(digest)
        self._group(digest)
        self._judge()
        (bad,) = self.db.execute("SELECT count(*) FROM bad").fetchall()[0]
        return self._bad(digest, most) if bad else []

    def rows(self) -> int:
        """How many rows are good."""
        return int(self.db.execute("SELECT coalesce(sum(rows), 0)::BIGINT FROM sums").fetchall()[0][0])

    def label(self) -> None:
        """Fill `labelled`: the dimensions of each combination of `base`, `tags` and `resource` in `sums`."""
        charge_labels.label_tags(self.db, self.owners, "SELECT DISTINCT text FROM tag_texts")
        charge_labels.label_resources(self.db, self.owners, "SELECT DISTINCT text FROM resources")
        self.db.execute(f"CREATE TEMP TABLE labelled AS {charge_labels.labelled(self.currency)}")

    def _has(self, name: str) -> bool:
        return name in self.there or name in self.batch.constants

    def _column(self, name: str) -> str:
        return quoted(name) if self._has(name) else "NULL::VARCHAR"

    def _texts(self) -> list[str]:
        return [quoted(name) for name in _TEXTS if self._has(name)]

    def _numbered(self) -> Digest:
        """Fill `bases` and `tag_texts`; what numbers their texts."""
        texts = self._texts()
        for digest in self.digests:
            told = f"SELECT DISTINCT {digest(texts)} AS base, {', '.join(texts)} FROM staged"
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE told AS {told}")
            tags = f"{self._tags(digest)} AS tags, coalesce({self._column('tags')}, '') AS text"
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE tag_texts AS SELECT DISTINCT {tags} FROM staged")
            if self._unique("told", "base") and self._unique("tag_texts", "tags"):
                break
        have = checking.Columns(self.batch)
        texts_of = {
            name: text for name, text in checking.charge_texts(have).items() if name not in ("tags", "resource")
        }
        every = ", ".join(f"{text} AS {name}" for name, text in texts_of.items())
        unfit = checking.unfit_texts(self.currency, exchanges=self.exchange is not None)
        self.db.execute(f"CREATE TEMP TABLE bases AS SELECT base, {every}, coalesce(upper(currency), '') AS "
                        f"original_currency, {unfit} AS unfit FROM (SELECT *, {self._absent()} FROM told)")  # fmt: skip
        return digest

    def _absent(self) -> str:
        """SQL: the columns that are read of `told` without being there."""
        names = {*self.batch.columns, *self.batch.constants} & {*_TEXTS}
        missing = ["day_start", "tags", "resource", *sorted(name for name in names if not self._has(name))]
        return ", ".join(f"NULL::VARCHAR AS {quoted(name)}" for name in missing)

    def _tags(self, digest: Digest) -> str:
        return digest(["tags"]) if self._has("tags") else "0"

    def _unique(self, table: str, number: str) -> bool:
        return bool(self.db.execute(f"SELECT count(*) = count(DISTINCT {number}) FROM {table}").fetchall()[0][0])

    def _resources(self, digest: Digest) -> None:
        """Fill `resources`: their names, where they decide a label."""
        number = self._resource(digest)
        rows = f"(SELECT {digest(self._texts())} AS base, {self._column('resource')} AS resource FROM staged)"
        text = f"CASE WHEN {number} = 0 THEN '' ELSE coalesce(resource, '') END AS text"
        self.db.execute(f"CREATE TEMP TABLE resources AS SELECT DISTINCT {number} AS resource, {text} FROM {rows}")

    def _resource(self, digest: Digest) -> str:
        """SQL: the number of the resource of a row that has a `base`; 0 where it decides nothing."""
        if not self._has("resource"):
            return "0"
        number = digest(["resource"])
        if charge_labels.ruled(self.owners):
            return number
        return f"CASE WHEN base IN (SELECT base FROM ({charge_labels.AI_BASES})) THEN {number} ELSE 0 END"

    def _group(self, digest: Digest) -> None:
        """Fill `grouped` with the sums of all rows by their dates as texts, the numbers of their other texts, and
        whether they fit. Rows whose numbers are not all plain are read a second time, with an eye on their texts."""
        self.db.execute(f"CREATE TEMP TABLE grouped AS {self._grouped(digest, self._plain(), 'plain', self._written)}")
        if self.db.execute("SELECT count(*) FROM grouped WHERE NOT plain").fetchall()[0][0]:
            self.db.execute("DELETE FROM grouped WHERE NOT plain")
            odd = self._looked_at(f"(FROM ({self._plain()}) WHERE NOT plain)")
            self.db.execute(f"INSERT INTO grouped BY NAME {self._grouped(digest, odd, 'true', quoted)}")

    def _grouped(self, digest: Digest, rows: str, plain: str, text: Callable[[str], str]) -> str:
        dates = f"{self._date('day_start')} AS day_start, {self._date('billed_from')} AS billed_from"
        keyed = f"SELECT *, {digest(self._texts())} AS base FROM ({rows})"
        row = f"{dates}, base, {self._tags(digest)} AS tags, {self._resource(digest)} AS resource"
        reads = ", ".join(f"read_{name}" for name in self._numbers())
        correction = f"coalesce({self._column('charge_class')}, '') = 'Correction' AS correction"
        each = f"SELECT {row}, {self._fits(text)} AS fits, {reads}, {correction}, {plain} AS plain FROM ({keyed})"
        return (f"SELECT {', '.join(_KEYS)}, tags, resource, plain, {self._sums()}, count(*) AS rows FROM ({each}) "
                "GROUP BY ALL HAVING count(*) > 0")  # fmt: skip

    def _numbers(self) -> list[str]:
        return [name for name in checking.CHARGE_NUMBERS if self._has(name)]

    def _plain(self) -> str:
        """SQL: the rows of `staged` with their numbers as `read_…`, and whether those are `plain`: there, or nothing at
        all. DuckDB reads `1_000`, too, and blanks around a number; they are not plain."""
        reads = ", ".join(f"TRY_CAST({self._written(name)} AS {checking.charge_bounds(name)[0]}) AS read_{name}"
                          for name in self._numbers())  # fmt: skip
        plain = " AND ".join(map(self._is_plain, self._numbers())) or "true"
        return f"SELECT *, {plain} AS plain FROM (SELECT *, {reads} FROM staged)"

    def _is_plain(self, name: str) -> str:
        text, (_, largest) = self._written(name), checking.charge_bounds(name)
        return (f"(CASE WHEN read_{name} BETWEEN -{largest} AND {largest} THEN {text} >= '!' AND {text}[-1] > ' ' "
                f"AND NOT contains({text}, '_') ELSE {text} IS NULL END)")  # fmt: skip

    def _looked_at(self, rows: str) -> str:
        """SQL: *rows* of `staged` with the numbers that their texts write, as `read_…`."""
        reads = ", ".join(f"{checking.charge_number(name, quoted(name))} AS read_{name}" for name in self._numbers())
        without = ", ".join(f"read_{name}" for name in self._numbers())
        return f"SELECT * EXCLUDE ({without}), {reads} FROM {rows}"

    def _written(self, name: str) -> str:
        return f"{AS_WRITTEN}{name}" if name in self.batch.columns else quoted(name)

    def _fits(self, text: Callable[[str], str]) -> str:
        """SQL: whether the numbers of a row can be kept, each of which a *text* writes."""
        have = checking.Columns(self.batch)
        there = [f"read_{name} IS NOT NULL" if self._has(name) else "false" for name in checking.NEEDED]
        there += [f"(read_{name} IS NOT NULL OR {text(name)} IS NULL)"
                  for name in self._numbers() if name not in checking.NEEDED]  # fmt: skip
        if self._has("tokens"):
            there.append(f"NOT coalesce({checking.negative(have)}, false)")
        if self._has("consumed_quantity") and self._has("consumed_unit"):
            there.append(f"NOT coalesce({checking.too_many(have)}, false)")
        return f"({' AND '.join(there)})"

    def _date(self, name: str) -> str:
        """SQL: the text of a date, without what of its time does not matter."""
        text = self._column(name)
        if not self._has(name):
            return text
        written = self._written(name)
        return f"coalesce(nullif(regexp_extract({written}, {literal(_TIME)}, 1), ''), {text})"

    def _sums(self) -> str:
        cost, tokens = "read_effective_cost", "read_tokens" if self._has("tokens") else "NULL"
        listed = f"coalesce(read_list_cost, {cost})" if self._has("list_cost") else cost
        untold = "read_token_cost IS NULL" if self._has("token_cost") else "true"
        quantity, counted = "0", "0"
        if self._has("consumed_quantity"):
            quantity = "coalesce(read_consumed_quantity, 0)"
            counted = f"CASE WHEN correction THEN {quantity} ELSE greatest({quantity}, 0) END"
        only = f"{untold} AND {tokens} IS NULL AND {counted} <> 0"
        sums = {"cost": f"sum({cost})", "billed_cost": "sum(read_billed_cost)", "list_cost": f"sum({listed})",
                "quantity": _summed(quantity),
                "told_token_cost": "sum(read_token_cost)" if self._has("token_cost") else "0",
                "told_tokens": f"sum({tokens})" if self._has("tokens") else "0",
                "cost_of_tokens": f"sum({cost}) FILTER ({untold} AND {tokens} <> 0)" if self._has("tokens") else "0",
                "counted": _summed(counted, f"{tokens} IS NULL"),
                "cost_of_counted": _summed(cost, only, counted)}  # fmt: skip
        return ", ".join(f"{each} AS {name}" for name, each in sums.items())

    def _judge(self) -> None:
        """Fill `bad` with the groups that hold rows that cannot be kept, and `sums` with the others."""
        unfit = checking.unfit_dates(self.batch)
        have = checking.Columns(self.batch)
        self.db.execute(
            f"CREATE TEMP TABLE dates AS SELECT day_start, billed_from, ({moment('day_start')})::DATE AS day, "
            f"{checking.late(have) if self._has('billed_from') else literal('')} AS late, {unfit} AS unfit "
            "FROM (SELECT DISTINCT day_start, billed_from FROM grouped)"
        )
        dated = ("grouped AS g JOIN dates AS d ON d.day_start IS NOT DISTINCT FROM g.day_start "
                 "AND d.billed_from IS NOT DISTINCT FROM g.billed_from JOIN bases AS b USING (base)")  # fmt: skip
        exchange_table(self.db, f"SELECT DISTINCT original_currency AS sold, day FROM {dated} "
                       f"WHERE original_currency <> '{self.currency}'", self.currency, self.exchange)  # fmt: skip
        rated = " LEFT JOIN exchange AS e ON e.sold = b.original_currency AND e.on_day = d.day"
        lacking = f"(b.original_currency <> '{self.currency}' AND e.rate IS NULL)" if self.exchange else "false"
        fit = f"g.fits AND NOT (d.unfit OR b.unfit OR {lacking})"
        every = f"{dated}{rated if self.exchange else ''}"
        keys = ", ".join(f"g.{key}" for key in _KEYS)
        self.db.execute(f"CREATE TEMP TABLE bad AS SELECT DISTINCT {keys} FROM {every} WHERE NOT ({fit})")
        self.db.execute(f"CREATE TEMP TABLE sums AS SELECT d.day, d.late, g.* EXCLUDE (day_start, billed_from, fits) "
                        f"FROM {every} WHERE {fit}")  # fmt: skip

    def _bad(self, digest: Digest, most: int) -> list[tuple[str, int, str]]:
        """The rows of the groups that are `bad`, each with its problem."""
        keyed = f"SELECT *, {digest(self._texts())} AS base FROM ({self._looked_at(f'({self._plain()})')})"
        row = f"{self._date('day_start')} AS _day_start, {self._date('billed_from')} AS _billed"
        fits, names = f"{self._fits(quoted)} AS fits", ", ".join(("_file", "_row", *map(quoted, self._columns())))
        same = ("r.base = bad.base AND r.fits = bad.fits AND r._day_start IS NOT DISTINCT FROM bad.day_start "
                "AND r._billed IS NOT DISTINCT FROM bad.billed_from")  # fmt: skip
        every = f"SELECT *, {row}, {fits} FROM ({keyed})"
        self.db.execute(f"CREATE TEMP TABLE bad_rows AS SELECT {names} FROM ({every}) AS r SEMI JOIN bad ON {same}")
        told = checking.typed(self.batch, self.currency, exchanges=self.exchange is not None, rows="bad_rows")
        return self.db.execute(f"SELECT DISTINCT _file, _row, _problem FROM ({told}) WHERE _problem IS NOT NULL "
                               f"ORDER BY 1, 2 LIMIT {most}").fetchall()  # fmt: skip

    def _columns(self) -> Iterable[str]:
        return dict.fromkeys((*self.batch.columns, *self.batch.constants))


def _summed(what: str, where: str = "true", needs: str = "1") -> str:
    """SQL: the sum of *what*, 0 without a pass over rows where nothing (or nothing that it *needs*) can be told."""
    if "0" in (what, needs):
        return "0"
    return f"sum({what}) FILTER ({where})" if where != "true" else f"sum({what})"
