"""The ledger: questions answered by DuckDB, in memory, over the files that the manifest names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from finops.period import Period
from finops.question import (
    HOURS,
    WEEKDAYS,
    Answer,
    Dimension,
    Filter,
    Freshness,
    Grain,
    Known,
    Question,
    Series,
)
from finops.stamp import LedgerName
from storage import choosing
from storage.answering import Reading
from storage.daily import series
from storage.freshness import held_back
from storage.knowing import Knowing
from storage.manifest import Published
from storage.questions import combined, counted
from storage.rollup import LATE
from storage.shelf import Earlier, Shelf, Shelved


@dataclass(frozen=True)
class StoredLedger:
    """Answers questions; *teams* narrows everything to what a person may see (none named: all). *clock* tells the
    time (UTC), which settles what is final; so does *settles*, how many days each source may still correct.
    *converts*: what was told in other currencies is in here, too."""

    shelf: Shelf
    currency: str
    clock: Callable[[], datetime]
    teams: tuple[str, ...] = ()
    settles: Mapping[str, int] = field(default_factory=dict)
    converts: bool = False

    def narrowed(self, teams: tuple[str, ...]) -> StoredLedger:
        """The same ledger, holding nothing but *teams*."""
        return replace(self, teams=teams)

    def as_of(self, moment: datetime) -> StoredLedger:
        """The same ledger as it was at a *moment* of the last thirty days."""
        return replace(self, shelf=Earlier(self.shelf, moment), clock=lambda: moment)

    def answer(self, question: Question) -> Answer:
        """The exact sums asked for. Drivers are cut by team, app, driver and weekday only; other cuts repeat their
        count. Seats are counted only where drivers are named."""
        reading = self._reading()
        key = (question, self.teams, reading.today)
        return reading.opened.remembered(key, lambda: reading.answer(question))

    def _reading(self) -> Reading:
        today = self.clock().astimezone(UTC).date()
        return Reading(self.shelf.opened(), self.currency, self.teams, today, self.settles, self.converts)

    def chosen(
        self, period: Period, first: LedgerName = LedgerName.BILLED, where: tuple[Filter, ...] = ()
    ) -> LedgerName:
        """The ledger to answer all questions of one report on *period* from."""
        return choosing.ledger(first, Knowing(self.shelf.opened(), period, where, self.teams).days())

    def series(self, question: Question) -> Series:
        """The days of the first measure, by the question's dimensions; NaN before a series begins."""
        asked = replace(question, measures=question.measures[:1], grain=Grain.DAY, versus=None, top=None)
        reading = self._reading()
        key = ("series", asked, self.teams, reading.today)
        return reading.opened.remembered(key, lambda: series(reading.days(asked), asked.period))

    def known(self, *, ever: bool = False) -> Known:
        """The values that the last ninety days name, or all days (*ever*), dearest first, and the days that are known
        up to today: what is licensed is spread over days to come."""
        opened, today = self.shelf.opened(), self.clock().astimezone(UTC).date()
        files = opened.manifest.summed
        if not files:
            return Known()
        last = max(files[0].day, min(files[-1].day, today))
        days = Period(files[0].day, last + timedelta(days=1))
        named = days if ever else Period(max(days.start, days.end - timedelta(days=90)), days.end)
        return opened.remembered(("known", named, self.teams), lambda: self._known(opened, days, named))

    def _known(self, opened: Shelved, days: Period, named: Period) -> Known:
        """What is named in *named*, a part of the *days* that are known."""
        told = [each for each in Dimension if each not in (Dimension.WEEKDAY, Dimension.HOUR)]
        values = dict(zip(told, opened.values(combined(told, self.teams), told, named), strict=True))
        return Known(values | {Dimension.WEEKDAY: WEEKDAYS, Dimension.HOUR: HOURS}, days)

    def freshness(self) -> tuple[Freshness, ...]:
        """How far each feed reaches; narrowed to teams, with their rows only (whose the held back rows are, is not
        known). What is held back of a source is told once, at the first of its feeds."""
        held, opened = {} if self.teams else held_back(self.shelf.engine), self.shelf.opened()
        told = opened.remembered(("freshness", self.teams), lambda: tuple(self._reached(opened)))
        return tuple(replace(each, quarantined=held.pop(source, 0), settles_after=self.settles.get(source))
                     for source, each in told)  # fmt: skip

    def _reached(self, opened: Shelved) -> Iterator[tuple[str, Freshness]]:
        """How far each feed reaches, with its source, by what is *opened*: the same until something is published."""
        known = opened.manifest
        chosen = choosing.counting((*known.billed, *known.metered))
        feeds: dict[tuple[str, str], list[Published]] = {}
        for file in self._files(opened):
            feeds.setdefault((file.feed.partition(LATE)[0], file.dataset), []).append(file)
        for (feed, dataset), days in sorted(feeds.items()):
            yield days[0].source, Freshness(
                feed, dataset, days[0].day, days[-1].day, known.read_at(days[0]), sum(day.rows for day in days),
                watermark=known.watermark(days[0]), instead=choosing.instead(days[-1], chosen))  # fmt: skip

    def _files(self, opened: Shelved) -> Sequence[Published]:
        """The days that may be seen, each with the number of its rows that may be."""
        if not self.teams:
            return opened.manifest.files
        files = opened.manifest.summed
        if not files:
            return files
        days = Period(files[0].day, files[-1].day + timedelta(days=1))
        told = opened.rows(counted(self.teams), "summed", days)
        rows = {(file, feed, day): int(count) for file, feed, day, count in told}
        mine = [(each, rows.get((str(opened.folder / each.file), each.feed, each.day))) for each in files]
        return [each._replace(rows=count) for each, count in mine if count]
