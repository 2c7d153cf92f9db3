"""An answer as a report: the verdict, what it is made of, how it moves, and the exact figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops.answers import leading, nothing
from finops.answers.chart import chart
from finops.answers.clock import in_order
from finops.answers.figure import Figure, is_unpriced
from finops.answers.hours import minded
from finops.answers.notes import notes
from finops.answers.shares import running
from finops.answers.table import table
from finops.answers.titles import title
from finops.answers.unpriced import marked
from finops.period import Period
from finops.question import Answer, Ledger, Row
from finops.report import Facts, Figures, Part, Report, Share, Text, say

_NOTICED = Decimal("0.01")


def report(answer: Answer, figure: Figure, days: Period | None = None, ledger: Ledger | None = None) -> Report:
    """*answer* said through *figure*; an empty one says on which *days* there are data, and what *ledger* knows of it
    at other times."""
    answer = in_order(marked(ledger, answer, figure) if ledger else answer)
    said = _Said(answer, figure, days, ledger)
    if not answer.rows or nothing.beyond(answer.question.period, days):
        return said.nothing()
    return Report(
        title=said.title,
        verdict=said.verdict,
        parts=said.parts(),
        details=(table(answer, figure),),
        stamp=answer.stamp,
        figures=said.figures(),
    )


@dataclass(frozen=True)
class _Said:
    answer: Answer
    figure: Figure
    days: Period | None
    ledger: Ledger | None

    @property
    def title(self) -> str:
        return title(self.answer.question, self.figure)

    @property
    def total(self) -> Decimal | None:
        return self.figure.of(self.answer.total)

    @property
    def before(self) -> Decimal | None:
        return self.figure.of(self.answer.previous) if self.answer.previous else None

    @property
    def verdict(self) -> Text:
        within = self.answer.question.period.within
        if self.total is None and is_unpriced(self.answer.total):
            return say(f"{self.figure.label}: unpriced {within}; no price is known of these tokens.{self.figure.hint}")
        if self.total is None:
            return say(f"{self.figure.label}: no data {within}.{self.figure.hint}")
        was = "were" if self.figure.counts else "was"
        start = say(f"{self.figure.label} {was} ", self.figure.cell(self.total), f" {within}")
        return (*start, *self._change(), *leading.told(self.answer, self.figure), *self._mover(), ".")

    def _change(self) -> Text:
        if self.answer.question.versus is None:
            return ()
        if not self.before or self.total is None:
            return say(f", nothing to compare with in {self.answer.question.versus}")
        return say(", ", Share(self.total / self.before - 1, signed=True), f" on {self.answer.question.versus}")

    def _mover(self) -> Text:
        """Which row moved the total most, where it moved at all."""
        asked = self.answer.question
        if not asked.by or not self.before or not self.figure.adds or asked.grain or asked.shares:
            return ()
        moved = {row.name: self._moved(row) for row in self.answer.rows}
        name = max(moved, key=lambda each: abs(moved[each]))
        if abs(moved[name]) < abs(self.before) * _NOTICED:
            return ()
        sign = "+" if moved[name] > 0 else ""
        return say(f"; {name} moved most, {sign}", self.figure.said(moved[name]))

    def _moved(self, row: Row) -> Decimal:
        before = self.figure.of(row.previous) if row.previous else None
        return (self.figure.of(row.values) or Decimal(0)) - (before or Decimal(0))

    def nothing(self) -> Report:
        asked = self.answer.question
        text = " ".join((nothing.said(asked, self.figure, self.days, self.ledger), *minded(self.answer)))
        empty = Figures(asked, (), Decimal(0) if self.figure.adds else None, self.figure.unit)
        return Report(self.title, say(text), stamp=self.answer.stamp, figures=empty)

    def parts(self) -> tuple[Part, ...]:
        drawn = chart(self.answer, self.figure, self.title)
        return (*self._facts(), *drawn, *notes(self.answer, self.figure, self.days, self.ledger))

    def _facts(self) -> tuple[Part, ...]:
        """Both totals, where there are two; one alone is in the verdict already."""
        if self.total is None or self.before is None:
            return ()
        said = {self.answer.question.period: self.total, self.answer.question.versus: self.before}
        return (Facts(tuple((f"{period}", say(self.figure.said(value))) for period, value in said.items())),)

    def figures(self) -> Figures:
        asked, so_far = self.answer.question, running(self.answer.rows, self.figure)
        cumulates = asked.cumulative and self.figure.adds
        rows = tuple((_key(row), so_far[row.name, row.day] if cumulates else self.figure.of(row.values))
                     for row in self.answer.rows)  # fmt: skip
        return Figures(self.answer.question, rows, self.total, self.figure.unit)


def _key(row: Row) -> dict[str, str]:
    day = {"day": row.day.isoformat()} if row.day else {}
    return day | {str(name): value for name, value in row.key.items()}
