"""A watch over many series: what is odd today, what goes on, and what has lasted so long that it is the usual now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from finops.anomalies.baseline import Baseline, Flags, Floats
from finops.anomalies.level import SETTLED, Level
from finops.anomalies.past import Past
from finops.anomalies.rules import LEAST, ODD, Day, dearer, drop, newcomer, up
from finops.anomalies.spells import LASTED, Spells


@dataclass(frozen=True)
class Seen:
    """What a day shows of each series, told once: *up* and *drop* begin (or grow much worse), *newcomer* is dear."""

    up: Flags
    drop: Flags
    newcomer: Flags
    usual: Baseline


@dataclass
class Watch:
    """Looks at one day after the other: `judge` a day as it is first known, then `absorb` it as it settled. While
    something goes on, the baseline learns nothing of it and nothing is told twice (nudgebee's rule)."""

    count: int
    past: Past = field(init=False)
    spells: Spells = field(init=False)
    level: Level = field(init=False)
    usual: Baseline = field(init=False)
    there: Flags = field(init=False)
    new: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.past, self.spells, self.level = Past(self.count), Spells(self.count), Level(self.count)
        self.there, self.new = np.zeros(self.count, bool), np.zeros(self.count, bool)
        self.usual = self.past.baseline

    def judge(self, on: date, cost: Floats) -> Seen:
        """What *cost* (of each series *on* a day; NaN: not known) shows."""
        today = Day(on, cost, self.usual, self.past)
        risen, fallen = up(today) & ~self.level.returned(today), drop(today)
        worse = self.spells.worsen(dearer(today), today.residual)
        begun = ~self.spells.on & (risen | fallen)
        self.spells.begin(begun, risen, today.residual)
        return Seen((begun & risen) | worse, begun & ~risen, self._newcomers(today), self.usual)

    def absorb(self, cost: Floats) -> Flags:
        """Learn the settled *cost* of the day; which series are over what went on: calm again, or long the same."""
        usual, known, free = self.usual, np.isfinite(cost), ~self.spells.on
        residual = np.where(self.past.age > 0, usual.residual(cost), np.nan)
        odd = ~free & known & (np.abs(residual) > ODD * usual.spread)
        self.past.add(cost, np.where(odd, usual.expected, cost), residual, odd)
        self.level.follow(residual, usual)
        over, lasted = self.spells.settle(known, odd)
        self.level.accept(lasted, LASTED, self.past, usual)
        self.level.accept(free & self.level.settled(self.past), SETTLED, self.past, usual)
        self.usual = self.past.baseline
        return over | lasted | self._no_longer_new(known)

    def _newcomers(self, today: Day) -> Flags:
        """Which are dear from the start, told once. One that was there on the first day is none."""
        if not self.past.days:
            self.there = np.isfinite(today.cost)
        fresh = newcomer(today) & ~self.there & ~self.new
        self.new = self.new | fresh
        return fresh

    def _no_longer_new(self, known: Flags) -> Flags:
        grown: Flags = self.new & known & (self.past.age == LEAST)
        return grown
