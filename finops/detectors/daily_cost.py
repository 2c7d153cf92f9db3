"""Daily cost by app: jumps above a robust weekly baseline, collapses, and newcomers that are dear from the start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from finops.anomalies.baseline import Baseline, Floats
from finops.anomalies.rules import ODD
from finops.anomalies.watch import Watch
from finops.detector import Detector, Sight, Sighting
from finops.period import last_days
from finops.question import Dimension, Measure, Question, Series

_HISTORY = 112


def question(today: date) -> Question:
    """What each app cost a day, over the sixteen weeks ending yesterday."""
    return Question((Measure.COST,), last_days(_HISTORY, today), by=(Dimension.APP,))


def sightings(series: Series) -> tuple[Sighting, ...]:
    """Everything that is seen in *series*, oldest first; `calm` ends what the same name began."""
    known = np.isfinite(series.values).any(axis=0)
    if not known.any():
        return ()
    watch, begun = Watch(len(series.names)), int(np.argmax(known))
    found: list[Sighting] = []
    for number in range(begun, series.period.days):
        found += _on(series, number, watch)
    return tuple(found)


def _on(series: Series, number: int, watch: Watch) -> Iterator[Sighting]:
    day, costs = series.period.start + timedelta(days=number), series.values[:, number]
    seen = watch.judge(day, costs)
    over = watch.absorb(costs)
    told = ((Sight.UP, seen.up), (Sight.DROP, seen.drop), (Sight.NEWCOMER, seen.newcomer), (Sight.CALM, over))
    for sight, which in told:
        for place in np.flatnonzero(which):
            yield _sighting(series.names[place], day, sight, costs, seen.usual, int(place))


def _sighting(name: str, day: date, sight: Sight, costs: Floats, usual: Baseline, place: int) -> Sighting:
    low, high = usual.at(-ODD * usual.spread), usual.at(ODD * usual.spread)
    return Sighting(name, day, sight, float(costs[place]), float(usual.expected[place]),
                    float(low[place]), float(high[place]))  # fmt: skip


daily_cost = Detector("daily_cost", "Jumps, drops and dear newcomers in the daily cost of apps", question, sightings)
