"""Daily: what each name comes to on each day, many days at once; told as text, which is read into both, the exact
figure and the float that detectors and forecasts reckon with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import numpy as np

from finops.period import Period
from finops.question import Series

Day = tuple[str, date, str]
"""A name, a day, and what it came to."""


def series(days: Iterable[Day], period: Period) -> Series:
    """*days* as lines over *period*: those that begin first come first, of them the largest; NaN before they begin."""
    found: dict[str, dict[date, str]] = {}
    for name, day, told in days:
        found.setdefault(name, {})[day] = told
    names = sorted(found, key=lambda name: (first := min(found[name]), -float(found[name][first]), name))
    values = np.zeros((len(names), period.days))
    for line, name in zip(values, names, strict=True):
        line[[(day - period.start).days for day in found[name]]] = [float(told) for told in found[name].values()]
        begun = np.flatnonzero(line)
        line[: begun[0] if begun.size else 0] = np.nan
    exact = {(name, day): Decimal(told) for name, days in found.items() for day, told in days.items()}
    return Series(tuple(names), period, values, exact)
