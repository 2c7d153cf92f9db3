"""An answer as a report: the verdict, what it is made of, how it moves, and the exact figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

from finops.answers.figure import Figure
from finops.answers.hours import minded, of_week, week
from finops.answers.shares import as_bars, as_trend, running
from finops.answers.table import left_out, table, tells
from finops.answers.weekdays import uneven
from finops.period import Period, month_of
from finops.question import Answer, Dimension, Filter, Grain, Question, Row
from finops.report import Bars, Facts, Figures, Line, Note, Part, Quantity, Report, Share, Text, Trend, say

_NOTICED = Decimal("0.01")
_TOGETHER = 4


def report(answer: Answer, figure: Figure, days: Period | None = None) -> Report:
    """*answer* said through *figure*; an empty one says on which *days* there are data."""
    said = _Said(answer, figure, days)
    if not answer.rows or _beyond(answer.question.period, days):
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

    @property
    def title(self) -> str:
        asked = self.answer.question
        cuts = [*([asked.grain] if asked.grain else []), *(each.replace("_", " ") for each in asked.by)]
        cut = f" by {' and '.join(cuts)}" if cuts else ""
        where = ", " + ", ".join(map(str, asked.where)) if asked.where else ""
        label = f"Cumulative {self.figure.lowered}" if asked.cumulative else self.figure.label
        label = f"Share of {self.figure.lowered}" if asked.shares else label
        return f"{label}{cut}, {asked.period}{where}"

    @property
    def total(self) -> Decimal | None:
        return self.figure.of(self.answer.total)

    @property
    def before(self) -> Decimal | None:
        return self.figure.of(self.answer.previous) if self.answer.previous else None

    @property
    def verdict(self) -> Text:
        within = self.answer.question.period.within
        if self.total is None:
            return say(f"{self.figure.label}: no data {within}.{self.figure.hint}")
        was = "were" if self.figure.counts else "was"
        start = say(f"{self.figure.label} {was} ", self.figure.cell(self.total), f" {within}")
        return (*start, *self._change(), *self._largest(), *self._mover(), ".")

    def _change(self) -> Text:
        if self.answer.question.versus is None:
            return ()
        if not self.before or self.total is None:
            return say(f", nothing to compare with in {self.answer.question.versus}")
        return say(", ", Share(self.total / self.before - 1, signed=True), f" on {self.answer.question.versus}")

    def _largest(self) -> Text:
        asked = self.answer.question
        if asked.grain or (asked.versus and not asked.shares) or not self.total:
            return ()
        if not (leading := self._leading()):
            return ()
        (row, value), least = leading, self.answer.question.least
        if least or not self.figure.adds:
            return say(f", {'lowest' if least else 'highest'} for {row.name}: ", self.figure.said(value))
        return say("; ", Share(value / self.total), f" of {'them' if self.figure.counts else 'it'} is {row.name}")

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

    def _named(self) -> list[tuple[Row, Decimal]]:
        """The rows that say whose they are, with their figures; all rows where none does."""
        known = [(row, value) for row in self.answer.rows if row.key and (value := self.figure.of(row.values))]
        return [each for each in known if all(each[0].key.values())] or known

    def _leading(self) -> tuple[Row, Decimal] | None:
        """The largest of several rows, or the smallest, where that is asked for; of one, only where so many are asked
        for; none that is a rest, where a part is set beside it."""
        known = self._named()
        named = [each for each in known if not (self.answer.question.shares and each[0].name.startswith("other "))]
        sign = -1 if self.answer.question.least else 1
        outermost = max(named or known, key=lambda each: each[1] * sign, default=None)
        return outermost if len(known) > 1 or self.answer.question.top else None

    def nothing(self) -> Report:
        asked = self.answer.question
        where = f"for {' and '.join(map(_kept, asked.where))} " if asked.where else ""
        text = f"No {self.figure.lowered} {where}{asked.period.within}."
        text += _known(asked.period, self.days) or self.figure.hint
        text = " ".join((text, *minded(self.answer)))
        empty = Figures(asked, (), Decimal(0) if self.figure.adds else None, self.figure.unit)
        return Report(self.title, say(text), stamp=self.answer.stamp, figures=empty)

    def parts(self) -> tuple[Part, ...]:
        kind = self._trend if self.answer.question.grain else self._heat if of_week(self.answer) else self._bars
        drawn = kind()
        return (*self._facts(), *drawn, *self._notes())

    def _facts(self) -> tuple[Part, ...]:
        """Both totals, where there are two; one alone is in the verdict already."""
        if self.total is None or self.before is None:
            return ()
        said = {self.answer.question.period: self.total, self.answer.question.versus: self.before}
        return (Facts(tuple((f"{period}", say(self.figure.said(value))) for period, value in said.items())),)

    def _notes(self) -> tuple[Note, ...]:
        notes = []
        if self.answer.stamp.unpriced_share:
            unpriced = Share(self.answer.stamp.unpriced_share)
            notes.append(Note(say(unpriced, " of the tokens have no known price and are not in this figure.")))
        if self.days and self.answer.question.period.start < self.days.start:
            notes.append(Note(say(f"Data start on {self.days.start.day} {self.days.start:%B %Y}.")))
        notes += [Note(say(each)) for each in minded(self.answer)]
        if Dimension.WEEKDAY in self.answer.question.by and self.figure.adds:
            notes += [Note(say(each)) for each in (uneven(self.answer.question.period),) if each]
        blank = [row for row in self.answer.rows if self.figure.of(row.values) is None]
        if blank and not self.answer.question.grain:
            notes.append(Note(say("No data for this figure in ", Quantity.of(len(blank)), " more.")))
        return tuple(notes)

    def _heat(self) -> tuple[Part, ...]:
        return (week(self.answer, self.figure, self._finding(), self.title),)

    def _bars(self) -> tuple[Part, ...]:
        told = [row for row in self.answer.rows if row.key and tells(row, self.figure)]
        rows = [(row.name, self.figure.of(row.values)) for row in told]
        known = [(name, value) for name, value in rows if value is not None]
        known = (
            known if self.figure.adds else sorted(known, key=lambda each: -each[1], reverse=self.answer.question.least)
        )
        if not known:
            return ()
        before = {row.name: self.figure.of(row.previous) for row in self.answer.rows if row.previous}
        previous = {name: value for name, value in before.items() if value is not None}
        other = left_out(self.answer, self.figure)
        every = (*known, *([("other", other)] if other else []))
        total = self.total if self.figure.adds and len(every) > 1 else None
        bars = Bars(self._finding(), every, self.figure.unit, previous, self.title, total)
        return as_bars(bars, self.total or Decimal(0), self.before) if self.answer.question.shares else (bars,)

    def _finding(self) -> str:
        """What the chart shows, in a few words."""
        if not (leading := self._leading()) or not self.total:
            return self.title
        (row, value), least = leading, self.answer.question.least
        if least or not self.figure.adds:
            return f"{row.name}: {'lowest' if least else 'highest'} {self.figure.lowered}"
        return f"{row.name} is {value / self.total * 100:.0f} % of {self.figure.lowered}"

    def _trend(self) -> tuple[Part, ...]:
        asked = self.answer.question
        days = sorted({row.day for row in self.answer.rows if row.day})
        names = list(dict.fromkeys(row.name for row in self.answer.rows))
        values = {(row.name, row.day): self.figure.of(row.values) for row in self.answer.rows}
        empty = Decimal(0) if self.figure.adds else None
        lines = tuple(Line(name, tuple(values.get((name, day), empty) for day in days)) for name in names)
        if asked.cumulative and self.figure.adds:
            lines = tuple(Line(each.name, tuple(accumulate(v or Decimal(0) for v in each.values))) for each in lines)
        stacked = self.figure.adds and (len(lines) > 1 or asked.grain is not Grain.DAY)
        apart = Dimension.TEAM in asked.by and len(lines) > _TOGETHER
        about = f"{self.figure.unit} a {asked.grain}" if self.figure.adds else self.figure.lowered
        about = f"{self.figure.unit} so far, by {asked.grain}" if asked.cumulative else about
        trend = Trend(self.title, tuple(days), lines, self.figure.unit, stacked=stacked, about=about, apart=apart,
                      provisional_from=days[-1] if days and _is_cut(asked) else None)  # fmt: skip
        return (as_trend(trend, str(asked.grain)) if asked.shares else trend,)

    def figures(self) -> Figures:
        asked, so_far = self.answer.question, running(self.answer.rows, self.figure)
        cumulates = asked.cumulative and self.figure.adds
        rows = tuple((_key(row), so_far[row.name, row.day] if cumulates else self.figure.of(row.values))
                     for row in self.answer.rows)  # fmt: skip
        return Figures(self.answer.question, rows, self.total, self.figure.unit)


def _is_cut(asked: Question) -> bool:
    """Whether the last week or month ends after the period does."""
    last = asked.period.last
    if asked.grain is Grain.MONTH:
        return asked.period.end < month_of(last).end
    return asked.grain is Grain.WEEK and (last + timedelta(days=1)).weekday() != 0


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


def _kept(each: Filter) -> str:
    named = f"{each.dimension.replace('_', ' ')} {' or '.join(each.values)}"
    return f"all but {named}" if each.negated else named
