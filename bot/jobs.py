"""Jobs: what is done without being asked: collect, detect, send digests, expire, sweep."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import finops.detectors
from bot import digests
from bot.bugs import Caught, noted
from bot.connections import ConnectedSource
from bot.wiring import House
from finops.anomalies.judging import Judge
from finops.batch import Batch, Delivery, together
from finops.budgets.approval import expire
from finops.detector import Detector
from finops.discovery import instances
from finops.errors import BadFile, Late, SourceAway, SourceChanged, SourceError
from finops.forecasting.made import forecast
from finops.period import Period, day_in, month_of
from storage.due import Due
from storage.exchanging import PRICED_IN
from storage.sweeping import Sweeping

log = logging.getLogger(__name__)

_FIRST_TIME, _AWAKE = timedelta(days=30), 6
_MANY = 10
"""Rows: if all of so many in one batch are odd, the provider answers in another shape."""


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

    def collect(self, only: str = "", *, believe: bool = False) -> dict[str, Delivery]:
        """What came of each source that is configured (or of *only* that one), by source and dataset. *believe* takes
        it even if most of what is known goes."""
        found: dict[str, Delivery] = {}
        for name, source in self.sources.items():
            if only in ("", name) and self._may_ask(name, source):
                found |= self._collected(name, source, believe=believe)
            elif only in ("", name):
                self.tell(f"{name} charges for each question and was asked in this half of the day (UTC) already.")
        return found

    def hourly(self) -> None:
        """Collect from each source that nobody else has taken on this hour."""
        now, due = self.house.clock().astimezone(UTC), Due(self.house.engine)
        for name, source in self.sources.items():
            if due.taken(f"collect/{name}/{now:%H}", now.date(), now) and self._may_ask(name, source):
                self._collected(name, source, believe=False)

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
            house.states.look(judge.looks_at)
        return kept

    def forecast(self) -> int:
        """How many forecasts were kept: once a day, of all AI cost and of each team, from six in the morning on, when
        the day before is known if it ever is; after that there is nothing to do."""
        house, now = self.house, self.house.clock()
        if now.astimezone(ZoneInfo(house.settings.company.zone)).hour < _AWAKE:
            return 0
        if any(each.day == self.today for each in house.forecasts.made(month_of(self.today))):
            return 0
        reach = house.desk().reach(now)
        return house.forecasts.keep(forecast(house.ledger, reach, self.today, house.settings.company.currency), now)

    def digests(self) -> int:
        """How many digests became due just now."""
        return digests.claim(Due(self.house.engine), self.house.settings.audiences, self.house.clock())

    def sweep(self) -> None:
        """Requests that nobody answered expire."""
        now = self.house.clock()
        for held in self.house.states.requests(waiting=True):
            decision = expire(held, now)
            if decision:
                try:
                    self.house.book.keep(decision)
                except Late:
                    log.info("%s was decided while it expired", decision.subject)

    def ready(self) -> None:
        """Look up the names of late and all that were ever told, where those are not remembered: what nobody
        understands is said at once, too."""
        self.house.ledger.known()
        self.house.ledger.known(ever=True)

    def tidy(self) -> None:
        """What is over for long is forgotten, and then there is room to sum up what an earlier version published."""
        settings = self.house.settings
        sweeping = Sweeping(settings.home, self.house.engine, timedelta(days=settings.requests.keep_days))
        log.info("Swept: %s", sweeping.swept(self.house.clock()))
        self.house.facts.sum_up()

    def _may_ask(self, name: str, source: ConnectedSource) -> bool:
        """Whether it is free of charge, or nobody asked it in this half of the day (UTC); then it is taken."""
        now = self.house.clock().astimezone(UTC)
        half = f"ask/{name}/{'am' if now.hour < 12 else 'pm'}"
        return not source.charged or Due(self.house.engine).taken(half, now.date(), now)

    def _collected(self, name: str, source: ConnectedSource, *, believe: bool) -> dict[str, Delivery]:
        found: dict[str, Delivery] = {}
        before, spent = source.asked, source.spent
        with Caught() as reading:
            self._read(name, source, found, doubting=not believe)
        with Caught() as telling:
            if source.charged:
                self._charged(name, source.asked - before, source.spent - spent)
            self._settled(name, reading.error)
            self._doubted(name)
        if telling.error:  # it is not remembered as told, so the next run tells it
            noted(f"telling of {name}", telling.error)
        return found

    def _charged(self, name: str, questions: int, dollars: Decimal) -> None:
        """Count the *questions* that were charged for, and what they cost, if that can be told in our currency."""
        now, facts = self.house.clock(), self.house.facts
        day, same = now.astimezone(UTC).date(), facts.currency == PRICED_IN
        rate = Decimal(1) if same else facts.exchange.rate(PRICED_IN, facts.currency, day) if facts.exchange else None
        self.house.failures.asked(name, questions, now, None if rate is None else dollars * rate)

    def _read(self, name: str, source: ConnectedSource, found: dict[str, Delivery], *, doubting: bool) -> None:
        into = self.house.settings.home / "pages" / f"{self.house.clock():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        useless: list[tuple[str, str, int]] = []
        for batch in source.fetch(self._period(name, source), into):
            what, delivery = f"{name}/{batch.dataset}", self._published(batch, doubting)
            useless += [(_useless(batch, delivery), what, delivery.quarantined)] if delivery.useless else []
            found[what] = together(found[what], delivery) if what in found else delivery
        for sentence, what, rows in useless:
            if rows >= _MANY or found[what].useless:  # a day with one call, which is odd, is no new shape
                raise SourceChanged(sentence)

    def _settled(self, name: str, error: Exception | None) -> None:
        """Tell what is news about the source *name*, and only then remember it as told."""
        failures = self.house.failures
        before = failures.failures().get(name)
        if error is None:
            if before is not None:
                self.tell(f"{name} answers again.")
                failures.recovered(name)
            return
        sentence = str(error) if isinstance(error, SourceError) else _bug(name, error)
        if before is None or (before != sentence and not isinstance(error, SourceAway)):
            self.tell(f"{name}: {sentence}")
        failures.failed(name, sentence, self.house.clock())

    def _doubted(self, name: str) -> None:
        """Tell what is newly doubted of the source *name*, and only then remember it as told."""
        news = [doubt for doubt in self.house.failures.doubts(untold=True) if doubt.source == name]
        for doubt in news:
            self.tell(doubt.sentence)
        if news:
            self.house.failures.heard(name)

    def _published(self, batch: Batch, doubting: bool) -> Delivery:
        try:
            return self.house.facts.publish(batch, self.house.clock(), routine=True, doubting=doubting)
        except BadFile as error:
            raise SourceChanged(str(error)) from error

    def _period(self, name: str, source: ConnectedSource) -> Period:
        """From the days that may still be corrected, or that one of its datasets missed, to today; a dataset that
        reaches less far is followed back for thirty days, and so is what is doubted, and everything the first time."""
        known = [each.last_day for each in self.house.ledger.freshness() if each.feed.split("/")[0] == name]
        back, settles = self.today - _FIRST_TIME, timedelta(days=source.settles_after)
        start = min(max(known) - settles, max(min(known) - settles, back)) if known else back
        doubted = [max(doubt.days.start, back) for doubt in self.house.failures.doubts() if doubt.source == name]
        return Period(min(start, self.today, *doubted), self.today + timedelta(days=1))


def _useless(batch: Batch, delivery: Delivery) -> str:
    """The same words each time, whichever rows they were."""
    first = delivery.examples[0]
    return f"no row of its {batch.dataset} can be kept: {first.field}: {first.reason}. What was known stays."


def _bug(name: str, error: Exception) -> str:
    return f"Reading it ended in a bug of Tuppence; the log has it as {noted(f'collecting {name}', error)}."
