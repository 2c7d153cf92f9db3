"""A robust baseline of daily cost: weekday, level and slope by medians over cleaned logarithms, and their spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAYS = 56
LEAST = 21
_LEVEL, _LEAD = 10, 5.5
_SLOPE_DOWN, _SLOPE_UP = -0.010, 0.012
_FLOOR = 0.07


@dataclass(frozen=True)
class Baseline:
    """What a day should cost: *mean* in logarithms of (cost + *offset*), and *spread* in the same."""

    mean: float
    spread: float
    offset: float

    def residual(self, value: float) -> float:
        """How far *value* lies from the mean, in logarithms."""
        return float(np.log(max(value, 0.0) + self.offset) - self.mean)

    def at(self, residual: float) -> float:
        """The cost that lies *residual* from the mean."""
        return max(0.0, float(np.exp(self.mean + residual)) - self.offset)


def offset(values: Floats) -> float:
    """What is added before the logarithm, so that small days do not shout."""
    return 0.5 + 0.05 * float(np.nanmedian(values[-28:])) if values.size else 0.5


def baseline(clean: Floats, past: Floats, shift: float) -> Baseline:
    """The baseline for the day after *clean* (cleaned logarithms, oldest first; *past* are their residuals)."""
    seasons = _seasons(clean)
    flat = clean - seasons[np.arange(clean.size) % 7]
    level = float(np.median(flat[-_LEVEL:]))
    mean = level + _LEAD * _slope(flat) + float(seasons[clean.size % 7])
    return Baseline(mean, _spread(past), shift)


def _seasons(clean: Floats) -> Floats:
    """The effect of each place in the week (counted from the first day), shrunk where few weeks are known."""
    weeks = clean.size // 7
    if weeks < 2:
        return np.zeros(7)
    last = clean[clean.size - weeks * 7 :].reshape(weeks, 7)
    effect = np.median(last - np.median(last, axis=1, keepdims=True), axis=0) * weeks / (weeks + 1)
    return np.roll(effect, (clean.size - weeks * 7) % 7)


def _slope(flat: Floats) -> float:
    if flat.size < 42:
        return 0.0
    change = (np.median(flat[-14:]) - np.median(flat[-42:-28])) / 28
    return float(np.clip(change, _SLOPE_DOWN, _SLOPE_UP))


def _spread(past: Floats) -> float:
    known = np.abs(past[-DAYS:][~np.isnan(past[-DAYS:])])
    if known.size < 7:
        return 0.35
    return float(max(1.4826 * np.median(known), 0.4 * np.percentile(known, 93), _FLOOR))
