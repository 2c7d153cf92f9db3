"""Judging: what a detector sees becomes incidents, in exact money; what calms down is resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from finops.decision import Decision, Held
from finops.detector import Detector, Sight, Sighting
from finops.incident import Incident, Incidents, Stage, opened, resolved
from finops.money import Money
from finops.period import Period
from finops.question import Dimension, Filter, Ledger, Measure, Question
from finops.usual import daily, usual

_RECENT = timedelta(days=3)
_HISTORY = timedelta(days=60)


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
        """What has to be opened or resolved; asked twice on a day, the second time it is nothing."""
        question = self.detector.question(self.today)
        seen = self.detector.sightings(self.ledger.series(question))
        known = {held.state.id for held in self.incidents.incidents()}
        going_on = {held.state.name: held for held in self.incidents.incidents(open=True)}
        for name, last in _latest(seen).items():
            if last.sight is Sight.CALM:
                yield from self._calm(going_on.get(name), last)
            elif last.day >= self.today - _RECENT and _id(last) not in known and name not in going_on:
                yield opened(self._incident(last, question.by[0]), self.now)

    def _calm(self, held: Held[Incident] | None, last: Sighting) -> Iterator[Decision]:
        if held and last.day > held.state.day:
            yield resolved(held, self.now)

    def _incident(self, seen: Sighting, dimension: Dimension) -> Incident:
        until = Period(seen.day - _HISTORY, self.today)
        costs = daily(self.ledger, dimension, seen.name, until)
        normal = usual(costs, seen.day)
        return Incident(
            id=_id(seen),
            detector=self.detector.name,
            dimension=dimension,
            name=seen.name,
            sight=seen.sight,
            day=seen.day,
            last_day=self.today - timedelta(days=1),
            actual=self._money(costs[seen.day]),
            expected=self._money(normal.expected),
            low=self._money(normal.low),
            high=self._money(normal.high),
            excess=self._money(_excess(costs, seen.day, self.today)),
            team=self._team(seen, dimension),
            stage=Stage.OPEN,
            opened_at=self.now,
        )

    def _money(self, amount: Decimal) -> Money:
        return Money(amount.quantize(Decimal("1e-9")), self.currency)

    def _team(self, seen: Sighting, dimension: Dimension) -> str:
        asked = Question((Measure.COST,), Period(seen.day, self.today), by=(Dimension.TEAM,),
                         where=(Filter(dimension, (seen.name,)),))  # fmt: skip
        rows = self.ledger.answer(asked).rows
        return rows[0].key[Dimension.TEAM] if rows else ""


def _latest(seen: tuple[Sighting, ...]) -> Mapping[str, Sighting]:
    return {each.name: each for each in seen}


def _excess(costs: Mapping[date, Decimal], first: date, today: date) -> Decimal:
    days = Period(first, today)
    return sum((costs[day] - usual(costs, day).expected for day in days), Decimal(0))


def _id(seen: Sighting) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", seen.name.lower()).strip("-") or "unnamed"
    return f"i-{seen.day:%Y%m%d}-{name[:40]}"
