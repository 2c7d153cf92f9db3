"""Answering one question over the facts of one manifest: sums, what they were before, and their stamp."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Context, Decimal

from finops.period import Period, midnight, month_of
from finops.question import COUNTED_BY, MONEY, Answer, Dimension, Filter, Measure, Question, Row, Values, business
from finops.ranking import ranked
from finops.stamp import Finality, LedgerName, Stamp
from storage import choosing
from storage.daily import Day
from storage.knowing import Knowing
from storage.manifest import Published
from storage.questions import summed, worded
from storage.shelf import Shelved

_SETTLES = 3
_EXACT = Context(prec=60)
"""No sum is longer; the usual 28 digits would round one of 38."""
_METERED = frozenset({Measure.REQUESTS})
_Key = tuple[object, ...]
_Sums = dict[_Key, dict[str, Decimal]]


@dataclass(frozen=True)
class Reading:
    """One question being answered over the facts that are *opened*, on the day *today* (UTC)."""

    opened: Shelved
    currency: str
    teams: tuple[str, ...]
    today: date
    settles: Mapping[str, int]
    converts: bool

    def answer(self, question: Question) -> Answer:
        ledger = LedgerName.METERED if question.hourly else question.ledger or self._chosen(question)
        now = self._sums(question, question.period, ledger)
        if ledger is LedgerName.BILLED and question.ledger is None and _says_nothing(question, now):
            metered = self._sums(question, question.period, LedgerName.METERED)
            if not _says_nothing(question, metered):
                ledger, now = LedgerName.METERED, metered
        versus = question.versus
        before = self._sums(question, versus, ledger) if versus else {}
        rows = _rows(question, now, before)
        total = self._total(question, question.period, ledger, now)
        previous = self._total(question, versus, ledger, before) if versus else None
        stamp, first = self._stamp(question, ledger), question.measures[0]
        return Answer(question, ranked(rows, question, lambda values: values[first] or None), total, stamp, previous)

    def days(self, asked: Question) -> Iterator[Day]:
        """The days of the one measure that is *asked*, by the names of what it is cut by."""
        if asked.ledger is None or asked.hourly or Measure.DRIVERS in asked.measures:
            yield from _days(self.answer(asked))
            return
        first = asked.measures[0]
        rows = self.opened.rows(worded(summed(asked, [first], self.teams), first),
                                LedgerName.METERED if first in _METERED else asked.ledger, asked.period,
                                whole=self._whole(asked, [first]))  # fmt: skip
        named = replace(asked, grain=None)
        names = {key: _row(named, key, None, {}).name for key in {row[:-2] for row in rows}}
        yield from ((names[row[:-2]], row[-2], row[-1]) for row in rows if row[-1] is not None)

    def _chosen(self, asked: Question) -> LedgerName:
        """Calls are counted in the metered ledger only, so what is divided by them comes from there, too."""
        metered = _METERED & set(asked.measures)
        if set(asked.measures) <= _METERED | {Measure.UNPRICED_TOKENS}:
            return LedgerName.METERED
        first = LedgerName.METERED if metered else LedgerName.BILLED
        return choosing.ledger(first, self._knowing(asked).days())

    def _knowing(self, asked: Question) -> Knowing:
        return Knowing(self.opened, asked.period, _of_days(asked), self.teams)

    def _total(self, asked: Question, period: Period, ledger: LedgerName, sums: _Sums) -> Values:
        """The total of *sums*; drivers are asked for again, for a cut that does not count them repeats their count."""
        if Measure.DRIVERS not in asked.measures or not (asked.by or asked.grain):
            return _added(asked, sums)
        return self._sums(replace(asked, by=(), grain=None), period, ledger, like=asked).get((), _zero(asked))

    def _sums(self, asked: Question, period: Period, ledger: LedgerName, like: Question | None = None) -> _Sums:
        """The sums, of those drivers that *like* (none: *asked*) counts."""
        plain = [m for m in asked.measures if m not in (*_METERED, Measure.DRIVERS)]
        spent = _uncounted(asked)
        sums = self._asked(spent, period, plain, ledger)
        _merged(sums, self._asked(spent, period, [m for m in asked.measures if m in _METERED], LedgerName.METERED))
        if Measure.DRIVERS in asked.measures:
            self._add_drivers(sums, asked, period, like or asked)
        return {key: _zero(asked) | values for key, values in sums.items()}

    def _add_drivers(self, sums: _Sums, asked: Question, period: Period, like: Question) -> None:
        shared = tuple(each for each in asked.by if each in COUNTED_BY)
        where = tuple(each for each in asked.where if each.dimension in COUNTED_BY)
        counted = self._asked(
            replace(asked, by=shared, where=(*where, *business(like))), period, [Measure.DRIVERS], "drivers"
        )
        places = [number for number, each in enumerate((*asked.by, "at")) if each in (*COUNTED_BY, "at")]
        for key, values in sums.items():
            values |= counted.get(tuple(key[n] for n in places if n < len(key)), {})
        if len(shared) == len(asked.by):
            _merged(sums, counted)

    def _asked(self, asked: Question, period: Period, measures: Sequence[Measure], part: str) -> _Sums:
        if not measures:
            return {}
        zone = asked.zone if asked.hourly else ""
        rows = self.opened.rows(summed(asked, measures, self.teams), part, period,
                                whole=self._whole(asked, measures), zone=zone)  # fmt: skip
        width = len(asked.by) + bool(asked.grain)
        return {
            row[:width]: {m: Decimal(v) for m, v in zip(measures, row[width:], strict=True)}
            for row in rows
            if any(value is not None for value in row[width:])
        }

    def _whole(self, asked: Question, measures: Sequence[Measure]) -> bool:
        """Whether it makes no difference how shared costs are split."""
        named = {*asked.by, *(each.dimension for each in asked.where)}
        return not self.teams and Dimension.TEAM not in named and Measure.OWNED_COST not in measures

    def _stamp(self, asked: Question, ledger: LedgerName) -> Stamp:
        files = [file for file in self.opened.manifest.by_ledger[ledger] if file.day in asked.period]
        as_of = max(map(self.opened.manifest.as_of, files), default=None)
        share = self._unpriced(asked) if ledger is LedgerName.METERED else Decimal(0)
        return Stamp(as_of, self._finality(asked.period, ledger, files), ledger, self.currency, share,
                     max((file.day for file in files), default=None), self._converted(asked, ledger),
                     self._knowing(asked).absent(ledger, asked.measures),
                     self._knowing(asked).untimed() if asked.hourly else ())  # fmt: skip

    def _converted(self, asked: Question, ledger: LedgerName) -> tuple[str, ...]:
        """The other currencies that the money asked for was told in."""
        if not self.converts or not MONEY & set(asked.measures):
            return ()
        by = replace(asked, by=(Dimension.ORIGINAL_CURRENCY,), grain=None)
        told = {str(key[0]) for key in self._asked(by, asked.period, [Measure.COST], ledger)}
        return tuple(sorted(told - {"", self.currency}))

    def _unpriced(self, asked: Question) -> Decimal:
        tokens = replace(asked, measures=(Measure.TOKENS, Measure.UNPRICED_TOKENS), by=(), grain=None)
        sums = _added(tokens, self._sums(tokens, asked.period, LedgerName.METERED))
        return sums[Measure.UNPRICED_TOKENS] / sums[Measure.TOKENS] if sums[Measure.TOKENS] else Decimal(0)

    def _finality(self, period: Period, ledger: LedgerName, files: Sequence[Published]) -> Finality:
        """Final once all its sources had the days that they may still correct, a bill also its month and three days;
        and once those that say how far they are complete are so to the end of *period*."""
        days = max((self.settles.get(file.source, _SETTLES) for file in files), default=_SETTLES)
        billed = ledger is LedgerName.BILLED
        settled = month_of(period.last).end + timedelta(days=max(days, _SETTLES)) if billed else (
            period.end + timedelta(days=days))  # fmt: skip
        said = [until for until in map(self.opened.manifest.watermark, files) if until]
        complete = all(until >= midnight(period.end) for until in said)
        return Finality.FINAL if settled <= self.today and complete else Finality.PROVISIONAL


def _uncounted(asked: Question) -> Question:
    """What is asked of all that drivers are set against, which names no driver itself."""
    if Measure.DRIVERS not in asked.measures:
        return asked
    return replace(asked, where=tuple(each for each in asked.where if each.dimension is not Dimension.DRIVER))


def _of_days(asked: Question) -> tuple[Filter, ...]:
    """What *asked* keeps, but for the hours and, beside them, the weekdays there."""
    clock = {Dimension.HOUR, Dimension.WEEKDAY} if asked.hourly else set()
    return tuple(each for each in asked.where if each.dimension not in clock)


def _says_nothing(asked: Question, sums: _Sums) -> bool:
    """Whether there are no rows, or none that has a name for what it is cut by."""
    return not sums or (bool(asked.by) and not any(any(key[: len(asked.by)]) for key in sums))


def _days(answer: Answer) -> Iterator[Day]:
    first = answer.question.measures[0]
    return ((row.name, row.day, str(row.values[first])) for row in answer.rows if row.day)


def _zero(asked: Question) -> dict[str, Decimal]:
    return {measure: Decimal(0) for measure in asked.measures}


def _added(asked: Question, sums: _Sums) -> Values:
    """*sums* added up, each as exactly as the database would."""
    totals = _zero(asked)
    for values in sums.values():
        for measure, value in values.items():
            totals[measure] = _EXACT.add(totals[measure], value)
    return totals


def _merged(sums: _Sums, more: _Sums) -> None:
    for key, values in more.items():
        sums.setdefault(key, {}).update(values)


def _rows(asked: Question, now: _Sums, before: _Sums) -> tuple[Row, ...]:
    if not asked.by and not asked.grain:
        return tuple(Row({}, values, before.get((), None)) for values in now.values())
    keys = dict.fromkeys((*now, *before)) if not asked.grain else now
    rows = [_row(asked, key, now.get(key), before) for key in keys]
    first = asked.measures[0]
    return tuple(sorted(rows, key=lambda row: (row.day or date.min, -row.values[first], row.name)))


def _row(asked: Question, key: _Key, values: dict[str, Decimal] | None, before: _Sums) -> Row:
    named = {each: str(value) for each, value in zip(asked.by, key, strict=False)}
    previous: Values | None = before.get(key, _zero(asked)) if asked.versus and not asked.grain else None
    at = key[-1] if asked.grain else None
    day = at.date() if isinstance(at, datetime) else at if isinstance(at, date) else None
    return Row(named, values or _zero(asked), previous, day)
