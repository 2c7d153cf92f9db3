"""An answer as a report: the verdict, what it is made of, how it moves, and the exact figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from finops.money import Money
from finops.question import MONEY, Answer, Measure, Row, Values
from finops.report import (
    Bars,
    Facts,
    Figures,
    Line,
    Note,
    Part,
    Piece,
    Quantity,
    Report,
    Share,
    Table,
    Text,
    Trend,
    say,
)

_ROWS = 20


@dataclass(frozen=True)
class Figure:
    """What is shown of each row: a name, its unit, and how it comes from the sums. *adds* if parts make a total."""

    label: str
    unit: str
    of: Callable[[Values], Decimal | None]
    adds: bool = True
    money: bool = False


def summed(measure: Measure, currency: str) -> Figure:
    """The figure that is a plain sum of *measure*."""
    label = measure.replace("_", " ").capitalize()
    money = measure in MONEY
    return Figure(label, currency if money else str(measure), lambda values: values[measure], money=money)


def report(answer: Answer, figure: Figure) -> Report:
    """*answer* said through *figure*; an empty one says since when there are data."""
    said = _Said(answer, figure)
    if not answer.rows:
        return said.nothing()
    return Report(
        title=said.title,
        verdict=said.verdict,
        parts=said.parts(),
        details=(said.table(),),
        stamp=answer.stamp,
        figures=said.figures(),
    )


@dataclass(frozen=True)
class _Said:
    answer: Answer
    figure: Figure

    @property
    def title(self) -> str:
        asked = self.answer.question
        cut = " by " + " and ".join(d.replace("_", " ") for d in asked.by) if asked.by else ""
        where = ", " + ", ".join(map(str, asked.where)) if asked.where else ""
        return f"{self.figure.label}{cut}, {asked.period}{where}"

    @property
    def total(self) -> Decimal | None:
        return self.figure.of(self.answer.total)

    @property
    def verdict(self) -> Text:
        if self.total is None:
            return say(f"{self.figure.label}: no data for {self.answer.question.period}.")
        start = say(f"{self.figure.label} was ", self.said(self.total), f" in {self.answer.question.period}")
        return (*start, *self._change(), *self._largest(), ".")

    def _change(self) -> Text:
        before = self.figure.of(self.answer.previous) if self.answer.previous else None
        if self.answer.question.versus is None:
            return ()
        if not before or self.total is None:
            return say(f", nothing to compare with in {self.answer.question.versus}")
        return say(", ", Share(self.total / before - 1, signed=True), f" on {self.answer.question.versus}")

    def _largest(self) -> Text:
        first = next((row for row in self.answer.rows if row.key), None)
        value = self.figure.of(first.values) if first else None
        if first is None or not value or not self.total or self.answer.question.grain:
            return ()
        if not self.figure.adds:
            return say(f"; {first.name} ", self.said(value))
        return say(f"; {first.name} is ", Share(value / self.total), " of it")

    def said(self, value: Decimal) -> Piece:
        if self.figure.money:
            return Money(value, self.answer.stamp.currency)
        return Quantity(value, self.figure.unit)

    def nothing(self) -> Report:
        where = ", ".join(map(str, self.answer.question.where))
        text = f"No {self.figure.label.lower()} {f'for {where} ' if where else ''}in {self.answer.question.period}."
        return Report(self.title, say(text), stamp=self.answer.stamp, figures=self.figures())

    def parts(self) -> tuple[Part, ...]:
        drawn = self._trend() if self.answer.question.grain else self._bars()
        unpriced = self.answer.stamp.unpriced_share
        note = (Note(say(Share(unpriced), " of the tokens have no known price and are not in this figure.")),)
        return (*self._facts(), *drawn, *(note if unpriced else ()))

    def _facts(self) -> tuple[Part, ...]:
        if self.total is None:
            return ()
        pairs = [("Total" if self.figure.adds else "Overall", say(self.said(self.total)))]
        before = self.figure.of(self.answer.previous) if self.answer.previous else None
        if before is not None:
            pairs.append((f"In {self.answer.question.versus}", say(self.said(before))))
        return (Facts(tuple(pairs)),)

    def _bars(self) -> tuple[Part, ...]:
        rows = [(row.name, self.figure.of(row.values)) for row in self.answer.rows if row.key]
        known = tuple((name, value) for name, value in rows if value is not None)
        before = {row.name: self.figure.of(row.previous) for row in self.answer.rows if row.previous}
        previous = {name: value for name, value in before.items() if value is not None}
        return (Bars(self.title, known, self.figure.unit, previous),) if known else ()

    def _trend(self) -> tuple[Part, ...]:
        days = sorted({row.day for row in self.answer.rows if row.day})
        names = list(dict.fromkeys(row.name for row in self.answer.rows))
        values = {(row.name, row.day): self.figure.of(row.values) for row in self.answer.rows}
        empty = Decimal(0) if self.figure.adds else None
        lines = tuple(Line(name, tuple(values.get((name, day), empty) for day in days)) for name in names)
        stacked = self.figure.adds and len(lines) > 1
        return (Trend(self.title, tuple(days), lines, self.figure.unit, stacked=stacked),)

    def table(self) -> Table:
        shown, rest = self.answer.rows[:_ROWS], self.answer.rows[_ROWS:]
        grain = (self.answer.question.grain.capitalize(),) if self.answer.question.grain else ()
        cuts = tuple(d.replace("_", " ").capitalize() for d in self.answer.question.by)
        versus = (f"{self.answer.question.versus}",) if self.answer.question.versus else ()
        rows = tuple(self._cells(row) for row in shown)
        more = (self._more(rest),) if rest and self.figure.adds else ()
        return Table((*grain, *(cuts or ("",)), self.figure.label, *versus), (*rows, *more))

    def _cells(self, row: Row) -> tuple[Text, ...]:
        day = (say(row.day),) if row.day and self.answer.question.grain else ()
        keys = tuple(say(value or "(none)") for value in row.key.values()) or (say("Total"),)
        before = (self._cell(row.previous),) if self.answer.question.versus else ()
        return (*day, *keys, self._cell(row.values), *before)

    def _cell(self, values: Values | None) -> Text:
        value = self.figure.of(values) if values else None
        return say("no data") if value is None else say(self.said(value))

    def _more(self, rest: tuple[Row, ...]) -> tuple[Text, ...]:
        total = sum((self.figure.of(row.values) or Decimal(0) for row in rest), Decimal(0))
        blanks = len(self.answer.question.by or ("",)) + bool(self.answer.question.grain) - 1
        versus = (say(""),) if self.answer.question.versus else ()
        return (say(f"other ({len(rest)})"), *(say(""),) * blanks, say(self.said(total)), *versus)

    def figures(self) -> Figures:
        rows = tuple((_key(row), self.figure.of(row.values)) for row in self.answer.rows)
        return Figures(self.answer.question, rows, self.total, self.figure.unit)


def _key(row: Row) -> dict[str, str]:
    day = {"day": row.day.isoformat()} if row.day else {}
    return day | {str(name): value for name, value in row.key.items()}
