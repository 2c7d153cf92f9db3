"""The rules of the watch: when a day is up, when it has dropped, when a newcomer is dear. Limits without a source are
our own, measured on labelled series (docs/decisions/0003)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from finops.anomalies.baseline import DAYS, Baseline, Flags, Floats
from finops.anomalies.past import Past
from finops.period import month_of

LEAST, NEW_DAYS, ODD = 21, 14, 2.5
_SIGMAS, _HIGHER, _RATIO, _EXCESS = 4.5, 1.3, 1.6, 10.0
_RESTLESS, _IDLE, _SIX_WEEKS = 0.3, 0.1, 42
_DROP_SHARE, _DROP_EXPECTED = 0.25, 20.0
_NEW_DAY, _NEW_TOTAL = 100.0, 200.0


@dataclass(frozen=True)
class Day:
    """One day of each series: its *cost* (NaN: not known), the *usual*, and the *past* before it."""

    on: date
    cost: Floats
    usual: Baseline
    past: Past

    @property
    def residual(self) -> Floats:
        """How far it lies off, in logarithms."""
        return self.usual.residual(self.cost)


def up(day: Day) -> Flags:
    """r > `limit`, dear enough for a word and not `common`: Hampel's identifier (Davies and Gather, 1993) that
    remembers."""
    risen: Flags = (day.residual > limit(day)) & dearer(day) & ~common(day)
    return risen


def dearer(day: Day) -> Flags:
    """Cost ≥ 1.6 × expected and ≥ $10 above it, after 21 days: a share and an amount at once, as one may set for AWS
    Cost Anomaly Detection."""
    expected = day.usual.expected
    more: Flags = (day.cost >= _RATIO * expected) & (day.cost - expected >= _EXCESS) & (day.past.age >= LEAST)
    return more


def limit(day: Day) -> Floats:
    """max(4.5 σ, 1.3 × the second largest r of eight weeks, r of the same weekday or day of the month + 2.5 σ where
    that was beyond 2.5 σ): what was before is not news."""
    room = ODD * day.usual.spread
    highest = np.maximum(_SIGMAS * day.usual.spread, _HIGHER * _second(day.past.usual_residuals))
    for days in days_back(day.on):
        before = day.past.ago(days)
        highest = np.where(before > room, np.maximum(highest, before + room), highest)
    return highest


def days_back(day: date) -> tuple[int, ...]:
    """How many days ago a weekly or a monthly job last ran if it runs on *day*: one and two weeks; the same day of
    the month before, or the last one of a shorter month; the last of both months."""
    month = month_of(day)
    same = month.before.start + timedelta(days=min(day.day, month.before.days) - 1)
    ends = (day.day,) if day == month.last else ()
    return (7, 14, (day - same).days, *ends)


def common(day: Day) -> Flags:
    """Whether a restless series (σ > 0.3, or idle on more than a tenth of its days) has often cost as much: less than
    1.3 × its second dearest day of six weeks."""
    recent = day.past.costs[:, -DAYS:]
    known = np.maximum(np.isfinite(recent).sum(1), 1)
    restless = (day.usual.spread > _RESTLESS) | ((recent <= 0).sum(1) / known > _IDLE)
    often: Flags = restless & (day.cost < _HIGHER * _second(recent[:, -_SIX_WEEKS:]))
    return often


def drop(day: Day) -> Flags:
    """Two days running below a quarter of what is expected, that being ≥ $20, and r < −4.5 σ, after 21 days. One day
    may only be late."""
    low = _DROP_SHARE * day.usual.expected
    twice = (day.cost < low) & (day.past.cost_ago(1) < low)
    far = (day.residual < -_SIGMAS * day.usual.spread) & (day.usual.expected >= _DROP_EXPECTED)
    fallen: Flags = twice & far & (day.past.age >= LEAST)
    return fallen


def newcomer(day: Day) -> Flags:
    """Within its first 14 days: ≥ $100 on one of them or ≥ $200 in all."""
    dear = (day.cost >= _NEW_DAY) | (day.past.spent + day.cost >= _NEW_TOTAL)
    new: Flags = (day.past.age < NEW_DAYS) & dear
    return new


def _second(rows: Floats) -> Floats:
    """The second largest of each row; −∞ where there are not two."""
    if rows.shape[1] < 2:
        return np.full(len(rows), -np.inf)
    largest: Floats = np.sort(np.nan_to_num(rows, nan=-np.inf), 1)[:, -2]
    return largest
