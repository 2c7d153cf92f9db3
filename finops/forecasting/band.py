"""How far a sum of days may lie off its forecast: as it did where the same series is forecast from its own past."""

from __future__ import annotations

import numpy as np

from finops.anomalies.baseline import Flags, Floats
from finops.forecasting.daily import ahead

SHARE = 0.8
_LEARNT, _ORIGINS, _ENOUGH = 7, 28, 5


def width(past: Floats, count: int) -> Floats:
    """By row: how far the sum of the next *count* days lies off at most, in four of five cases, as a share of it.

    The series is forecast from up to 28 earlier days of its own (a rolling origin), and what came is compared. Where
    its past holds such a time less than twice, a shorter one is taken, and its errors grow with the fourth root of the
    time, as measured (bench). Of n errors the ⌈0.8 (n + 1)⌉th smallest is taken (split conformal prediction: Vovk,
    2005); where that lies beyond the largest, the largest."""
    found = np.full(len(past), np.nan)
    for days in sorted({count, *(each for each in (28, 14, 7, 3, 1) if each < count)}, reverse=True):
        open = np.isnan(found)
        if not open.any():
            break
        some = past[open]
        enough = np.isfinite(some).sum(1) >= _LEARNT + 2 * days
        found[open] = _quantile(_errors(some, days), enough) * (count / days) ** 0.25
    return found


def scale(past: Floats, predicted: Floats, count: int) -> Floats:
    """What shares are of: the sum that is *predicted*, but no less than a tenth of the usual one."""
    known = np.maximum(np.isfinite(past).sum(1), 1)
    least = 0.1 * count * np.nansum(np.abs(past), 1) / known
    sizes: Floats = np.maximum(np.abs(predicted), least)
    return sizes


def _errors(past: Floats, days: int) -> Floats:
    """By row and origin; NaN where the origin has not a week before it."""
    last = past.shape[1] - days
    if last < _LEARNT:
        return np.full((len(past), 1), np.nan)
    origins = np.unique(np.linspace(_LEARNT, last, _ORIGINS).round().astype(int))
    return np.stack([_error(past, int(origin), days) for origin in origins], 1)


def _error(past: Floats, origin: int, days: int) -> Floats:
    before, came = past[:, :origin], past[:, origin : origin + days].sum(1)
    predicted = ahead(before, days).sum(1)
    sizes = scale(before, predicted, days)
    off = np.divide(np.abs(came - predicted), sizes, out=np.zeros_like(sizes), where=sizes > 0)
    return np.where(np.isfinite(before).sum(1) >= _LEARNT, off, np.nan)


def _quantile(errors: Floats, twice: Flags) -> Floats:
    known = np.isfinite(errors).sum(1)
    place = np.minimum(np.ceil(SHARE * (known + 1)).astype(int), known) - 1
    ranked = np.take_along_axis(np.sort(errors, 1), np.maximum(place, 0)[:, None], 1)[:, 0]
    return np.where(twice & (known >= _ENOUGH), ranked, np.nan)
