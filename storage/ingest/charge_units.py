"""Units of charges: a day of a feed and a sub-account. What an export replaces, keeps and changes, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from finops.batch import Batch, Change, Changes
from finops.errors import BadFile
from finops.money import Money
from finops.period import Period
from storage.ingest.charge_facts import AMOUNTS, COLUMNS, PRINT, kind
from storage.quoting import literal
from storage.rollup import DIMENSIONS, LATE, later
from storage.tables import FactFile

_SHOWN = 3
_UNIT = "feed, day, sub_account"
_FORM = f"{_UNIT}, service, category, charge_category, charge_class, original_currency"
_PAID = ("original_cost", "original_billed_cost")
_SAME = " AND ".join(f"n.{name} = o.{name}" for name in AMOUNTS)


@dataclass(frozen=True)
class Units:
    """The rows of *batch* in the view `fresh` of *db* beside the facts in *folder*, in *currency*."""

    db: duckdb.DuckDBPyConnection
    batch: Batch
    folder: Path
    currency: str

    @property
    def carries(self) -> bool:
        """Whether other rows of the same days may stay."""
        return (self.by_unit or self.batch.add) and not self.batch.replace

    @property
    def by_unit(self) -> bool:
        """Whether the batch speaks of units; one that covers a period speaks of all of it."""
        return self.batch.by_unit and self.batch.covers is None

    def replacing(self, days: Sequence[tuple[str, date]]) -> Batch:
        """The batch as the manifest is to be switched for *days*: only what these name, or (replace) all of the source
        from the first to the last."""
        if self.batch.replace and days:
            period = Period(min(day for _, day in days), max(day for _, day in days) + timedelta(days=1))
            return replace(self.batch, covers=period, by_billing=False, apart=False, whole=False)
        return replace(self.batch, apart=True) if self.carries else self.batch

    def days(self) -> list[tuple[str, date]]:
        """The feeds and days that have new rows."""
        return self.db.execute("SELECT DISTINCT feed, day FROM fresh ORDER BY ALL").fetchall()

    def roll(self, old: Sequence[FactFile]) -> str:
        """Make `rolled`, the facts to be kept: the new rows, and those of *old* files that stay beside them; how they
        are ordered."""
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE units AS SELECT DISTINCT {_UNIT} FROM fresh")
        stays = f"FROM ({self._stored(old)})"
        if old and self.carries and not self.batch.add:
            stays += f" ANTI JOIN units USING ({_UNIT})"
        if not old or not self.carries or not self.db.execute(f"SELECT count(*) {stays}").fetchall()[0][0]:
            self.db.execute("CREATE OR REPLACE TEMP VIEW rolled AS FROM fresh")
            return "feed, day, code"
        columns = ", ".join(COLUMNS)
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE staying AS SELECT {columns}, {PRINT} AS print {stays}")
        sums = ", ".join(f"sum({name})::{kind(name)} AS {name}" for name in AMOUNTS)
        keys = ", ".join(("feed", "day", *DIMENSIONS, "print"))
        both = f"SELECT {columns}, print FROM fresh UNION ALL FROM staying"
        self.db.execute(
            f"CREATE OR REPLACE TEMP TABLE rolled_with AS SELECT {keys}, {sums} FROM ({both}) GROUP BY {keys}"
        )
        self.db.execute("CREATE OR REPLACE TEMP VIEW rolled AS FROM rolled_with")
        return ", ".join(("feed", "day", *DIMENSIONS))

    def compare(self, old: Sequence[FactFile], same: Sequence[tuple[str, date]]) -> tuple[Changes, list[str]]:
        """What the new rows change of what *old* files hold, and what is to be said of it; the days that are the *same*
        by their fingerprints are not looked into. BadFile if rows would get lost that nobody wants to lose."""
        self.db.execute("CREATE OR REPLACE TEMP TABLE same_days (feed VARCHAR, day DATE)")
        if same:
            self.db.execute(
                "INSERT INTO same_days SELECT unnest(?), unnest(?)", [list(each) for each in zip(*same, strict=True)]
            )
        if self.batch.add:
            return Changes(added=self._change("SELECT rows, cost FROM fresh")), []
        again = self._change("SELECT rows, cost FROM fresh SEMI JOIN same_days USING (feed, day)")
        changed = [each for each in old if (each.feed, each.day) not in {*same}]
        if not changed:
            return Changes(
                added=self._change("SELECT rows, cost FROM fresh ANTI JOIN same_days USING (feed, day)"),
                unchanged=again,
            ), []
        self._groups(changed)
        if self.by_unit and not self.batch.replace:
            self._refuse()
        amounts = {
            "added": self._side("new", "added"),
            "replaced": self._side("new", "changed", "moved in"),
            "previous": self._side("old", "changed", "moved out"),
            "unchanged": self._side("new", "same"),
            "removed": self._side("old", "removed"),
        }
        unchanged = Change(amounts["unchanged"].rows + again.rows, amounts["unchanged"].amount + again.amount)
        notes = self._removed() if self.by_unit or self.batch.replace else []
        return Changes(**(amounts | {"unchanged": unchanged})), notes

    def untouched(self, others: Sequence[FactFile]) -> list[str]:
        """What is to be said of the days in *others* of the same units and months that the export does not hold."""
        if not others or not self.carries or self.batch.add:
            return []
        rows = self.db.execute(f"""
            SELECT u.feed, u.sub_account, date_trunc('month', o.day)::DATE AS month, count(DISTINCT o.day) AS days
            FROM ({self._stored(others, "feed, day, sub_account")}) AS o
            JOIN (SELECT DISTINCT feed, sub_account, date_trunc('month', day) AS month FROM units) AS u
            ON u.feed = o.feed AND u.sub_account = o.sub_account AND u.month = date_trunc('month', o.day)
            GROUP BY ALL ORDER BY ALL""").fetchall()  # fmt: skip
        told = [f"{days} other {'day' if days == 1 else 'days'} of {month:%B %Y} of {_account(feed, sub)} "
                f"{'stays as it was' if days == 1 else 'stay as they were'}."
                for feed, sub, month, days in rows[:_SHOWN]]  # fmt: skip
        more = len(rows) - _SHOWN
        return [*told, *([f"So do days of {more} more accounts or months."] if more > 0 else [])]

    def _stored(self, files: Sequence[FactFile], columns: str = "*") -> str:
        """SQL: the facts of the days of feeds that *files* stand for."""
        if not files:
            return f"SELECT {', '.join(COLUMNS)} FROM fresh WHERE false"
        names = ", ".join(literal(str(self.folder / name)) for name in sorted({each.file for each in files}))
        self.db.execute("CREATE OR REPLACE TEMP TABLE standing AS SELECT unnest(?::VARCHAR[]) AS file, "
                        "unnest(?::VARCHAR[]) AS feed, unnest(?::DATE[]) AS day",
                        [[str(self.folder / each.file) for each in files], [each.feed for each in files],
                         [each.day for each in files]])  # fmt: skip
        told = f"SELECT * FROM read_parquet([{names}], filename = 'file', union_by_name = true)"
        return f"SELECT {columns} FROM ({later(told)}) SEMI JOIN standing USING (file, feed, day)"

    def _change(self, rows: str) -> Change:
        found = self.db.execute(f"SELECT coalesce(sum(rows), 0)::BIGINT, coalesce(sum(amount), 0) "
                                f"FROM ({rows}) AS found(rows, amount)").fetchall()[0]  # fmt: skip
        return Change(found[0], Decimal(found[1]))

    def _side(self, side: str, *how: str) -> Change:
        """The rows and cost of the *side* (old or new) of groups that are changed like this."""
        listed = ", ".join(map(literal, how))
        return self._change(f"SELECT {side}_rows, {side}_cost FROM groups WHERE how IN ({listed})")

    def _groups(self, changed: Sequence[FactFile]) -> None:
        """Fill `groups`: each group of charges that is old or new on the days that *changed*, and *how* it is now: the
        same, changed, added or removed, or (moved) there in another form: the same amounts below another label, or
        split otherwise so that the sums are the same."""
        unit = f" SEMI JOIN units USING ({_UNIT})" if self.carries else ""
        columns = ", ".join(COLUMNS)
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE before AS SELECT {columns}, {PRINT} AS print "
                        f"FROM ({self._stored(changed)}){unit}")  # fmt: skip
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE after AS SELECT {columns}, print FROM fresh "
                        "ANTI JOIN same_days USING (feed, day)")  # fmt: skip
        told = ", ".join(f"coalesce(n.{key}, o.{key}) AS {key}" for key in (*_FORM.split(", ")[2:],))
        sides = ", ".join(f"coalesce({side}.{name}, 0) AS {called}_{name}"
                          for side, called in (("o", "old"), ("n", "new"))
                          for name in ("rows", "cost", "billed_cost", *_PAID))  # fmt: skip
        how = (f"CASE WHEN o.rows IS NULL THEN 'added' WHEN n.rows IS NULL THEN 'removed' WHEN {_SAME} THEN 'same' "
               "ELSE 'changed' END")  # fmt: skip
        every = f"SELECT feed, day, print, {told}, {sides}, {how} AS how"
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE joined AS {every} "
                        "FROM after AS n FULL JOIN before AS o USING (feed, day, print)")  # fmt: skip
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE groups AS {_groups()}")

    def _refuse(self) -> None:
        """BadFile if a group that cost something is in no form among the new rows, or more than half of it is gone."""
        gone = """how = 'removed' AND (old_cost <> 0 OR old_billed_cost <> 0)
            OR how = 'changed' AND NOT alike AND new_rows * 2 < old_rows AND abs(new_cost) * 2 < abs(old_cost)"""
        where = "feed, sub_account, day, service"
        lost = self.db.execute(
            f"SELECT {where}, sum(old_cost - new_cost) AS amount FROM groups WHERE {gone} GROUP BY {where} "
            f"ORDER BY abs(amount) DESC, {where}"
        ).fetchall()
        if not lost:
            return
        feed, sub, day, service, amount = lost[0]
        rest = sum((each[-1] for each in lost[1:]), Decimal(0))
        more = f" and {self._money(rest)} more in {len(lost) - 1} other places" if len(lost) > 1 else ""
        files = ", ".join(file.name for file in self.batch.files[:_SHOWN])
        raise BadFile(
            f"{files}: an earlier import knows {self._money(amount)} of {service or 'an unnamed service'} on {day} of "
            f"{_account(feed, sub)}{more} that this export does not hold. Nothing was kept. If the export is complete "
            "for its days, import it with --replace; if it holds other charges of the same days, with --add."
        )

    def _removed(self) -> list[str]:
        """What disappeared, the largest amounts first."""
        rows = self.db.execute("""
            SELECT day, service, sum(old_rows)::BIGINT, sum(old_cost) FROM groups WHERE how = 'removed'
            GROUP BY day, service ORDER BY abs(sum(old_cost)) DESC, day, service""").fetchall()  # fmt: skip
        told = [f"Removed: {count} {'row' if count == 1 else 'rows'} of {service or 'an unnamed service'} on {day}, "
                f"{self._money(amount)}." for day, service, count, amount in rows[:_SHOWN]]  # fmt: skip
        rest = rows[_SHOWN:]
        if rest:
            told.append(f"Removed: {sum(each[2] for each in rest)} more rows on other days or of other services, "
                        f"{self._money(sum((each[3] for each in rest), Decimal(0)))}.")  # fmt: skip
        return told

    def _money(self, amount: Decimal) -> str:
        return Money(amount, self.currency).cents


def _groups() -> str:
    """SQL: the rows of `joined`. What was removed is `moved out` and what was added `moved in` where the amounts are
    there in another form: the same ones below other labels, or the same sums of a unit or a service in it."""
    paid = ", ".join(f"CASE how WHEN 'removed' THEN old_{name} ELSE new_{name} END" for name in _PAID)
    alike = " AND ".join(f"sum(old_{name}) OVER {{0}} = sum(new_{name}) OVER {{0}}" for name in _PAID)
    gone = "count_if(how = 'removed') OVER {0} > 0"
    sides = f"PARTITION BY {_UNIT}, how IN ('added', 'removed'), {paid}"
    return f"""
        SELECT * REPLACE (CASE WHEN how = 'removed' AND (pair OR unit_alike OR form_alike) THEN 'moved out'
            WHEN how = 'added' AND (pair OR unit_alike AND unit_gone OR form_alike AND form_gone) THEN 'moved in'
            ELSE how END AS how), unit_alike OR form_alike AS alike
        FROM (SELECT *, count(*) OVER ({sides}, place) = 2 AS pair, {alike.format("unit")} AS unit_alike,
                {alike.format("form")} AS form_alike, {gone.format("unit")} AS unit_gone,
                {gone.format("form")} AS form_gone
            FROM (SELECT *, row_number() OVER ({sides}, how ORDER BY print) AS place FROM joined)
            WINDOW unit AS (PARTITION BY {_UNIT}), form AS (PARTITION BY {_FORM}))"""


def _account(feed: str, sub: str) -> str:
    """What people call a unit."""
    named = feed.partition("/")[2].partition(LATE)[0].replace("/", " ") or feed
    return f"{named}, sub-account {sub}" if sub else named
