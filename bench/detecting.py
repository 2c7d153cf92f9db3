"""Detectors side by side: ours, and two public rules in a few lines; an alert is one told beginning of odd days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from finops.detector import Sight
from finops.detectors.daily_cost import daily_cost
from finops.period import Period
from finops.question import Series

Costs = NDArray[np.float64]
Alert = tuple[int, int]
Rule = Callable[[Costs], set[Alert]]
_START = date(2026, 1, 5)
_SLACK = 1


@dataclass(frozen=True)
class Score:
    """How many of the events were told, and how many of the alerts told one."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"precision {self.precision:.2f}, recall {self.recall:.2f}, F1 {self.f1:.2f}"


def score(alerts: set[Alert], events: Iterable[tuple[int, int, int]]) -> Score:
    """An event is told by an alert from its first day to one after its last; every other alert is false."""
    spans = list(events)
    right = {each for each in alerts if any(_tells(each, span) for span in spans)}
    told = [span for span in spans if any(_tells(each, span) for each in alerts)]
    return Score(len(right) / len(alerts) if alerts else 0.0, len(told) / len(spans))


def _tells(alert: Alert, span: tuple[int, int, int]) -> bool:
    number, first, last = span
    return alert[0] == number and first <= alert[1] <= last + _SLACK


def ours(costs: Costs) -> set[Alert]:
    """The jumps that `daily_cost` tells."""
    names = tuple(str(number) for number in range(len(costs)))
    period = Period(_START, _START + timedelta(days=costs.shape[1]))
    seen = daily_cost.sightings(Series(names, period, costs))
    return {(int(each.name), (each.day - _START).days) for each in seen if each.sight is Sight.UP}


def three_times_the_week(costs: Costs) -> set[Alert]:
    """LiteLLM's rule as its tests have it: at least $10, and above three times the mean of the seven days before."""
    return _begun(costs, 7, lambda past, today: (today >= 10) & (today > 3 * past.mean(axis=1)))


def three_deviations(costs: Costs) -> set[Alert]:
    """More than three standard deviations above the mean of the thirty days before."""
    return _begun(costs, 30, lambda past, today: today > past.mean(axis=1) + 3 * past.std(axis=1))


def _begun(costs: Costs, back: int, odd: Callable[[Costs, Costs], NDArray[np.bool_]]) -> set[Alert]:
    flags = np.zeros(costs.shape, bool)
    for day in range(back, costs.shape[1]):
        flags[:, day] = odd(costs[:, day - back : day], costs[:, day])
    begins = flags & ~np.pad(flags, ((0, 0), (1, 0)))[:, :-1]
    return {(int(number), int(day)) for number, day in np.argwhere(begins)}


OURS: Rule = ours
RULES: Mapping[str, Rule] = {
    "3 × mean of 7 days and $10": three_times_the_week,
    "z-score 3 of 30 days": three_deviations,
}
