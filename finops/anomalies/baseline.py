"""A robust baseline of daily cost, many series at once: weekday, level and slope by medians of logarithms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]

DAYS = 56
_LEVEL, _LEAD = 10, 5.5
_SLOPE_DOWN, _SLOPE_UP = -0.010, 0.012
_UNKNOWN, _FLOOR = 0.35, 0.07


@dataclass(frozen=True)
class Baseline:
    """What the next day of each series should cost: *mean* in logarithms of (cost + *offset*), and its *spread*."""

    mean: Floats
    spread: Floats
    offset: Floats

    @property
    def expected(self) -> Floats:
        """The expected cost."""
        return self.at(np.zeros_like(self.mean))

    def at(self, residual: Floats) -> Floats:
        """The cost that lies *residual* from the mean."""
        cost: Floats = np.maximum(np.exp(self.mean + residual) - self.offset, 0)
        return cost

    def residual(self, cost: Floats) -> Floats:
        """How far *cost* lies from the mean, in logarithms; NaN where it is NaN."""
        return logarithm(cost, self.offset) - self.mean


def baseline(costs: Floats, clean: Floats, residuals: Floats) -> Baseline:
    """The baseline for the day after these, oldest first: *costs* as they were, *clean* ones without what was odd,
    and the *residuals* of the days that were not. NaN where nothing is known.

    mean = median of the last 10 days without their weekday effects + 5.5 days of slope + the weekday's effect. A
    classical seasonal decomposition of logarithms, its averages replaced by running medians (Tukey, Exploratory Data
    Analysis, 1977); 5.5 days is how far the middle of the last 10 lies behind."""
    offset = offset_of(costs)
    if not clean.shape[1]:
        return Baseline(np.log(offset), np.full_like(offset, _UNKNOWN), offset)
    weeks = _weeks(logarithm(clean[:, -DAYS:], offset[:, None]))
    season = _season(weeks)
    flat = (weeks - season[:, None, :]).reshape(len(weeks), -1)
    mean = median(flat[:, -_LEVEL:]) + _LEAD * _slope(flat) + season[:, 0]
    return Baseline(np.where(np.isnan(mean), np.log(offset), mean), _spread(residuals[:, -DAYS:]), offset)


def logarithm(cost: Floats, offset: Floats) -> Floats:
    """log(cost + offset), Tukey's started logarithm; a credit counts as nothing spent."""
    started: Floats = np.log(np.maximum(cost, 0) + offset)
    return started


def offset_of(costs: Floats) -> Floats:
    """0.5 + 5 % of the median of four weeks: added before the logarithm, so that small days do not shout."""
    return 0.5 + 0.05 * np.nan_to_num(median(costs[:, -28:])) if costs.shape[1] else np.full(len(costs), 0.5)


def median(rows: Floats) -> Floats:
    """The median of each row (the last axis) without its NaNs; NaN for a row of nothing else."""
    last = np.maximum(np.isfinite(rows).sum(-1) - 1, 0)
    return (_ranked(rows, last // 2) + _ranked(rows, last - last // 2)) / 2


def _ranked(rows: Floats, place: Counts) -> Floats:
    picked: Floats = np.take_along_axis(np.sort(rows, -1), place[..., None], -1)[..., 0]
    return picked


def _weeks(days: Floats) -> Floats:
    """The days in weeks that end with the last one, so that place 0 of a week is the weekday that comes next."""
    missing = np.full((len(days), -days.shape[1] % 7), np.nan)
    return np.concatenate([missing, days], 1).reshape(len(days), -1, 7)


def _season(weeks: Floats) -> Floats:
    """What each weekday lies off its week's median: the median of k weeks × k/(k+1), as if one week more had shown
    nothing (shrinkage, as Efron and Morris have it, 1977)."""
    off = weeks - median(weeks)[..., None]
    off[np.isfinite(weeks).sum(-1) < 4] = np.nan
    known = np.isfinite(off).sum(1)
    effect = np.nan_to_num(median(np.swapaxes(off, 1, 2))) * known / (known + 1)
    return np.where(known >= 2, effect, 0.0)


def _slope(flat: Floats) -> Floats:
    """The change a day over six weeks: the median of the last third less that of the first, over the 28 days between
    their middles (Tukey's resistant line, 1977), held within −1.0 and +1.2 % a day."""
    if flat.shape[1] < 42:
        return np.zeros(len(flat))
    change = (median(flat[:, -14:]) - median(flat[:, -42:-28])) / 28
    return np.clip(np.nan_to_num(change), _SLOPE_DOWN, _SLOPE_UP)


def _spread(residuals: Floats) -> Floats:
    """σ = max(1.4826 × median |r|, 0.4 × the 93rd percentile of |r|, 0.07): the median absolute deviation, made to
    match a normal σ (Hampel, 1974), but no less than a long tail or an all too regular series allows."""
    far = np.abs(residuals)
    if far.shape[1] < 7:
        return np.full(len(far), _UNKNOWN)
    known = np.isfinite(far).sum(1)
    high = _ranked(far, np.round(np.maximum(known - 1, 0) * 0.93).astype(np.int64))
    usual = np.maximum(1.4826 * median(far), 0.4 * high)
    return np.where(known >= 7, np.maximum(usual, _FLOOR), _UNKNOWN)
