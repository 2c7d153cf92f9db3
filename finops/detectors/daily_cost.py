"""Daily cost by app: jumps above a robust weekly baseline, collapses, and newcomers that are dear from the start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from finops.baseline import DAYS, LEAST, Baseline, Floats, baseline, offset
from finops.detector import Detector, Sight, Sighting
from finops.period import last_days
from finops.question import Dimension, Measure, Question, Series

_HISTORY = 112
_UP_SIGMAS, _RATIO, _EXCESS = 4.5, 1.6, 10.0
_DROP_SHARE, _DROP_EXPECTED = 0.25, 20.0
_NEW_DAYS, _NEW_DAY, _NEW_TOTAL = 14, 100.0, 200.0
_WORSE, _CALM_DAYS, _ACCEPTED_AFTER = 0.7, 2, 7
_USUAL = 2.5


@dataclass
class _Watch:
    """One series, watched day after day: cleaned history, residuals, and whether something is going on."""

    values: Floats
    clean: list[float] = field(default_factory=list)
    past: list[float] = field(default_factory=list)
    going_on: int = 0
    calm: int = 0
    worst: float = 0.0
    told_new: bool = False

    def sights(self) -> Iterator[tuple[int, Sight, Baseline]]:
        """What is seen, by day, with what was expected."""
        shift = offset(self.values)
        for day in range(self.values.size):
            value = float(self.values[day])
            if day < LEAST:
                sight = self._newcomer(day)
                self._take(value, Baseline(np.log(value + shift), 0.35, shift), anomalous=False)
                if sight:
                    yield day, sight, Baseline(float(np.log(shift)), 0.35, shift)
                continue
            usual = baseline(np.array(self.clean[-56:]), np.array(self.past), offset(self.values[:day]))
            sight = self._sight(day, value, usual)
            if sight:
                yield day, sight, usual

    def _newcomer(self, day: int) -> Sight | None:
        seen = self.values[: day + 1]
        dear = self.values[day] >= _NEW_DAY or (float(seen.sum()) >= _NEW_TOTAL)
        if self.told_new or day >= _NEW_DAYS or not dear:
            return None
        self.told_new = True
        return Sight.NEWCOMER

    def _sight(self, day: int, value: float, usual: Baseline) -> Sight | None:
        up, down = self._is_up(day, value, usual), self._is_down(day, value, usual)
        if self.going_on:
            return self._going_on(value, usual, up=up or down)
        self._take(value, usual, anomalous=up or down)
        if not (up or down):
            return None
        self.going_on, self.calm, self.worst = 1, 0, usual.residual(value)
        return Sight.UP if up else Sight.DROP

    def _going_on(self, value: float, usual: Baseline, *, up: bool) -> Sight | None:
        residual = usual.residual(value)
        odd = up or abs(residual) > _USUAL * usual.spread
        self.going_on += 1
        self.calm = 0 if odd else self.calm + 1
        if self.calm >= _CALM_DAYS:
            self.going_on = 0
            self._take(value, usual, anomalous=False)
            return Sight.CALM
        accepted = self.going_on > _ACCEPTED_AFTER
        self._take(value, usual, anomalous=odd and not accepted)
        if accepted and odd:
            self._accept(value, usual)
            return Sight.CALM
        if residual > self.worst + _WORSE:
            self.worst = residual
            return Sight.UP
        return None

    def _accept(self, value: float, usual: Baseline) -> None:
        """The new level has lasted: it is the usual one from now on."""
        recent = [usual.residual(float(v)) for v in self.values[len(self.clean) - _ACCEPTED_AFTER : len(self.clean)]]
        moved = float(np.median(recent)) if recent else usual.residual(value)
        self.clean = [each + moved for each in self.clean]
        self.going_on = 0

    def _is_up(self, day: int, value: float, usual: Baseline) -> bool:
        residual, expected = usual.residual(value), usual.at(0)
        if value < _RATIO * expected or value - expected < _EXCESS:
            return False
        past = np.array([r for r in self.past if not np.isnan(r)])
        second = float(np.sort(past)[-2]) if past.size > 1 else 0.0
        return residual > max(_UP_SIGMAS * usual.spread, 1.3 * second) and not self._recurs(day, residual, usual)

    def _recurs(self, day: int, residual: float, usual: Baseline) -> bool:
        """Whether the same day of a week, or of the month before, was as high."""
        for back in (7, 14, 30, 31):
            before = self.past[day - back] if day >= back else 0.0
            if before > _USUAL * usual.spread and residual < before + _USUAL * usual.spread:
                return True
        recent = np.sort(self.values[max(0, day - 42) : day])
        return self._is_noisy(usual) and float(self.values[day]) < 1.3 * float(recent[-2])

    def _is_noisy(self, usual: Baseline) -> bool:
        return usual.spread > 0.3 or float(np.mean(self.values[-DAYS:] <= 0)) > 0.1

    def _is_down(self, day: int, value: float, usual: Baseline) -> bool:
        expected = usual.at(0)
        if expected < _DROP_EXPECTED or value >= _DROP_SHARE * expected:
            return False
        low = usual.residual(value) < -_UP_SIGMAS * usual.spread
        return low and float(self.values[day - 1]) < _DROP_SHARE * expected

    def _take(self, value: float, usual: Baseline, *, anomalous: bool) -> None:
        residual = usual.residual(value)
        clipped = float(np.clip(residual, -3 * usual.spread, 3 * usual.spread))
        self.clean.append(usual.mean if anomalous else usual.mean + clipped)
        self.past.append(float("nan") if anomalous else residual)


def question(today: date) -> Question:
    """What each app cost a day, over the sixteen weeks ending yesterday."""
    return Question((Measure.COST,), last_days(_HISTORY, today), by=(Dimension.APP,))


def sightings(series: Series) -> tuple[Sighting, ...]:
    """Everything that is seen in *series*, oldest first."""
    found = [each for number, name in enumerate(series.names) for each in _of(name, series.values[number], series)]
    return tuple(sorted(found, key=lambda each: (each.day, each.name)))


def _of(name: str, values: Floats, series: Series) -> Iterator[Sighting]:
    begun = int(np.argmax(~np.isnan(values)))
    known = values[begun:]
    if np.isnan(known).any():
        return
    first = series.period.start + timedelta(days=begun)
    for number, sight, usual in _Watch(known).sights():
        if sight is Sight.NEWCOMER and begun == 0:
            continue  # it did not begin here; our window did
        width = _USUAL * usual.spread
        yield Sighting(name, first + timedelta(days=number), sight, float(known[number]), usual.at(0),
                       usual.at(-width), usual.at(width))  # fmt: skip


daily_cost = Detector("daily_cost", "Jumps, drops and dear newcomers in the daily cost of apps", question, sightings)
