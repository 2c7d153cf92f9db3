"""The level of a series: when it has settled elsewhere, and what it only comes back to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from finops.anomalies.baseline import Baseline, Counts, Flags, Floats, logarithm
from finops.anomalies.past import Past
from finops.anomalies.rules import NEW_DAYS, Day

SETTLED = 4
_OFF, _REMEMBERED, _NEARLY = 2.0, 45, 0.35


@dataclass
class Level:
    """For *count* series: on which *side* of the usual each has been for how many days in a *row*; which level it
    fell from (*before*), remembered up to day *until*."""

    count: int
    side: Floats = field(init=False)
    row: Counts = field(init=False)
    before: Floats = field(init=False)
    until: Counts = field(init=False)

    def __post_init__(self) -> None:
        self.side, self.before = np.zeros(self.count), np.full(self.count, -np.inf)
        self.row, self.until = np.zeros(self.count, np.int64), np.zeros(self.count, np.int64)

    def follow(self, residual: Floats, usual: Baseline) -> None:
        """Count the days in a row beyond 2 σ on one side."""
        known = np.isfinite(residual)
        side = np.where(np.abs(residual) > _OFF * usual.spread, np.sign(np.nan_to_num(residual)), 0.0)
        row = np.where(side == 0, 0, np.where(side == self.side, self.row + 1, 1))
        self.row, self.side = np.where(known, row, self.row), np.where(known, side, self.side)

    def settled(self, past: Past) -> Flags:
        """Four days in a row: a run rule, after the Western Electric rules (1956). Too little for a word is the usual
        then."""
        there: Flags = (self.row >= SETTLED) & (past.age >= NEW_DAYS)
        return there

    def accept(self, which: Flags, days: int, past: Past, usual: Baseline) -> None:
        """The last *days* of *which* are the usual now. What it fell from is remembered as it was, not as it was
        taken: a spell of a few days is no level to come back to."""
        if not which.any():
            return
        before = past.level(days, usual.offset)
        fallen = which & (past.accept(which, days, usual.offset) < 0)
        self.before = np.where(fallen, before, self.before)
        self.until = np.where(fallen, past.days + _REMEMBERED, self.until)
        self.row = np.where(which, 0, self.row)

    def returned(self, day: Day) -> Flags:
        """Whether it is within 0.35 of the level that it fell from less than 45 days ago: the end of a quiet spell is
        no news."""
        back: Flags = logarithm(day.cost, day.usual.offset) <= self.before + _NEARLY
        return back & (day.past.days <= self.until)
