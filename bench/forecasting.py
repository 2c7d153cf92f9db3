"""Forecasts side by side: ours, and three plain ones in a line each; of the cost of the days left in a month."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from finops.forecasting.band import scale, width
from finops.forecasting.daily import ahead

Costs = NDArray[np.float64]
Rule = Callable[[Costs, int], Costs]
LEARNT, LEFT, STEP = 112, (7, 15, 28), 12


def _sum(days: Costs) -> Costs:
    total: Costs = days.sum(axis=1)
    return total


def ours(past: Costs, count: int) -> Costs:
    """Tuppence's."""
    return _sum(ahead(past, count))


PEERS: Mapping[str, Rule] = {
    "run rate of 7 days": lambda past, count: _sum(past[:, -7:]) / 7 * count,
    "the same days of last month": lambda past, count: _sum(past[:, -30:][:, :count]),
    "seasonal naive (last week again)": lambda past, count: _sum(past[:, -7:][:, np.arange(count) % 7]),
}


def wape(rule: Rule, costs: Costs) -> float:
    """The sum of the errors as a share of what came, over all origins and numbers of days left."""
    off = came = 0.0
    for past, after in _origins(costs):
        off += float(np.abs(rule(past, after.shape[1]) - _sum(after)).sum())
        came += float(_sum(after).sum())
    return off / came


def coverage(costs: Costs) -> float:
    """How many of the sums lay within our band of 80 %."""
    inside = []
    for past, after in _origins(costs):
        predicted, count = ours(past, after.shape[1]), after.shape[1]
        inside.append(np.abs(_sum(after) - predicted) <= width(past, count) * scale(past, predicted, count))
    return float(np.mean(np.concatenate(inside)))


def _origins(costs: Costs) -> list[tuple[Costs, Costs]]:
    days = [(last, count) for count in LEFT for last in range(LEARNT, costs.shape[1] - count + 1, STEP)]
    return [(costs[:, last - LEARNT : last], costs[:, last : last + count]) for last, count in days]
