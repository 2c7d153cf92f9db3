"""Within: a KPI that means something of one model only is reckoned of each by itself, and added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from finops.kpi import Kpi
from finops.question import Answer, Question, Row, Values

Asked = Callable[[Question], Answer]
_Key = tuple[tuple[str, ...], date | None]


def finer(kpi: Kpi, question: Question) -> Question | None:
    """*question* cut by what *kpi* is reckoned within, too; None where it is already."""
    more = tuple(each for each in kpi.within if each not in question.by)
    return replace(question, by=(*question.by, *more)) if more else None


def added(kpi: Kpi, question: Question, fine: Answer, ask: Asked) -> Answer:
    """The answer to *question*, each row the sum of what the rows of *fine*, its finer answer, come to."""
    groups: dict[_Key, list[Row]] = {}
    for row in fine.rows:
        groups.setdefault((tuple(row.key[cut] for cut in question.by), row.day), []).append(row)
    rows = [_row(kpi, question, key, mine) for key, mine in groups.items()]
    ordered = sorted(rows, key=lambda row: (row.day or date.min, -(kpi.of(row.values) or Decimal(0)), row.name))
    bare = not question.by and not question.grain
    total = _sum(kpi, (row.values for row in fine.rows)) if bare else _whole(kpi, question, ask)
    previous = _whole(kpi, question.over(question.versus), ask) if question.versus else None
    return Answer(replace(fine.question, by=question.by), tuple(ordered), total, fine.stamp, previous)


def _whole(kpi: Kpi, question: Question, ask: Asked) -> Values:
    bare = replace(question, by=kpi.within, grain=None, versus=None, cumulative=False)
    return _sum(kpi, (row.values for row in ask(bare).rows))


def _row(kpi: Kpi, question: Question, key: _Key, fine: list[Row]) -> Row:
    compared = [row.previous for row in fine if row.previous is not None]
    previous = _sum(kpi, compared) if compared else None
    return Row(dict(zip(question.by, key[0], strict=True)), _sum(kpi, (row.values for row in fine)), previous, key[1])


def _sum(kpi: Kpi, every: Iterable[Values]) -> Values:
    """What they come to together, under the name of *kpi*; empty where none comes to anything."""
    told = [value for values in every if (value := kpi.of(values)) is not None]
    return {kpi.name: sum(told, Decimal(0))} if told else {}
