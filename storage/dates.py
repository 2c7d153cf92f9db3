"""Dates: how the date columns of one file are written, decided over the whole file, and the SQL that makes them ISO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from finops.errors import BadFile
from storage.quoting import literal, quoted

DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
_REST = r"(?:(?: at |[T ,])+(.*))?$"
_THREE = rf"^(\d{{1,2}})([/.-])(\d{{1,2}})[/.-](\d{{4}}|\d{{2}}){_REST}"
_YEAR_FIRST = rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_REST}"
_DAY_NAMED = rf"^(\d{{1,2}})(?:st|nd|rd|th)?[- ./]*([A-Za-z]{{3,9}})\.?[- ./,]*(\d{{4}}|\d{{2}}){_REST}"
_MONTH_NAMED = rf"^([A-Za-z]{{3,9}})\.?[- ./]+(\d{{1,2}})(?:st|nd|rd|th)?,?[- ./]+(\d{{4}}){_REST}"
_WEEKDAY = r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+"
_CLOCK = r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(?:([AaPp])\.?[Mm]\.?)?\s*(.*)$"
_MONTHS = "['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']"
_NUMBER = r"^\d+(\.\d+)?([eE]\+?\d+)?$"
_SERIALS = "BETWEEN 36526 AND 73051"
"""Days since 1899-12-30 as spreadsheets count them, from 2000 to 2100."""
_EPOCH = ((1, 0), (10**3, 3), (10**6, 6), (10**9, 9))
"""Seconds since 1970, and what is finer than seconds."""
_SINCE, _UNTIL = 946_684_800, 4_102_444_800  # 2000 to 2100, in seconds since 1970


@dataclass(frozen=True)
class _Column:
    """What the values of a date column show: how many are there, how many are ISO as they stand or a number; whether
    one can only be day first or month first, one dotted can only be month first, and one that can be both."""

    count: int
    iso: int
    numbers: int
    day_first: str | None
    month_first: str | None
    dotted: str | None
    either: str | None

    @property
    def is_iso(self) -> bool:
        return self.iso == self.count


def iso(
    db: duckdb.DuckDBPyConnection, rows: str, file: str, called: Mapping[str, str], how: str = ""
) -> dict[str, str]:
    """SQL that yields ISO text (UTC where no zone is named), by date column of *rows* (a relation), for those columns
    that are not ISO as they stand. A value that is no date stays as it is. *called* says what *file* calls each of the
    columns. Dates with two small numbers are read as the column decides, else as another column of the file does, else
    as *how* says (`day-first` or `month-first`); BadFile if nothing decides. Dotted ones are day first unless one of
    them cannot be."""
    seen = {name: _seen(db, rows, name) for name in called}
    odd = {name: column for name, column in seen.items() if not column.is_iso}
    decided = {_decided(column, file, called[name], how) for name, column in odd.items()} - {""}
    common = decided.pop() if len(decided) == 1 else how
    for name, column in odd.items():
        if column.either and not (_decided(column, file, called[name], how) or common):
            raise BadFile(_ambiguous(file, called[name], column.either))
    return {name: _read(quoted(name), column, _decided(column, file, called[name], how) or common)
            for name, column in odd.items()}  # fmt: skip


def _seen(db: duckdb.DuckDBPyConnection, rows: str, name: str) -> _Column:
    text = quoted(name)
    told = f"SELECT count({text}), count({text}) FILTER ({is_iso(text)}) FROM {rows}"
    count, plain = db.execute(told).fetchall()[0]
    if count == plain:
        return _Column(count, plain, 0, None, None, None, None)
    found = f"regexp_extract({_bare(text)}, {literal(_THREE)}, ['a', 'sep', 'b', 'y', 'rest'])"
    first, second = "TRY_CAST(n.a AS INTEGER)", "TRY_CAST(n.b AS INTEGER)"
    both = f"{first} BETWEEN 1 AND 12 AND {second} BETWEEN 1 AND 12 AND {first} <> {second}"
    numbers, *shown = db.execute(f"""
        SELECT count_if(regexp_matches(said, {literal(_NUMBER)})),
            min(said) FILTER (n.sep <> '.' AND {first} BETWEEN 13 AND 31 AND {second} BETWEEN 1 AND 12),
            min(said) FILTER (n.sep <> '.' AND {second} BETWEEN 13 AND 31 AND {first} BETWEEN 1 AND 12),
            min(said) FILTER (n.sep = '.' AND {second} BETWEEN 13 AND 31 AND {first} BETWEEN 1 AND 12),
            min(said) FILTER (n.sep <> '.' AND {both})
        FROM (SELECT {_bare(text)} AS said, {found} AS n FROM {rows} WHERE {text} IS NOT NULL)""").fetchall()[0]
    return _Column(count, plain, numbers, *shown)


def is_iso(text: str) -> str:
    """SQL: whether *text* is ISO as it stands, and can have no AM, PM or odd zone at its end."""
    return f"{text} LIKE '____-__-__%' AND {text} NOT LIKE '% +%' AND right({text}, 1) NOT IN ('m', 'M', '.', ')')"


def _bare(text: str) -> str:
    return f"regexp_replace(trim({text}), {literal(_WEEKDAY)}, '', 'i')"


def _decided(column: _Column, file: str, called: str, how: str) -> str:
    """How the column itself shows that it is written; empty where it does not, BadFile where it shows both."""
    if column.day_first and column.month_first:
        if how:
            return how
        raise BadFile(
            f"{file}: the column {called} holds “{column.day_first}” and “{column.month_first}”, so its dates are "
            "written in two ways; write them as 2026-11-05, or say --dates day-first or --dates month-first."
        )
    return DAY_FIRST if column.day_first else MONTH_FIRST if column.month_first else ""


def _ambiguous(file: str, called: str, example: str) -> str:
    return (f"{file}: the dates in the column {called}, as “{example}”, can be read day first or month first; import "
            "it again with --dates day-first or --dates month-first.")  # fmt: skip


def _read(text: str, column: _Column, how: str) -> str:
    """SQL: the ISO text of what *text* holds, else *text* as it stands."""
    said = "said"
    three = f"regexp_extract({said}, {literal(_THREE)}, ['a', 'sep', 'b', 'y', 'rest'])"
    dotted, other = column.dotted is None, how != MONTH_FIRST
    day_first = f"CASE WHEN n.sep = '.' THEN {str(dotted).lower()} ELSE {str(other).lower()} END"
    arms = [
        (_YEAR_FIRST, _composed(said, _YEAR_FIRST, ("y", "b", "a", "rest"))),
        (_THREE, _ordered(three, day_first)),
        (_DAY_NAMED, _composed(said, _DAY_NAMED, ("a", "month", "y", "rest"))),
        (_MONTH_NAMED, _composed(said, _MONTH_NAMED, ("month", "a", "y", "rest"))),
        (_NUMBER, _instant(said, serials=column.numbers * 2 >= column.count)),
    ]
    cases = " ".join(f"WHEN regexp_matches({said}, {literal(pattern)}) THEN {made}" for pattern, made in arms)
    made = f"list_transform([{_bare(text)}], lambda said: CASE {cases} END)[1]"
    return f"CASE WHEN {text} IS NULL OR ({is_iso(text)}) THEN {text} ELSE coalesce({made}, {text}) END"


def _composed(said: str, pattern: str, names: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    found = f"regexp_extract({said}, {literal(pattern)}, [{listed}])"
    month = f"list_position({_MONTHS}, lower(left(n.month, 3)))" if "month" in names else "n.b::INTEGER"
    return _written(found, "n.a::INTEGER", month)


def _ordered(found: str, day_first: str) -> str:
    day = f"CASE WHEN {day_first} THEN n.a ELSE n.b END::INTEGER"
    month = f"CASE WHEN {day_first} THEN n.b ELSE n.a END::INTEGER"
    return _written(found, f"({day})", f"({month})")


def _written(found: str, day: str, month: str) -> str:
    """SQL: the date and clock that the parts *found* make; NULL if they make none."""
    year = "(CASE WHEN length(n.y) = 2 THEN '20' || n.y ELSE n.y END)"
    date = f"{year} || '-' || lpad(({month})::VARCHAR, 2, '0') || '-' || lpad(({day})::VARCHAR, 2, '0')"
    clock = f"regexp_extract(n.rest, {literal(_CLOCK)}, ['h', 'm', 's', 'f', 'p', 'z'])"
    timed = f"list_transform([{clock}], lambda c: {_CLOCKED})[1]"
    made = f"CASE WHEN n.rest = '' THEN {date} WHEN {clock}.h <> '' THEN {date} || {timed} END"
    sound = f"TRY_CAST({date} AS DATE) IS NOT NULL"
    return f"list_transform([{found}], lambda n: CASE WHEN {sound} THEN {made} END)[1]"


_HOUR = """CASE WHEN c.p = '' THEN c.h::INTEGER
    ELSE c.h::INTEGER % 12 + CASE WHEN lower(c.p) = 'p' THEN 12 ELSE 0 END END"""
_ZONE = r"""regexp_replace(regexp_replace(trim(regexp_replace(c.z, '\(.*\)$', '')),
    '^(UTC|GMT)?\s*([+-]\d)', '\2'), '(\d)\s+UTC$', '\1')"""
_CLOCKED = f"""' ' || lpad(({_HOUR})::VARCHAR, 2, '0') || ':' || c.m || ':' || CASE WHEN c.s = '' THEN '00' ELSE c.s END
    || CASE WHEN c.f = '' THEN '' ELSE '.' || c.f END
    || CASE WHEN {_ZONE} = '' OR regexp_matches({_ZONE}, '^[+-]') THEN {_ZONE} ELSE ' ' || {_ZONE} END"""
"""SQL: the time of day that the parts `c` of a clock say, with its zone."""


def _instant(said: str, *, serials: bool) -> str:
    """SQL: the instant that a number means: a day as 20261105, seconds since 1970 or finer, or a spreadsheet's day."""
    number = f"TRY_CAST({said} AS DOUBLE)"
    arms = [f"WHEN {said} LIKE '20______' AND length({said}) = 8 "
            f"THEN TRY_CAST(substr({said}, 1, 4) || '-' || substr({said}, 5, 2) || '-' || substr({said}, 7, 2) AS DATE)"
            "::VARCHAR"]  # fmt: skip
    for unit, digits in _EPOCH:
        micros = f"({number} * {10 ** (6 - digits) if digits <= 6 else 1} / {1 if digits <= 6 else 1000})::BIGINT"
        arms.append(f"WHEN {number} >= {_SINCE * unit} AND {number} < {_UNTIL * unit} "
                    f"THEN make_timestamp({micros})::VARCHAR")  # fmt: skip
    if serials:
        arms.append(f"WHEN {number} {_SERIALS} THEN (TIMESTAMP '1899-12-30' + "
                    f"to_seconds(round({number} * 86400)))::VARCHAR")  # fmt: skip
    return f"CASE {' '.join(arms)} END"
