"""Judging: what a detector sees becomes incidents, in exact money; what calms down is resolved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from finops.decision import Decision, Held
from finops.detector import Detector, Sight, Sighting
from finops.incident import Incident, Incidents, Stage, opened, resolved, went_on
from finops.money import Money
from finops.period import Period
from finops.question import Dimension, Freshness, Ledger, Measure, Question
from finops.usual import daily, excess, named, usual

_NEWS, _SAME, _CALM, _NEW_FEED, _LAG = (timedelta(days=n) for n in (7, 2, 2, 14, 3))
_HISTORY = timedelta(days=60)


@dataclass(frozen=True)
class Episode:
    """What one series began on *first*, and the day it was *over*: calm again, or the new usual."""

    first: Sighting
    over: Sighting | None = None

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
        """What has to be opened, brought up to date or resolved; asked again on the same day, nothing."""
        question = self.detector.question(self._until)
        episodes = latest(self.detector.sightings(self.ledger.series(question)))
        mine = [held for held in self.incidents.incidents() if held.state.detector == self.detector.name]
        going_on = {held.state.name: held for held in mine if held.state.is_open}
        for name, held in going_on.items():
            yield from self._looked_after(held, episodes.get(name))
        for name, episode in episodes.items():
            if name not in going_on and self._is_news(episode, mine):
                yield opened(self._incident(episode, question.by[0]), self.now)

    @property
    def _until(self) -> date:
        """The first day that is not complete, in the reporting zone and in UTC, which charges go by."""
        return min(self.today, self.now.astimezone(UTC).date())

    @property
    def _reached(self) -> date:
        """The last day that every feed reaches; one that ended long ago does not count."""
        return reached(self.ledger.freshness(), self._until)

    def _is_news(self, episode: Episode, mine: Iterable[Held[Incident]]) -> bool:
        first = episode.first
        if first.day < self._until - _NEWS or (first.sight is Sight.DROP and first.day > self._reached):
            return False
        if first.sight is Sight.NEWCOMER and self._came_with_feed(first.day):
            return False
        return not any(h.state.name == first.name and h.state.day >= first.day - _SAME for h in mine)

    def _came_with_feed(self, day: date) -> bool:
        """Whether we have begun to look only lately: then everything looks new."""
        return any(day - _NEW_FEED <= feed.first_day <= day for feed in self.ledger.freshness() if _counts(feed))

    def _looked_after(self, held: Held[Incident], episode: Episode | None) -> Iterator[Decision]:
        state, last = held.state, self._reached
        costs = self._costs(state.dimension, state.name, state.day)
        if episode and episode.over is None:
            if state.last_day < last:
                yield went_on(held, last, self._money(excess(costs, state.day, last)), self.now)
        elif last > state.day + _CALM:
            end = max(state.day, episode.last_day if episode and episode.last_day else state.last_day)
            yield resolved(held, end, self._money(excess(costs, state.day, end)), self.now)

    def _incident(self, episode: Episode, dimension: Dimension) -> Incident:
        seen = episode.first
        costs = self._costs(dimension, seen.name, seen.day)
        normal = usual(costs, seen.day, seen.day)
        last = episode.last_day or max(seen.day, self._reached)
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
            team=self._team(seen, dimension),
            stage=Stage.OPEN,
            opened_at=self.now,
        )
        return replace(begun, stage=Stage.RESOLVED, at=self.now) if episode.over else begun

    def _costs(self, dimension: Dimension, name: str, day: date) -> dict[date, Decimal]:
        return daily(self.ledger, dimension, name, Period(day - _HISTORY, self._until))

    def _money(self, amount: Decimal) -> Money:
        return Money(amount.quantize(Decimal("1e-9")), self.currency)

    def _team(self, seen: Sighting, dimension: Dimension) -> str:
        asked = Question((Measure.COST,), Period(seen.day, self._until), by=(Dimension.TEAM,),
                         where=(named(dimension, seen.name),))  # fmt: skip
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
        elif before and before.over is None:
            found[each.name] = replace(before, over=each)
    return found


def reached(feeds: Iterable[Freshness], until: date) -> date:
    """The last day before *until* that all living feeds reach and were read after."""
    yesterday = until - timedelta(days=1)
    ends = [min(feed.last_day, feed.read_at.date() - timedelta(days=1)) for feed in feeds if _counts(feed)]
    return min([end for end in ends if end > yesterday - _LAG] + [yesterday])


def _counts(feed: Freshness) -> bool:
    return feed.dataset != "drivers"


def incident_id(seen: Sighting) -> str:
    """`i-20261123-support-prod`: the day it began, and what it is about; no two names give the same."""
    name = re.sub(r"[^a-z0-9]+", "-", seen.name.lower()).strip("-")[:40]
    if name != seen.name:
        name = f"{name}-{sha256(seen.name.encode()).hexdigest()[:6]}"
    return f"i-{seen.day:%Y%m%d}-{name}"
