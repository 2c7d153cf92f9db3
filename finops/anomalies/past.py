"""The past of many series: their days as they were, cleaned of what was odd, and how far they lay off."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from finops.anomalies.baseline import DAYS, Baseline, Counts, Flags, Floats, baseline, logarithm, median

_MONTH = 28


@dataclass
class Past:
    """The days of *count* series so far, a column each: as they were, *clean*ed, and how far they lay off; of how
    many days each one's cost is known (its *age*), and what they come to."""

    count: int
    costs: Floats = field(init=False)
    clean: Floats = field(init=False)
    residuals: Floats = field(init=False)
    odd: Flags = field(init=False)
    age: Counts = field(init=False)
    spent: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.costs, self.clean, self.residuals = (np.zeros((self.count, 0)) for _ in range(3))
        self.odd = np.zeros((self.count, 0), bool)
        self.age, self.spent = np.zeros(self.count, np.int64), np.zeros(self.count)

    @property
    def days(self) -> int:
        """How many days there are."""
        return int(self.costs.shape[1])

    @property
    def usual_residuals(self) -> Floats:
        """Those of the last eight weeks that were not odd; NaN for the others."""
        return np.where(self.odd, np.nan, self.residuals)[:, -DAYS:]

    @property
    def baseline(self) -> Baseline:
        """What the next day should cost."""
        return baseline(self.costs, self.clean, self.usual_residuals)

    def ago(self, days: int) -> Floats:
        """The residuals of so many days ago; NaN where there was none."""
        return self.residuals[:, -days] if self.days >= days else np.full(self.count, np.nan)

    def cost_ago(self, days: int) -> Floats:
        """The cost of so many days ago; NaN where it is not known."""
        return self.costs[:, -days] if self.days >= days else np.full(self.count, np.nan)

    def level(self, days: int, offset: Floats) -> Floats:
        """The median of the four weeks that ended so many *days* ago, as it was, in logarithms."""
        return median(logarithm(self.costs[:, -_MONTH - days : -days], offset[:, None]))

    def add(self, cost: Floats, clean: Floats, residual: Floats, odd: Flags) -> None:
        """One more day."""
        self.costs = np.column_stack([self.costs, cost])
        self.clean = np.column_stack([self.clean, clean])
        self.residuals = np.column_stack([self.residuals, residual])
        self.odd = np.column_stack([self.odd, odd])
        self.age = self.age + np.isfinite(cost)
        self.spent = self.spent + np.nan_to_num(cost)

    def accept(self, which: Flags, days: int, offset: Floats) -> Floats:
        """Move the history of *which* to the level of the last *days*; by how much, in logarithms."""
        moved = np.where(which, np.nan_to_num(median(self.residuals[:, -days:])), 0.0)
        lifted = np.maximum((self.clean + offset[:, None]) * np.exp(moved)[:, None] - offset[:, None], 0)
        lifted[:, -days:] = self.costs[:, -days:]
        self.clean = np.where(which[:, None], lifted, self.clean)
        self.residuals[:, -days:] -= moved[:, None]
        self.odd[:, -days:] &= ~which[:, None]
        return moved
