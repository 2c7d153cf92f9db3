"""Shares: each row of an answer as a part of the whole of its step of time; running sums: with those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from finops.answers.figure import Figure
from finops.question import Row
from finops.report import Bars, Line, Trend

_HUNDRED = Decimal(100)


def wholes(rows: Sequence[Row], figure: Figure) -> Mapping[date | None, Decimal]:
    """What the rows of each step of time come to."""
    found: dict[date | None, Decimal] = {}
    for row in rows:
        found[row.day] = found.get(row.day, Decimal(0)) + (figure.of(row.values) or Decimal(0))
    return found


def running(rows: Sequence[Row], figure: Figure) -> Mapping[tuple[str, date | None], Decimal]:
    """By name and step of time, what its rows come to up to there."""
    sums: dict[str, Decimal] = {}
    found: dict[tuple[str, date | None], Decimal] = {}
    for row in sorted(rows, key=lambda row: row.day or date.min):
        sums[row.name] = sums.get(row.name, Decimal(0)) + (figure.of(row.values) or Decimal(0))
        found[row.name, row.day] = sums[row.name]
    return found


def share(value: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Which part of *whole* it is, of one; None of what comes to nothing, or to less."""
    return value / whole if value is not None and whole is not None and whole > 0 else None


def as_bars(bars: Bars, total: Decimal, before: Decimal | None) -> tuple[Bars, ...]:
    """*bars* in per cents of *total*, what was before of the total *before*; none of a total that is no whole."""
    rows = tuple((name, part * _HUNDRED) for name, value in bars.rows if (part := share(value, total)) is not None)
    previous = {name: part * _HUNDRED for name, value in bars.previous.items()
                if (part := share(value, before)) is not None}  # fmt: skip
    made = replace(bars, rows=rows, previous=previous, unit="%", total=_HUNDRED, shares=True)
    return (made,) if rows else ()


def as_trend(trend: Trend, grain: str) -> Trend:
    """*trend* in per cents of the sum of each step."""
    sums = [sum((value or Decimal(0) for value in step), Decimal(0))
            for step in zip(*(line.values for line in trend.lines), strict=True)]  # fmt: skip
    lines = tuple(Line(line.name, tuple(_percent(*each) for each in zip(line.values, sums, strict=True)))
                  for line in trend.lines)  # fmt: skip
    return replace(trend, lines=lines, unit="%", about=f"each {grain} is 100 %", stacked=True, apart=False, shares=True)


def _percent(value: Decimal | None, whole: Decimal) -> Decimal | None:
    part = share(value, whole)
    return None if part is None else part * _HUNDRED
