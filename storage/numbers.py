"""Numbers: how the columns of amounts and counts of one file are written, and the SQL that makes them plain."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

from finops.errors import BadFile
from storage.quoting import literal, quoted

_BLANKS = r"[$\s\x{00a0}\x{202f}']|USD"
_SIGNS = r"[$€£\s\x{00a0}\x{202f}']|USD|EUR|GBP"
"""What may stand beside a number; other signs than the dollar's only where the column writes a decimal comma."""
_POINT = r"^[+-]?(\d{1,3}(,\d{3})+|\d+)\.\d*$"
_POINT_SURE = r"^[+-]?(\d{1,3}(,\d{3})+\.\d*|0?\.\d+|0\.\d+|\d{4,}\.\d+|\d+\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3}){2,})$"
_COMMA_SURE = r"^[+-]?(\d{1,3}(\.\d{3})+,\d*|0?,\d+|\d{4,},\d+|\d+,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3}){2,})$"
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
_GROUPED_BY_POINT = r"^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$"
_COMMA = r"^[+-]?\d+,\d*$"
_COMMAS, _POINTS, _SIGNS_ONLY = "decimal commas", "decimal points", "neither is sure"
_EITHER = r"^[+-]?\d{1,3},\d{3}$"


def plain(
    db: duckdb.DuckDBPyConnection, rows: str, file: str, called: Mapping[str, str], whole: Collection[str] = ()
) -> dict[str, str]:
    """SQL that yields plain numbers (`1234.50`), by column of *rows* (a relation), for those columns that hold others:
    `$1,234.50`, `(12.50)`, `1.234,50`, `0,05`. The whole column decides whether its comma is a decimal one; columns
    that are *whole* hold counts, so that a comma or point before three digits groups thousands. A value that is no
    number stays as it is. *called* says what *file* calls each column; BadFile if nothing decides."""
    found: dict[str, str] = {}
    for name in called:
        style = _style(db, rows, file, quoted(name), called[name], whole=name in whole)
        if style:
            found[name] = _plain(quoted(name), style)
    return found


def _style(db: duckdb.DuckDBPyConnection, rows: str, file: str, text: str, called: str, *, whole: bool) -> str:
    """How the column *text* writes its numbers; empty where all are plain."""
    number = f"TRY_CAST({text} AS DOUBLE)"
    parts = f"count_if({text} LIKE '%.___' AND {number} % 1 <> 0)" if whole else "0"
    odd, parts = db.execute(f"SELECT count({text}) - count({number}), {parts} FROM {rows}").fetchall()[0]
    bare, signless = _bare(text), _bare(text, _SIGNS)
    if parts and not odd:
        return _COMMAS
    if not odd:
        return ""
    point, comma, either = db.execute(f"""
        SELECT count_if(regexp_matches(said, {literal(_POINT_SURE)}) OR dollars), count_if(regexp_matches(said,
            {literal(_COMMA_SURE)})), min(told) FILTER (regexp_matches(said, {literal(_EITHER)}))
        FROM (SELECT {text} AS told, {signless} AS said, {text} LIKE '%$%' AND contains({bare}, ',') AS dollars
            FROM {rows} WHERE {text} IS NOT NULL)""").fetchall()[0]
    if comma and not point:
        return _COMMAS
    if either and not (point or comma or whole):
        raise BadFile(
            f"{file}: the column {called} holds “{either}”, which can be {either.replace(',', '')} or "
            f"{either.replace(',', '.')}; export its numbers without separators of thousands and import it again."
        )
    return _SIGNS_ONLY if comma else _POINTS


def _bare(text: str, signs: str = _BLANKS) -> str:
    """SQL: *text* without signs of currencies and blanks, its parentheses as a minus."""
    less = f"regexp_replace({text}, {literal(signs)}, '', 'g')"
    return f"regexp_replace({less}, '^\\((.*)\\)$', '-\\1')"


def _plain(text: str, style: str) -> str:
    """SQL: the plain number that *text* writes, else *text*. Where the comma is neither a decimal one nor sure to
    group, a number with a comma stays as it is."""
    if style == _COMMAS:
        bare = _bare(text, _SIGNS)
        made = f"replace(replace({bare}, '.', ''), ',', '.')"
        fits = f"regexp_matches({bare}, {literal(_GROUPED_BY_POINT)}) OR regexp_matches({bare}, {literal(_COMMA)})"
        return f"CASE WHEN {fits} THEN {made} ELSE {_signless(text, bare)} END"
    bare = _bare(text)
    groups = f"regexp_matches({bare}, {literal(_GROUPED if style == _POINTS else _POINT)})"
    return f"CASE WHEN {groups} THEN replace({bare}, ',', '') ELSE {_signless(text, bare)} END"


def _signless(text: str, bare: str) -> str:
    odd = f"TRY_CAST({text} AS DOUBLE) IS NULL AND TRY_CAST({bare} AS DOUBLE) IS NOT NULL"
    return f"CASE WHEN {odd} THEN {bare} ELSE {text} END"
