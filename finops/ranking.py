"""Ranking: which rows of an answer are its `top 3` or its `bottom 3`, by the figure that is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from finops.question import Question, Row, Values

Of = Callable[[Values], Decimal | None]
_Name = tuple[str, ...]


def ranked(rows: Sequence[Row], asked: Question, of: Of) -> tuple[Row, ...]:
    """The *rows* that *asked* wants: of steps of time those that rank so, or all steps of the names that do."""
    if not asked.top:
        return tuple(rows)
    values = [(row, of(row.values)) for row in rows]
    if asked.grain and asked.by:
        sums: dict[_Name, Decimal] = {}
        for row, value in values:
            sums[_name(row)] = sums.get(_name(row), Decimal(0)) + (value or Decimal(0))
        together = {_name(row): row for row in rows}
        return of_names(rows, _first([(row, sums[name]) for name, row in together.items()], asked))
    first = _first(values, asked)
    return tuple(sorted(first, key=lambda row: row.day or date.min) if asked.grain else first)


def of_names(rows: Sequence[Row], kept: Sequence[Row]) -> tuple[Row, ...]:
    """The *rows* that are called like one of those *kept*."""
    names = {_name(row) for row in kept}
    return tuple(row for row in rows if _name(row) in names)


def unranked(asked: Question) -> Question:
    """*asked*, of all rows."""
    return replace(asked, top=None, least=False)


def _first(values: Sequence[tuple[Row, Decimal | None]], asked: Question) -> Sequence[Row]:
    """The largest; or the smallest of those that say whose they are, and have a figure at all."""
    if asked.least:
        told = [(row, value) for row, value in values if value is not None and all(row.key.values())]
        ordered = [row for row, value in sorted(told, key=lambda each: (each[1], each[0].name))]
    else:
        largest = sorted(values, key=lambda each: (each[1] is None, -(each[1] or Decimal(0)), each[0].name))
        ordered = [row for row, _ in largest]
    return ordered[: asked.top]


def _name(row: Row) -> _Name:
    return tuple(row.key.values())
