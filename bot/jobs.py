"""Jobs: what is done without being asked: collect, detect, send digests, expire, sweep."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import finops.detectors
from bot import digests
from bot.connections import ConnectedSource
from bot.wiring import House
from finops.approval import expire
from finops.batch import Batch, Delivery
from finops.detector import Detector
from finops.discovery import instances
from finops.errors import BadFile, Late, SourceAway, SourceChanged, SourceError
from finops.judging import Judge
from finops.period import Period, day_in
from storage.due import Due
from storage.inbox import Inbox

log = logging.getLogger(__name__)

_FIRST_TIME = timedelta(days=30)
_KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Jobs:
    """The jobs over one house. *tell* says a sentence to the operators, once when something starts or ends."""

    house: House
    sources: Mapping[str, ConnectedSource]
    tell: Callable[[str], None]

    @property
    def today(self) -> date:
        """The date in the reporting zone."""
        return day_in(self.house.settings.company.zone, self.house.clock())

    def collect(self, only: str = "") -> dict[str, Delivery]:
        """What came of each source that is configured (or of *only* that one), by source and dataset."""
        found: dict[str, Delivery] = {}
        for name, source in self.sources.items():
            if only in ("", name):
                found |= self._collected(name, source)
        return found

    def detect(self) -> int:
        """How many incidents were opened, brought up to date or resolved."""
        kept = 0
        house = self.house
        for detector in instances(finops.detectors, Detector).values():
            currency = house.settings.company.currency
            judge = Judge(detector, house.ledger, house.states, self.today, house.clock(), currency)
            for decision in judge.decisions():
                try:
                    house.book.keep(decision)
                    kept += 1
                except Late:
                    log.info("%s was settled by somebody faster", decision.subject)
        return kept

    def digests(self) -> int:
        """How many digests became due just now."""
        return digests.claim(Due(self.house.engine), self.house.settings.audiences, self.house.clock())

    def sweep(self) -> None:
        """Requests that nobody answered expire; what was received long ago is forgotten."""
        now = self.house.clock()
        for held in self.house.states.requests(waiting=True):
            decision = expire(held, now)
            if decision:
                try:
                    self.house.book.keep(decision)
                except Late:
                    log.info("%s was decided while it expired", decision.subject)
        Inbox(self.house.engine).swept(now - _KEPT)

    def _collected(self, name: str, source: ConnectedSource) -> dict[str, Delivery]:
        house, found = self.house, {}
        try:
            for batch in source.fetch(self._period(name, source), house.settings.home / "pages"):
                found[f"{name}/{batch.dataset}"] = self._published(batch)
        except SourceError as error:
            if self._is_news(name, error):
                self.tell(f"{name}: {error}")
        else:
            if house.failures.recovered(name):
                self.tell(f"{name} answers again.")
        return found

    def _is_news(self, name: str, error: SourceError) -> bool:
        """Whether *error* is to be told: a source that failed before and is away is none, however it words it."""
        failures = self.house.failures
        failed_before = name in failures.failures()
        other = failures.failed(name, str(error), self.house.clock())
        return other and not (failed_before and isinstance(error, SourceAway))

    def _published(self, batch: Batch) -> Delivery:
        try:
            return self.house.facts.publish(batch, self.house.clock())
        except BadFile as error:
            raise SourceChanged(str(error)) from error

    def _period(self, name: str, source: ConnectedSource) -> Period:
        """From the days that may still be corrected, or that one of its datasets missed, to today; a dataset that
        reaches less far is followed back for thirty days, and so is everything the first time."""
        known = [each.last_day for each in self.house.ledger.freshness() if each.feed.split("/")[0] == name]
        back, settles = self.today - _FIRST_TIME, timedelta(days=source.settles_after)
        start = min(max(known) - settles, max(min(known) - settles, back)) if known else back
        return Period(min(start, self.today), self.today + timedelta(days=1))
