"""Sums asked of the ledger: over time the largest names and the rest of each step; a part beside the rest of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from finops.asked import part
from finops.question import Answer, Dimension, Filter, Ledger, Question, Row, Values

_OTHER = "other"


def summing(ledger: Ledger, asked: Question) -> Answer:
    """The answer to a question about a plain sum."""
    kept = part(asked.where) if asked.shares and not asked.by else None
    if kept:
        return _beside(ledger, asked, kept)
    if asked.top and asked.grain and asked.by and not asked.least:
        return _topped(ledger.answer(replace(asked, top=None)), asked, asked.top)
    return ledger.answer(asked)


def _topped(answer: Answer, asked: Question, top: int) -> Answer:
    """The *top* names of all steps together; what the others come to in each step as one row."""
    sizes: dict[str, Decimal] = {}
    for row in answer.rows:
        sizes[row.name] = sizes.get(row.name, Decimal(0)) + row.values[asked.measures[0]]
    named = set(sorted(sizes, key=lambda name: -sizes[name])[:top])
    rest = [row for row in answer.rows if row.name not in named]
    if not rest:
        return replace(answer, question=asked)
    key = dict.fromkeys(asked.by, _OTHER) | {asked.by[0]: f"{_OTHER} ({len(sizes) - len(named)})"}
    others = [Row(key, _sum(row.values for row in rest if row.day == day), day=day)
              for day in dict.fromkeys(row.day for row in rest)]  # fmt: skip
    rows = [*(row for row in answer.rows if row.name in named), *others]
    return replace(answer, question=asked, rows=tuple(sorted(rows, key=lambda row: row.day or date.min)))


def _beside(ledger: Ledger, asked: Question, kept: Filter) -> Answer:
    """What *kept* keeps, and the rest of what there is without it, in each step of time."""
    base = tuple(each for each in asked.where if each != kept)
    whole = ledger.answer(replace(asked, where=base))
    some = ledger.answer(replace(asked, ledger=whole.stamp.ledger))
    mine = {row.day: row for row in _rows(some)}
    rows = [row for each in _rows(whole) for row in _split(each, mine.get(each.day), kept)]
    return replace(whole, question=replace(asked, by=(kept.dimension,), where=base), rows=tuple(rows))


def _rows(answer: Answer) -> tuple[Row, ...]:
    """One for each step; without steps one for all."""
    return answer.rows if answer.question.grain or not answer.rows else (Row({}, answer.total, answer.previous),)


def _split(whole: Row, mine: Row | None, kept: Filter) -> tuple[Row, Row]:
    values, before = (mine.values, mine.previous) if mine else ({}, None)
    rest = _less(whole.values, values)
    previous = _less(whole.previous, before or {}) if whole.previous else None
    name = " or ".join(kept.values)
    return (Row({kept.dimension: name}, _less(whole.values, rest), before, whole.day),
            Row({kept.dimension: _rest(kept.dimension)}, rest, previous, whole.day))  # fmt: skip


def _rest(cut: Dimension) -> str:
    return f"{_OTHER} {cut.replace('_', ' ')}s"


def _less(values: Values, part: Values) -> Values:
    return {name: value - part.get(name, Decimal(0)) for name, value in values.items()}


def _sum(every: Iterable[Values]) -> Values:
    found: dict[str, Decimal] = {}
    for values in every:
        for name, value in values.items():
            found[name] = found.get(name, Decimal(0)) + value
    return found
