"""An answer as a report: the verdict, what it is made of, how it moves, and the exact figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops.money import Money
from finops.period import Period, month_of
from finops.question import MONEY, Answer, Filter, Grain, Measure, Question, Row, Values
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

    @property
    def counts(self) -> bool:
        """Whether its name is its unit: tokens."""
        return self.unit == self.label.lower()


def summed(measure: Measure, currency: str) -> Figure:
    """The figure that is a plain sum of *measure*."""
    label = measure.replace("_", " ").capitalize()
    money = measure in MONEY
    return Figure(label, currency if money else str(measure), lambda values: values[measure], money=money)


def report(answer: Answer, figure: Figure, days: Period | None = None) -> Report:
    """*answer* said through *figure*; an empty one says on which *days* there are data."""
    said = _Said(answer, figure)
    if not answer.rows or _beyond(answer.question.period, days):
        return said.nothing(days)
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
        cut = f" by {_cut(asked)}" if asked.by else ""
        where = ", " + ", ".join(map(str, asked.where)) if asked.where else ""
        return f"{self.figure.label}{cut}, {asked.period}{where}"

    @property
    def total(self) -> Decimal | None:
        return self.figure.of(self.answer.total)

    @property
    def verdict(self) -> Text:
        if self.total is None:
            return say(f"{self.figure.label}: no data {self.answer.question.period.within}.")
        was = "were" if self.figure.counts else "was"
        start = say(f"{self.figure.label} {was} ", self.cell(self.total), f" {self.answer.question.period.within}")
        return (*start, *self._change(), *self._largest(), ".")

    def _change(self) -> Text:
        before = self.figure.of(self.answer.previous) if self.answer.previous else None
        if self.answer.question.versus is None:
            return ()
        if not before or self.total is None:
            return say(f", nothing to compare with in {self.answer.question.versus}")
        return say(", ", Share(self.total / before - 1, signed=True), f" on {self.answer.question.versus}")

    def _largest(self) -> Text:
        known = [(row, value) for row in self.answer.rows if row.key and (value := self.figure.of(row.values))]
        if not known or not self.total or self.answer.question.grain:
            return ()
        row, value = max(known, key=lambda each: each[1])
        if not self.figure.adds:
            return say(f", highest for {row.name}: ", self.said(value)) if len(known) > 1 else ()
        part = say("; ", Share(value / self.total), f" of {'them' if self.figure.counts else 'it'} ")
        return (*part, f"names no {_cut(self.answer.question)}" if not any(row.key.values()) else f"is {row.name}")

    def said(self, value: Decimal) -> Piece:
        if self.figure.money:
            return Money(value, self.answer.stamp.currency)
        return Quantity(value, self.figure.unit)

    def cell(self, value: Decimal) -> Piece:
        """*value* where its name says the unit already: `Tokens … 891M`."""
        said = self.said(value)
        return Quantity(value) if self.figure.counts else said

    def nothing(self, days: Period | None) -> Report:
        asked = self.answer.question
        where = f"for {' and '.join(map(_kept, asked.where))} " if asked.where else ""
        text = f"No {_lowered(self.figure.label)} {where}{asked.period.within}.{_known(asked.period, days)}"
        empty = Figures(asked, (), Decimal(0) if self.figure.adds else None, self.figure.unit)
        return Report(self.title, say(text), stamp=self.answer.stamp, figures=empty)

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
        known = [(name, value) for name, value in rows if value is not None]
        known = known if self.figure.adds else sorted(known, key=lambda each: -each[1])
        before = {row.name: self.figure.of(row.previous) for row in self.answer.rows if row.previous}
        previous = {name: value for name, value in before.items() if value is not None}
        more = [("other", self._other())] if self._other() else []
        return (Bars(self.title, (*known, *more), self.figure.unit, previous),) if known else ()

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
        more = (self._more(rest),) if (rest and self.figure.adds) or self._other() else ()
        return Table((*grain, *(cuts or ("",)), self.figure.label, *versus), (*rows, *more))

    def _cells(self, row: Row) -> tuple[Text, ...]:
        day = (say(self._when(row.day)),) if row.day and self.answer.question.grain else ()
        keys = tuple(say(value or "(none)") for value in row.key.values()) or (say("Total"),)
        before = (self._cell(row.previous),) if self.answer.question.versus else ()
        return (*day, *keys, self._cell(row.values), *before)

    def _when(self, day: date) -> Piece:
        return f"{month_of(day)}" if self.answer.question.grain is Grain.MONTH else day

    def _cell(self, values: Values | None) -> Text:
        value = self.figure.of(values) if values else None
        return say("no data") if value is None else say(self.cell(value))

    def _other(self) -> Decimal:
        """What the rows that were asked for leave of the total."""
        if not self.figure.adds or not self.answer.question.top or self.answer.question.grain:
            return Decimal(0)
        return (self.total or Decimal(0)) - _sum(self.figure, self.answer.rows)

    def _more(self, rest: tuple[Row, ...]) -> tuple[Text, ...]:
        blanks = len(self.answer.question.by or ("",)) + bool(self.answer.question.grain) - 1
        versus = (say(""),) if self.answer.question.versus else ()
        name = f"other ({len(rest)})" if rest and not self._other() else "other"
        left = self.cell(_sum(self.figure, rest) + self._other())
        return (say(name), *(say(""),) * blanks, say(left), *versus)

    def figures(self) -> Figures:
        rows = tuple((_key(row), self.figure.of(row.values)) for row in self.answer.rows)
        return Figures(self.answer.question, rows, self.total, self.figure.unit)


def _sum(figure: Figure, rows: Sequence[Row]) -> Decimal:
    return sum((figure.of(row.values) or Decimal(0) for row in rows), Decimal(0))


def _key(row: Row) -> dict[str, str]:
    day = {"day": row.day.isoformat()} if row.day else {}
    return day | {str(name): value for name, value in row.key.items()}


def _beyond(period: Period, days: Period | None) -> bool:
    return days is not None and (period.end <= days.start or period.start >= days.end)


def _known(period: Period, days: Period | None) -> str:
    """Where the data lie, if that is why there is nothing."""
    if days is None or not _beyond(period, days):
        return ""
    verb, day = ("start", days.start) if period.end <= days.start else ("end", days.last)
    return f" Data {verb} on {day.day} {day:%B %Y}."


def _cut(asked: Question) -> str:
    return " and ".join(each.replace("_", " ") for each in asked.by)


def _kept(each: Filter) -> str:
    named = f"{each.dimension.replace('_', ' ')} {' or '.join(each.values)}"
    return f"all but {named}" if each.negated else named


def _lowered(label: str) -> str:
    return label[:1].lower() + label[1:]
