"""The days to come, many series at once: a robust level, the weekday's part of it, and growth that dies down."""

from __future__ import annotations

import numpy as np

from finops.anomalies.baseline import Counts, Floats, median

_SEASON, _CALM, _LEVEL, _GROWTH = 56, 28, 10, 8
_SPIKE, _STEEPEST, _DAMPED = 4.0, 0.012, 0.95


def ahead(past: Floats, count: int) -> Floats:
    """The next *count* days after *past*, by row (oldest first, NaN before a series begins).

    A day = level × factor of its weekday × growth. Level: the sum of the last 10 days over that of their factors, days
    cut off where they lie more than 4 σ (Hampel's, 1974) from the usual of four weeks. Factors: by weekday the median
    of what it was of its week's mean, shrunk as if half a week more had shown nothing. Growth: Theil and Sen's line
    through the logarithms of eight weeks, no more of it than stands out of the noise, damped by 5 % a day (Gardner and
    McKenzie, 1985)."""
    factors = _factors(_weeks(past[:, -_SEASON:]))
    calm = _cut(past[:, -_CALM:], factors)
    slope = _slope(_weeks(past[:, -_SEASON:]))
    steps = np.cumsum(_DAMPED ** np.arange(1, count + 1))
    middle = (np.minimum(np.isfinite(past).sum(1), _LEVEL) - 1) / 2
    growth = np.exp(slope[:, None] * (middle[:, None] + steps))
    days: Floats = _level(calm, factors)[:, None] * growth * factors[:, np.arange(count) % 7]
    return days


def _weeks(days: Floats) -> Floats:
    """The days in weeks that end with the last one, so that place 0 of a week is the weekday that comes next."""
    missing = np.full((len(days), -days.shape[1] % 7), np.nan)
    return np.concatenate([missing, days], 1).reshape(len(days), -1, 7)


def _factors(weeks: Floats) -> Floats:
    mean = weeks.mean(2, keepdims=True)  # NaN for a week that is not whole
    share = np.divide(weeks, mean, out=np.full_like(weeks, np.nan), where=mean > 0)
    known = np.isfinite(share).sum(1)
    off = np.nan_to_num(median(np.swapaxes(share, 1, 2)) - 1) * known / (known + 0.5)
    factors = np.maximum(1 + off, 0)
    scaled: Floats = factors / factors.mean(1, keepdims=True)
    return scaled


def _tiled(factors: Floats, count: int) -> Floats:
    """The factors of the last *count* days."""
    return factors[:, (np.arange(count) - count) % 7]


def _cut(days: Floats, factors: Floats) -> Floats:
    """The days without their spikes; as they are where more than half of them are alike."""
    usual = _tiled(factors, days.shape[1])
    plain = np.divide(days, usual, out=np.full_like(days, np.nan), where=usual > 0.2)
    usual = usual * np.nan_to_num(median(plain))[:, None]
    reach = _SPIKE * 1.4826 * np.nan_to_num(median(np.abs(days - usual)))[:, None]
    cut: Floats = np.where(reach > 0, np.clip(days, usual - reach, usual + reach), days)
    return cut


def _level(calm: Floats, factors: Floats) -> Floats:
    last = calm[:, -_LEVEL:]
    weights = np.where(np.isfinite(last), _tiled(factors, last.shape[1]), 0.0)
    total = weights.sum(1)
    level: Floats = np.divide(np.nansum(last, 1), total, out=np.zeros(len(last)), where=total > 0)
    return level


def _slope(weeks: Floats) -> Floats:
    """The growth a day in logarithms: 0 for less than four whole weeks, or where the noise could have made it."""
    sums = weeks.sum(2)[:, -_GROWTH:]
    logs = np.log(np.where(sums > 0, sums, np.nan))
    known = np.isfinite(logs).sum(1)
    if logs.shape[1] < 4:
        return np.zeros(len(logs))
    early, late = np.triu_indices(logs.shape[1], 1)
    slope = median((logs[:, late] - logs[:, early]) / (late - early))
    off = logs - slope[:, None] * np.arange(logs.shape[1])
    noise = 1.4826 * median(np.abs(off - median(off)[:, None])) / np.sqrt(_spread(known))
    told = np.divide(noise, slope, out=np.ones_like(slope), where=slope != 0) ** 2
    kept = np.where(known >= 4, slope * np.maximum(1 - told, 0), 0.0)
    return np.clip(np.nan_to_num(kept) / 7, -_STEEPEST, _STEEPEST)


def _spread(known: Counts) -> Floats:
    """The sum of squares of 1 … *known* around their mean."""
    count = np.maximum(known, 2).astype(np.float64)
    spread: Floats = (count**3 - count) / 12
    return spread
