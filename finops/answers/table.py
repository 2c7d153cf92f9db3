"""The exact figures of an answer as a table: newest day first, what was before beside it, the rest in one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from finops.answers.clock import order
from finops.answers.figure import Figure, is_unpriced
from finops.answers.shares import running, share, wholes
from finops.period import month_of
from finops.question import Answer, Grain, Row, Values, nobody
from finops.report import Piece, Share, Table, Text, say

_ROWS, _DAYS = 20, 60


def table(answer: Answer, figure: Figure) -> Table:
    """The rows of *answer* that have a figure."""
    return _Sheet(answer, figure).table()


def left_out(answer: Answer, figure: Figure) -> Decimal:
    """What the rows that were asked for (`top 3`) leave of the total."""
    if not figure.adds or not answer.question.top or answer.question.grain:
        return Decimal(0)
    return (figure.of(answer.total) or Decimal(0)) - figure.sum(answer.rows)


def tells(row: Row, figure: Figure) -> bool:
    """Whether the row has a figure; nothing of nobody is none."""
    value = figure.of(row.values)
    return value is not None and (bool(value) or not row.key or any(row.key.values()))


@dataclass(frozen=True)
class _Sheet:
    answer: Answer
    figure: Figure

    def table(self) -> Table:
        asked = self.answer.question
        known = [row for row in self.answer.rows if tells(row, self.figure) or is_unpriced(row.values)]
        ordered = sorted(known, key=lambda row: row.day or date.min, reverse=True)
        most = _DAYS if asked.grain else max(_ROWS, len(order(asked)))
        shown, rest = ordered[:most], ordered[most:]
        cuts = tuple(each.replace("_", " ").capitalize() for each in asked.by) or (() if asked.grain else ("",))
        grain = (asked.grain.capitalize(),) if asked.grain else ()
        versus = ("Before", "Change") if self._compared else ()
        beside = ("Share",) if asked.shares else ("So far",) if self._cumulates else ()
        rows = (*map(self._cells, shown), *self._more(rest, len(grain) + len(cuts)))
        return Table((*grain, *cuts, self.figure.label, *beside, *versus), rows)

    @property
    def _compared(self) -> bool:
        return self.answer.question.versus is not None and not self.answer.question.grain

    def _cells(self, row: Row) -> tuple[Text, ...]:
        day = (say(self._when(row.day)),) if row.day and self.answer.question.grain else ()
        keys = tuple(say(value or nobody(cut)) for cut, value in row.key.items()) or (() if day else (say("Total"),))
        beside = self._beside(row)
        return (*day, *keys, self._cell(row.values), *beside, *(self._before(row) if self._compared else ()))

    @property
    def _cumulates(self) -> bool:
        return self.answer.question.cumulative and self.figure.adds

    def _beside(self, row: Row) -> tuple[Text, ...]:
        """What it comes to with the steps before it, where that is asked; or its share of the whole of its step."""
        if self._cumulates:
            return (say(self.figure.cell(self._running[row.name, row.day])),)
        if not self.answer.question.shares:
            return ()
        whole = self._wholes[row.day] if row.day else self.figure.of(self.answer.total)
        return self._shared(self.figure.of(row.values), whole)

    @cached_property
    def _running(self) -> Mapping[tuple[str, date | None], Decimal]:
        return running(self.answer.rows, self.figure)

    def _shared(self, value: Decimal | None, whole: Decimal | None) -> tuple[Text, ...]:
        part = share(value, whole)
        return (say("none") if part is None else say(Share(part)),)

    @cached_property
    def _wholes(self) -> Mapping[date | None, Decimal]:
        return wholes(self.answer.rows, self.figure)

    def _before(self, row: Row) -> tuple[Text, ...]:
        now, before = self.figure.of(row.values), self.figure.of(row.previous) if row.previous else None
        moved = say(Share(now / before - 1, signed=True)) if now is not None and before else say("new")
        return (self._cell(row.previous), moved)

    def _when(self, day: date) -> Piece:
        return f"{month_of(day)}" if self.answer.question.grain is Grain.MONTH else day

    def _cell(self, values: Values | None) -> Text:
        value = self.figure.of(values) if values else None
        if value is None:
            return say("unpriced" if is_unpriced(values) else "no data")
        return say(self.figure.cell(value))

    def _more(self, rest: list[Row], keys: int) -> tuple[tuple[Text, ...], ...]:
        """One row for all that is not shown, where parts make a total."""
        other = left_out(self.answer, self.figure)
        if not self.figure.adds or not (rest or other):
            return ()
        word = "earlier" if self.answer.question.grain else "other"
        name = f"{word} ({len(rest)})" if rest and not other else word
        blanks = (say(""),) * (keys - 1)
        after = (say(""), say("")) if self._compared else ()
        value = self.figure.sum(rest) + other
        beside: tuple[Text, ...] = (say(""),) * (self._cumulates or self.answer.question.shares)
        if self.answer.question.shares and not self.answer.question.grain:
            beside = self._shared(value, self.figure.of(self.answer.total))
        return ((say(name), *blanks, say(self.figure.cell(value)), *beside, *after),)
