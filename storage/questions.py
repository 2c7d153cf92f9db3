"""Questions as Ibis expressions over the table `facts`: sums only, so that any engine can answer them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import ibis
from ibis import ir
from ibis.expr import datatypes as dt
from ibis.expr.operations import Field, Relation

from finops.question import WEEKDAYS, Dimension, Filter, Grain, Measure, Question
from storage.rollup import COUNTS, DIMENSIONS, MONEY

_LAYOUT = {
    "file": dt.string,
    "feed": dt.string,
    "day": dt.date,
    **dict.fromkeys(DIMENSIONS, dt.string),
    **{name: dt.Decimal(38, 18) for name in MONEY},
    **{name: dt.Decimal(38, 6) for name in COUNTS},
    "requests": dt.int64,
    "rows": dt.int64,
}
_GRAINS = {Grain.WEEK: "W", Grain.MONTH: "M"}
NOBODY = "\x00"


def facts(hourly: bool = False) -> ir.Table:
    """The table of facts, unbound; *hourly* with the hour and the weekday that it was in the zone of who asks."""
    clock = {"local_hour": dt.string, "local_weekday": dt.string} if hourly else {}
    return ibis.table(ibis.schema(_LAYOUT | clock), name="facts")


def summed(asked: Question, measures: Sequence[Measure], teams: tuple[str, ...] = ()) -> ir.Table:
    """The sums of *measures* by the question's dimensions and grain, for *teams* only if any are named. Whoever answers
    it binds `facts` to the days that are asked about: without them it is put into words once for all periods."""
    return _summed(asked.by, asked.where, asked.grain, tuple(measures), teams, hourly=asked.hourly)


@lru_cache(maxsize=1024)
def _summed(
    by: tuple[Dimension, ...],
    where: tuple[Filter, ...],
    grain: Grain | None,
    measures: tuple[Measure, ...],
    teams: tuple[str, ...],
    *,
    hourly: bool,
) -> ir.Table:
    rows = _kept(where, teams, hourly=hourly)
    keys = {str(each): _column(rows, each) for each in by}
    if grain:
        keys["at"] = rows.day.truncate(_GRAINS[grain]) if grain in _GRAINS else rows.day
    sums = {str(measure): _sum(rows, measure) for measure in measures}
    return rows.group_by(**keys).aggregate(**sums) if keys else rows.aggregate(**sums)


def _column(rows: ir.Table, dimension: Dimension) -> ir.StringColumn:
    """What *rows* say of *dimension*; which weekday it was is told by their day (UTC), unless hours are
    asked for, too."""
    if f"local_{dimension}" in rows.columns:
        return rows[f"local_{dimension}"]
    if dimension is Dimension.WEEKDAY:
        return rows.day.day_of_week.index().cases(*enumerate(WEEKDAYS), else_="")
    return rows[str(dimension)]


def _sum(rows: ir.Table, measure: Measure) -> ir.Column:
    if measure is Measure.OWNED_COST:
        return ibis.ifelse(rows.team != "", rows.cost, ibis.literal(0, dt.Decimal(38, 18))).sum()
    return rows[str(measure)].sum()


def worded(sums: ir.Table, measure: Measure) -> ir.Table:
    """*sums* with *measure* as text, to the last digit."""
    return sums.mutate(**{str(measure): sums[str(measure)].cast("string")})


@lru_cache(maxsize=1024)
def told_on(where: tuple[Filter, ...], teams: tuple[str, ...], *, hourly: bool) -> ir.Table:
    """The providers and days of which anything is told that passes *where*."""
    return _kept(where, teams, hourly=hourly).select("provider", "day").distinct()


@lru_cache(maxsize=1024)
def known_of(where: tuple[Filter, ...], measures: tuple[Measure, ...], teams: tuple[str, ...]) -> ir.Table:
    """By provider: on how many days anything passes *where*, and the sums of *measures*."""
    rows = _kept(where, teams)
    sums = {str(measure): _sum(rows, measure) for measure in measures}
    return rows.group_by("provider").aggregate(days=rows.day.nunique(), **sums)


def combined(names: Sequence[str], teams: tuple[str, ...] = ()) -> ir.Table:
    """What each combination of *names* costs, for *teams* only if any are named."""
    rows = _kept((), teams)
    return rows.group_by(*map(str, names)).aggregate(cost=rows.cost.sum())


def counted(teams: tuple[str, ...]) -> ir.Table:
    """The rows of *teams* by file, feed and day."""
    rows = _kept((), teams)
    return rows.group_by("file", "feed", "day").aggregate(rows=rows.rows.sum())


def sql(expression: ir.Table, dialect: str = "duckdb") -> str:
    """*expression* in the words of an engine."""
    return _worded(expression.op(), dialect)


@lru_cache(maxsize=1024)
def _worded(asked: Relation, dialect: str) -> str:
    """The words for *asked*, found once: finding them takes longer than most engines need to answer."""
    return str(ibis.to_sql(asked.to_expr(), dialect=dialect))


def columns(expression: ir.Table) -> frozenset[str]:
    """The columns of facts that *expression* speaks of."""
    return _named(expression.op())


@lru_cache(maxsize=1024)
def _named(asked: Relation) -> frozenset[str]:
    return frozenset(_LAYOUT.keys() & {each.name for each in asked.find(Field)})


def _kept(where: Sequence[Filter], teams: tuple[str, ...], *, hourly: bool = False) -> ir.Table:
    """The facts that pass *where*, of *teams* only if any are named."""
    table = facts(hourly)
    every = [*where, *([Filter(Dimension.TEAM, teams)] if teams else [])]
    return table.filter([_passing(table, each) for each in every]) if every else table


def _passing(table: ir.Table, kept: Filter) -> ir.BooleanValue:
    column = _column(table, kept.dimension).lower()
    plain = [value.lower() for value in kept.values if "*" not in value]
    found = column.isin(plain) if plain else ibis.literal(value=False)
    for pattern in (value.lower() for value in kept.values if "*" in value):
        found = found | column.like(pattern.replace("\\", "\\\\").replace("%", "\\%").replace("*", "%"))
    return ~found if kept.negated else found
