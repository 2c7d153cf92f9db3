"""Gathered: a ledger that has asked for all sums of a period at once, and answers many small questions from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal

from finops.naming import passes
from finops.period import Period
from finops.question import (
    NO_BUSINESS,
    Answer,
    Dimension,
    Filter,
    Freshness,
    Grain,
    Known,
    Ledger,
    Measure,
    Question,
    Row,
    Series,
    Values,
)
from finops.stamp import LedgerName

_CUTS = (Dimension.SCOPE, Dimension.PROVIDER, Dimension.SERVICE, Dimension.TOKEN_CLASS, Dimension.STATUS,
         Dimension.COMMITMENT, Dimension.TIER)  # fmt: skip
_SUMS = (Measure.COST, Measure.OWNED_COST, Measure.TOKEN_COST, Measure.TOKENS, Measure.UNPRICED_TOKENS,
         Measure.GPU_HOURS)  # fmt: skip
_CALLS = frozenset({Measure.REQUESTS, Measure.UNPRICED_TOKENS})
_EXACT = Context(prec=60)


@dataclass(frozen=True)
class Gathered:
    """The *ledger*, for many questions on *period*: what is cut by nothing and filtered by a few things comes from one
    answer of each ledger and one on drivers, and is the same as if it were asked alone; the rest is asked for."""

    ledger: Ledger
    period: Period
    _told: dict[LedgerName | Measure, Answer] = field(default_factory=dict)
    _choices: dict[tuple[Period, LedgerName, tuple[Filter, ...]], LedgerName] = field(default_factory=dict)
    _known: dict[bool, Known] = field(default_factory=dict)

    def answer(self, question: Question) -> Answer:
        """The exact sums asked for, from what is gathered where that tells them."""
        if self._counts(question):
            return _of_drivers(question, self._drivers())
        if not self._sums_up(question):
            return self.ledger.answer(question)
        ledger = question.ledger or self._chosen(question)
        values = {str(each): self._value(each, question, ledger) for each in question.measures}
        told = any(values.values()) or _passing(self._sums(ledger).rows, question.where)
        return Answer(question, (Row({}, values),) if told else (), values, self._sums(ledger).stamp)

    def _plain(self, question: Question) -> Question:
        return Question(question.measures, self.period, where=question.where, ledger=question.ledger)

    def _sums_up(self, question: Question) -> bool:
        """Whether it asks for sums that are gathered, and for nothing but sums."""
        drivers = Measure.DRIVERS in question.measures
        told = {*question.measures} <= {*_SUMS, Measure.REQUESTS, Measure.DRIVERS} and _cut(question, _CUTS)
        return told and question == self._plain(question) and not (drivers and question.where)

    def _counts(self, question: Question) -> bool:
        """Whether it asks for nothing but certain drivers, and at most by day."""
        plain = replace(self._plain(question), grain=Grain.DAY if question.grain is Grain.DAY else None)
        named = bool(question.where) and _cut(question, (Dimension.DRIVER,))
        return question == plain and question.measures == (Measure.DRIVERS,) and named

    def _chosen(self, question: Question) -> LedgerName:
        """As the ledger itself chooses: calls are metered only, and a bill that says nothing gives way to the meter."""
        if {*question.measures} <= _CALLS:
            return LedgerName.METERED
        first = LedgerName.METERED if Measure.REQUESTS in question.measures else LedgerName.BILLED
        chosen = self.chosen(self.period, first, question.where)
        empty = not _passing(self._sums(chosen).rows, question.where)
        metered = empty and _passing(self._sums(LedgerName.METERED).rows, question.where)
        return LedgerName.METERED if metered else chosen

    def _value(self, measure: Measure, question: Question, ledger: LedgerName) -> Decimal:
        if measure is Measure.DRIVERS:
            return _added(_business(self._drivers().rows), measure)
        counts = LedgerName.METERED if measure is Measure.REQUESTS else ledger
        return _added(_passing(self._sums(counts).rows, question.where), measure)

    def _sums(self, ledger: LedgerName) -> Answer:
        if ledger not in self._told:
            measures = (*_SUMS, Measure.REQUESTS) if ledger is LedgerName.METERED else _SUMS
            self._told[ledger] = self.ledger.answer(Question(measures, self.period, by=_CUTS, ledger=ledger))
        return self._told[ledger]

    def _drivers(self) -> Answer:
        asked = Question((Measure.DRIVERS,), self.period, by=(Dimension.DRIVER,), grain=Grain.DAY)
        if Measure.DRIVERS not in self._told:
            self._told[Measure.DRIVERS] = self.ledger.answer(asked)
        return self._told[Measure.DRIVERS]

    def chosen(
        self, period: Period, first: LedgerName = LedgerName.BILLED, where: tuple[Filter, ...] = ()
    ) -> LedgerName:
        """As the ledger says, asked once."""
        key = (period, first, where)
        if key not in self._choices:
            self._choices[key] = self.ledger.chosen(period, first, where)
        return self._choices[key]

    def series(self, question: Question) -> Series:
        """As the ledger says."""
        return self.ledger.series(question)

    def known(self, *, ever: bool = False) -> Known:
        """As the ledger says, asked once."""
        if ever not in self._known:
            self._known[ever] = self.ledger.known(ever=ever)
        return self._known[ever]

    def freshness(self) -> tuple[Freshness, ...]:
        """As the ledger says."""
        return self.ledger.freshness()


def _cut(question: Question, cuts: Sequence[Dimension]) -> bool:
    return all(each.dimension in cuts for each in question.where)


def _of_drivers(question: Question, every: Answer) -> Answer:
    """What *question* asks of the drivers in *every*: by day, or in one row."""
    rows = _passing(every.rows, question.where)
    total = {str(Measure.DRIVERS): _added(rows, Measure.DRIVERS)}
    days = dict.fromkeys(row.day for row in rows) if question.grain else (None,) if rows else ()
    told = (Row({}, _on(rows, day), None, day) for day in days)
    return Answer(question, tuple(told), total, every.stamp)


def _on(rows: Sequence[Row], day: object) -> Values:
    return {Measure.DRIVERS: _added([row for row in rows if day in (None, row.day)], Measure.DRIVERS)}


def _business(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.key[Dimension.DRIVER] not in NO_BUSINESS]


def _passing(rows: Iterable[Row], where: Sequence[Filter]) -> list[Row]:
    return [row for row in rows if all(passes(kept, row.key[kept.dimension]) for kept in where)]


def _added(rows: Iterable[Row], measure: Measure) -> Decimal:
    total = Decimal(0)
    for row in rows:
        total = _EXACT.add(total, row.values[measure])
    return total
