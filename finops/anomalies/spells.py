"""Spells: from the day a series is odd until it is calm again, or until it has lasted so long that it is the usual."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from finops.anomalies.baseline import Counts, Flags, Floats

LASTED = 7
_CALM, _WORSE = 2, 0.7


@dataclass
class Spells:
    """The spells of *count* series: the *days* each goes on (0: there is none) and has been *calm*, whether it *rose*,
    and its *worst* residual. One spell is told once, and again if it doubles (r + 0.7)."""

    count: int
    days: Counts = field(init=False)
    calm: Counts = field(init=False)
    rose: Flags = field(init=False)
    worst: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.days, self.calm = np.zeros(self.count, np.int64), np.zeros(self.count, np.int64)
        self.rose, self.worst = np.zeros(self.count, bool), np.zeros(self.count)

    @property
    def on(self) -> Flags:
        """Which series are in one."""
        return self.days > 0

    def begin(self, which: Flags, up: Flags, residual: Floats) -> None:
        """A spell begins for *which*, those *up* by a rise."""
        self.days, self.calm = np.where(which, 1, self.days), np.where(which, 0, self.calm)
        self.rose = np.where(which, up, self.rose)
        self.worst = np.where(which, residual, self.worst)

    def worsen(self, dearer: Flags, residual: Floats) -> Flags:
        """Which have just doubled again."""
        worse = self.on & self.rose & dearer & (residual > self.worst + _WORSE)
        self.worst = np.where(worse, residual, self.worst)
        return worse

    def settle(self, known: Flags, odd: Flags) -> tuple[Flags, Flags]:
        """One day more, *odd* or calm: which are over, after two calm days, and which have lasted for seven."""
        on = self.on
        self.days = self.days + on
        self.calm = np.where(on & known, np.where(odd, 0, self.calm + 1), self.calm)
        over = on & (self.calm >= _CALM)
        lasted = on & odd & (self.days > LASTED)
        self.days = np.where(over | lasted, 0, self.days)
        return over, lasted
