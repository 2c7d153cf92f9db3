"""An outlook: the days of a period that are over, those to come, and between what it ends in four of five cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

import numpy as np

from finops.anomalies.baseline import Floats
from finops.forecasting.band import scale, width
from finops.forecasting.daily import ahead
from finops.period import Period
from finops.question import Dimension, Filter, Grain, Ledger, Measure, Question
from finops.reach import Reach

NEEDED = 14
_HISTORY = 140
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Outlook:
    """What *name* (empty: all together) costs in *period*: exactly by day *so_far*, before *until*; by *forecast*, to
    the cent, on each day from then on. *off* is how far the end may lie off. *known* complete days are behind it, and
    fewer than needed give no forecast; *least* is what it comes to at least."""

    name: str
    period: Period
    until: date
    so_far: tuple[Decimal, ...]
    forecast: tuple[Decimal, ...]
    off: Decimal
    known: int
    least: Decimal | None

    @property
    def told(self) -> bool:
        """Whether there is a forecast, or nothing is left to be told."""
        return self.known >= NEEDED or not self.to_come

    @property
    def to_come(self) -> int:
        """How many days are left."""
        return self.period.days - len(self.so_far)

    @property
    def spent(self) -> Decimal:
        """What the days that are over cost."""
        return sum(self.so_far, Decimal(0))

    @property
    def end(self) -> Decimal:
        """What the period comes to."""
        return (self.spent + sum(self.forecast, Decimal(0))).quantize(_CENT)

    @property
    def band(self) -> tuple[Decimal, Decimal]:
        """Between what it ends in four of five cases."""
        low = self.end - self.off
        return low if self.least is None else min(max(low, self.least.quantize(_CENT)), self.end), self.end + self.off

    @property
    def asks_again(self) -> date:
        """The day from which there is a forecast, if cost goes on."""
        return self.until + timedelta(days=NEEDED - self.known)

    def runs_out(self, limit: Decimal) -> date | None:
        """The day on which *limit* is used up; None if it lasts."""
        sums = accumulate((*self.so_far, *self.forecast))
        return next((day for day, total in zip(self.period, sums, strict=False) if total > limit), None)


@dataclass(frozen=True)
class Asked:
    """What a forecast is about: the AI cost that *where* keeps, cut by one dimension or not at all, of *period*."""

    period: Period
    where: tuple[Filter, ...]
    by: Dimension | None = None

    def past(self, reach: Reach) -> Question:
        """The daily costs of twenty weeks that a forecast rests on."""
        cut = (self.by,) if self.by else ()
        days = reach.days(max(_HISTORY, (reach.until - self.period.start).days))
        return Question((Measure.COST,), days, by=cut, where=self.where, grain=Grain.DAY, ledger=reach.ledger)


def outlooks(ledger: Ledger, asked: Asked, reach: Reach) -> tuple[Outlook, ...]:
    """How *asked* ends, by name, dearest first. It is told from the complete days within *reach* only; each name from
    its own, so that forecasts of parts need not add up to that of the whole."""
    series = ledger.series(asked.past(reach))
    if not series.names:
        return ()
    told = zip(series.names, series.values, *_predicted(series.values, asked.period, reach.until), strict=True)
    found = (_outlook(name, past, days, off, asked.period, reach.until, series.exact) for name, past, days, off in told)
    named = found if asked.by else (replace(each, name="") for each in found)
    return tuple(sorted(named, key=lambda each: (-each.end, each.name)))


def _predicted(past: Floats, period: Period, until: date) -> tuple[Floats, Floats]:
    """The days of *period* from *until* on, by row, and how far their sum may lie off."""
    count = (period.end - until).days
    if count <= 0:
        return np.zeros((len(past), 0)), np.zeros(len(past))
    within = ahead(past, count)[:, max(0, (period.start - until).days) :]
    credited = (np.nan_to_num(past) < 0).any(1, keepdims=True)
    days: Floats = np.where(credited, within, np.maximum(within, 0))
    off: Floats = np.nan_to_num(width(past, count)) * scale(past, days.sum(1), days.shape[1])
    return days, off


def _outlook(name: str, past: Floats, days: Floats, off: float, period: Period, until: date,
             exact: Mapping[tuple[str, date], Decimal]) -> Outlook:  # fmt: skip
    over = [period.start + timedelta(days=n) for n in range(min(period.days, max(0, (until - period.start).days)))]
    so_far = tuple(exact.get((name, day), Decimal(0)) for day in over)
    known = int(np.isfinite(past).sum())
    least = None if (np.nan_to_num(past) < 0).any() else sum(so_far, Decimal(0))
    shown = tuple(_cents(days)) if known >= NEEDED else ()
    return Outlook(name, period, until, so_far, shown, Decimal(f"{off:.2f}") if shown else Decimal(0), known, least)


def _cents(days: Floats) -> Iterator[Decimal]:
    return (Decimal(f"{day:.2f}") for day in days)
