"""A watch over many series: what is odd today, what goes on, and what has lasted so long that it is the usual now."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from finops.baseline import DAYS, Baseline, Counts, Flags, Floats, baseline, median
from finops.past import Past

LEAST, NEW_DAYS = 21, 14
_SIGMAS, _RATIO, _EXCESS = 4.5, 1.6, 10.0
_DROP_SHARE, _DROP_EXPECTED = 0.25, 20.0
_NEW_DAY, _NEW_TOTAL = 100.0, 200.0
ODD, _OFF = 2.5, 2.0
_WORSE, _CALM_DAYS, _LASTED, _SILENT = 0.7, 2, 7, 4
_REMEMBERED, _NEARLY = 45, 0.35
_BACK = (7, 14, 30, 31)


@dataclass(frozen=True)
class Seen:
    """What a day shows of each series, told once: *up* and *drop* begin (or grow much worse), *newcomer* is dear."""

    up: Flags
    drop: Flags
    newcomer: Flags
    usual: Baseline


@dataclass
class Watch:
    """Looks at one day after the other: `judge` a day as it is first known, then `absorb` it as it settled."""

    count: int
    past: Past = field(init=False)
    usual: Baseline = field(init=False)
    age: Counts = field(init=False)
    spent: Floats = field(init=False)
    there: Flags = field(init=False)
    new: Flags = field(init=False)
    going_on: Counts = field(init=False)
    rising: Flags = field(init=False)
    calm: Counts = field(init=False)
    worst: Floats = field(init=False)
    side: Floats = field(init=False)
    same_side: Counts = field(init=False)
    level_before: Floats = field(init=False)
    until: Counts = field(init=False)

    def __post_init__(self) -> None:
        self.past = Past(self.count)
        self.age, self.going_on, self.calm, self.same_side, self.until = (
            np.zeros(self.count, np.int64) for _ in range(5)
        )
        self.spent, self.worst, self.side = (np.zeros(self.count) for _ in range(3))
        self.there, self.new, self.rising = (np.zeros(self.count, bool) for _ in range(3))
        self.level_before = np.full(self.count, -np.inf)
        self.usual = self._learnt()

    def judge(self, cost: Floats) -> Seen:
        """What *cost* (a day of each series; NaN: not known) shows."""
        usual = self.usual
        residual, busy = usual.residual(cost), self.going_on > 0
        large, drop = self._large(cost, usual), self._collapsed(cost, usual)
        up = large & (residual > self._limit(usual)) & ~self._common(cost, usual) & ~self._returned(cost, usual)
        worse = busy & self.rising & large & (residual > self.worst + _WORSE)
        begun = ~busy & (up | drop)
        self.rising = np.where(begun, up, self.rising)
        self.worst = np.where(begun | worse, residual, self.worst)
        self.going_on[begun], self.calm[begun] = 1, 0
        return Seen((begun & up) | worse, begun & drop & ~up, self._newcomers(cost), usual)

    def absorb(self, cost: Floats) -> Flags:
        """Learn the settled *cost* of the day; which series are over what went on: calm again, or long the same."""
        usual, known = self.usual, np.isfinite(cost)
        residual = np.where(self.age > 0, usual.residual(cost), np.nan)
        busy = self.going_on > 0
        odd = busy & known & (np.abs(residual) > ODD * usual.spread)
        self.past.add(cost, self._cleaned(cost, residual, odd, usual), residual, odd)
        self.age += known
        self.spent += np.nan_to_num(cost)
        self.going_on += busy
        self.calm = np.where(busy & known, np.where(odd, 0, self.calm + 1), self.calm)
        self._follow(residual, usual)
        over = busy & (self.calm >= _CALM_DAYS)
        lasted = busy & ~over & (self.going_on > _LASTED)
        self._accept(lasted, _LASTED, usual)
        self._accept(~busy & (self.same_side >= _SILENT) & (self.age >= NEW_DAYS), _SILENT, usual)
        ended = over | lasted
        self.going_on[ended], self.calm[ended] = 0, 0
        self.usual = self._learnt()
        told: Flags = ended | (self.new & known & (self.age == LEAST))
        return told

    def _learnt(self) -> Baseline:
        return baseline(self.past.costs, self.past.clean, self.past.usual_residuals)

    def _large(self, cost: Floats, usual: Baseline) -> Flags:
        """Whether it is worth a word at all."""
        over: Flags = (cost >= _RATIO * usual.expected) & (cost - usual.expected >= _EXCESS) & (self.age >= LEAST)
        return over

    def _limit(self, usual: Baseline) -> Floats:
        """The residual above which a day is odd: beyond its spread, and beyond what the same day did before."""
        limit = _SIGMAS * usual.spread
        known = np.sort(np.nan_to_num(self.past.usual_residuals, nan=-np.inf), 1)
        if known.shape[1] > 1:
            limit = np.maximum(limit, 1.3 * known[:, -2])
        for days in _BACK:
            before, room = self.past.ago(days), ODD * usual.spread
            limit = np.where(before > room, np.maximum(limit, before + room), limit)
        return limit

    def _common(self, cost: Floats, usual: Baseline) -> Flags:
        """Whether a restless series often has such days."""
        recent = np.sort(np.nan_to_num(self.past.costs[:, -42:], nan=-1.0), 1)
        if recent.shape[1] < 2:
            return np.zeros(self.count, bool)
        idle = np.mean(np.nan_to_num(self.past.costs[:, -DAYS:], nan=1.0) <= 0, 1)
        common: Flags = ((usual.spread > 0.3) | (idle > 0.1)) & (cost < 1.3 * recent[:, -2])
        return common

    def _returned(self, cost: Floats, usual: Baseline) -> Flags:
        """Whether it only comes back to where it was before it fell."""
        back: Flags = np.log(np.maximum(cost, 0) + usual.offset) <= self.level_before + _NEARLY
        return back & (self.past.days <= self.until)

    def _collapsed(self, cost: Floats, usual: Baseline) -> Flags:
        """Whether two days running are a fraction of what they should be."""
        low = _DROP_SHARE * usual.expected
        before = self.past.costs[:, -1] if self.past.days else np.full(self.count, np.nan)
        far = usual.residual(cost) < -_SIGMAS * usual.spread
        fallen: Flags = far & (cost < low) & (before < low) & (usual.expected >= _DROP_EXPECTED) & (self.age >= LEAST)
        return fallen

    def _newcomers(self, cost: Floats) -> Flags:
        """Which series are dear from the start, told once. One that was there on the first day is none."""
        if not self.past.days:
            self.there = np.isfinite(cost)
        dear = (cost >= _NEW_DAY) | (self.spent + np.nan_to_num(cost) >= _NEW_TOTAL)
        fresh: Flags = np.isfinite(cost) & (self.age < NEW_DAYS) & dear & ~self.there & ~self.new
        self.new = self.new | fresh
        return fresh

    def _cleaned(self, cost: Floats, residual: Floats, odd: Flags, usual: Baseline) -> Floats:
        clipped = usual.at(np.clip(residual, -3 * usual.spread, 3 * usual.spread))
        learnt = np.where(self.age < NEW_DAYS, cost, clipped)
        return np.where(np.isfinite(cost), np.where(odd, usual.expected, learnt), np.nan)

    def _follow(self, residual: Floats, usual: Baseline) -> None:
        """Count the days in a row on one side of the usual."""
        known = np.isfinite(residual)
        side = np.where(np.abs(residual) > _OFF * usual.spread, np.sign(np.nan_to_num(residual)), 0.0)
        run = np.where(side == 0, 0, np.where(side == self.side, self.same_side + 1, 1))
        self.same_side, self.side = np.where(known, run, self.same_side), np.where(known, side, self.side)

    def _accept(self, which: Flags, days: int, usual: Baseline) -> None:
        if not which.any():
            return
        before = median(np.log(np.maximum(self.past.clean[:, -28:], 0) + usual.offset[:, None]))
        fallen = which & (self.past.accept(which, days, usual.offset) < 0)
        self.level_before = np.where(fallen, before, self.level_before)
        self.until = np.where(fallen, self.past.days + _REMEMBERED, self.until)
        self.same_side[which] = 0
