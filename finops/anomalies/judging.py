"""Judging: what a detector sees becomes incidents, in exact money; what calms down is resolved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from finops.anomalies.incident import Incident, Incidents, Stage, opened, resolved, went_on, worse
from finops.anomalies.usual import daily, excess, named, usual
from finops.decision import Decision, Held
from finops.detector import Detector, Sight, Sighting
from finops.money import Money
from finops.period import Period
from finops.question import Dimension, Filter, Grain, Ledger, Measure, Question
from finops.reach import open_day, reached
from finops.stamp import LedgerName

_NEWS, _SAME, _CALM, _NEW_FEED = (timedelta(days=n) for n in (7, 2, 2, 14))
_HISTORY = timedelta(days=60)


@dataclass(frozen=True)
class Episode:
    """What one series began on *first*, the last day it *doubled* again, and the day it was *over*: calm again, or the
    new usual."""

    first: Sighting
    over: Sighting | None = None
    doubled: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last odd day of an episode that is over; a newcomer is new until it no longer is."""
        if self.over is None:
            return None
        calm = self.over.low <= self.over.value <= self.over.high and self.first.sight is not Sight.NEWCOMER
        return max(self.first.day, self.over.day - _CALM) if calm else self.over.day


@dataclass(frozen=True)
class Judge:
    """Looks at *ledger* with a detector on *today*, beside the incidents there are."""

    detector: Detector
    ledger: Ledger
    incidents: Incidents
    today: date
    now: datetime
    currency: str = "USD"

    def decisions(self) -> Iterator[Decision]:
        """What has to be opened, told anew, brought up to date or resolved; asked again on the same day, nothing."""
        asked = self._asked
        episodes = latest(self.detector.sightings(self.ledger.series(asked)))
        mine = [held for held in self.incidents.incidents() if held.state.detector == self.detector.name]
        going_on = {held.state.name: held for held in mine if held.state.is_open}
        for name, held in going_on.items():
            yield from self._looked_after(held, episodes.get(name))
        for name, episode in episodes.items():
            if name not in going_on and self._is_news(episode, mine):
                yield opened(self._incident(episode, asked.by[0]), self.now)

    @cached_property
    def _asked(self) -> Question:
        """The detector's question, put to one ledger: the one that names what it is cut by in the whole period."""
        question = self.detector.question(self._until)
        stamp = self.ledger.answer(replace(question, grain=Grain.DAY)).stamp
        return replace(question, ledger=question.ledger or stamp.ledger)

    @property
    def looks_at(self) -> Period | None:
        """The days of which something new would be told, as far as they are known; None if none is."""
        known = self.ledger.known().days
        if known is None:
            return None
        start, end = max(known.start, self._until - _NEWS), min(known.end, self._until)
        return Period(start, end) if start < end else None

    @property
    def _chosen(self) -> LedgerName:
        return self._asked.ledger or LedgerName.BILLED

    @property
    def _until(self) -> date:
        return open_day(self.today, self.now)

    def _reached(self, ledger: LedgerName) -> date:
        return reached(self.ledger.freshness(), self._until, ledger)

    def _is_news(self, episode: Episode, mine: Iterable[Held[Incident]]) -> bool:
        first = episode.first
        if first.day < self._until - _NEWS or (first.sight is Sight.DROP and first.day > self._reached(self._chosen)):
            return False
        if first.sight is Sight.NEWCOMER and self._came_with_feed(first.day):
            return False
        return not any(h.state.name == first.name and h.state.day >= first.day - _SAME for h in mine)

    def _came_with_feed(self, day: date) -> bool:
        """Whether we have begun to look only lately: then everything looks new."""
        feeds = [feed for feed in self.ledger.freshness() if feed.dataset not in ("drivers", "outcomes")]
        return any(day - _NEW_FEED <= feed.first_day <= day for feed in feeds)

    def _looked_after(self, held: Held[Incident], episode: Episode | None) -> Iterator[Decision]:
        state, last = held.state, self._reached(self._chosen)
        if episode and episode.over is None:
            yield from self._gone_on(held, episode.doubled, last)
        elif last > state.day + _CALM:
            end = max(state.day, episode.last_day if episode and episode.last_day else state.last_day)
            yield resolved(held, end, self._excess(state, end), self.now)

    def _gone_on(self, held: Held[Incident], doubled: date | None, last: date) -> Iterator[Decision]:
        state = held.state
        last = max(last, state.last_day)
        told = max(state.again, default=state.opened_at.date())
        if doubled and doubled > (state.doubled or state.day) and told < self.today:
            last = max(last, doubled)
            yield worse(held, doubled, last, self._excess(state, last), self.today, self.now)
        elif state.last_day < last:
            yield went_on(held, last, self._excess(state, last), self.now)

    def _incident(self, episode: Episode, dimension: Dimension) -> Incident:
        seen = episode.first
        where, ledger = named(dimension, seen.name), self._chosen
        costs = self._costs(where, seen.day, ledger)
        normal = usual(costs, seen.day, seen.day)
        last = episode.last_day or max(seen.day, self._reached(ledger))
        begun = Incident(
            id=incident_id(seen),
            detector=self.detector.name,
            dimension=dimension,
            name=seen.name,
            sight=seen.sight,
            day=seen.day,
            last_day=last,
            actual=self._money(costs[seen.day]),
            expected=self._money(normal.expected),
            low=self._money(normal.low),
            high=self._money(normal.high),
            excess=self._money(excess(costs, seen.day, last)),
            team=self._team(where, seen.day, ledger),
            stage=Stage.OPEN,
            opened_at=self.now,
            ledger=ledger,
            doubled=episode.doubled,
        )
        return replace(begun, stage=Stage.RESOLVED, at=self.now) if episode.over else begun

    def _excess(self, state: Incident, last: date) -> Money:
        """What *state* came to by *last*, or as far as the ledger that it was seen in knows."""
        costs = self._costs(named(state.dimension, state.name), state.day, state.ledger)
        known = max(state.day, min(last, self._reached(state.ledger))) if state.ledger is not self._chosen else last
        return self._money(excess(costs, state.day, known))

    def _costs(self, where: Filter, day: date, ledger: LedgerName) -> Mapping[date, Decimal]:
        return daily(self.ledger, where, Period(day - _HISTORY, self._until), ledger).sums

    def _money(self, amount: Decimal) -> Money:
        return Money(amount.quantize(Decimal("1e-9")), self.currency)

    def _team(self, where: Filter, day: date, ledger: LedgerName) -> str:
        asked = Question((Measure.COST,), Period(day, self._until), by=(Dimension.TEAM,), where=(where,),
                         ledger=ledger)  # fmt: skip
        rows = self.ledger.answer(asked).rows
        return rows[0].key[Dimension.TEAM] if rows else ""


def latest(seen: Iterable[Sighting]) -> Mapping[str, Episode]:
    """The last episode of each name that began one; *seen* is oldest first."""
    found: dict[str, Episode] = {}
    for each in seen:
        before = found.get(each.name)
        if each.sight is not Sight.CALM:
            if before is None or before.over:
                found[each.name] = Episode(each)
            elif each.sight is Sight.UP:
                found[each.name] = replace(before, doubled=each.day)
        elif before and before.over is None:
            found[each.name] = replace(before, over=each)
    return found


def incident_id(seen: Sighting) -> str:
    """`i-20261123-support-prod`: the day it began, and what it is about; no two names give the same."""
    name = re.sub(r"[^a-z0-9]+", "-", seen.name.lower()).strip("-")[:40]
    if name != seen.name:
        name = f"{name}-{sha256(seen.name.encode()).hexdigest()[:6]}"
    return f"i-{seen.day:%Y%m%d}-{name}"
