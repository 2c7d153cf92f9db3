"""Composing: levers applied one after the other, what each saves of what the ones before have left, and a band."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

import numpy as np
from numpy.typing import NDArray

from finops.whatif.levers import Lever, Pools
from finops.whatif.listed import Listed
from finops.whatif.mix import Mix, Pool
from finops.whatif.routing import Route

_PLACES, _DIGITS, _DRAWS, _SEED = 9, 50, 2000, 20261124
_ENDS, _ENOUGH_WEEKS = (0.025, 0.975), 4
TOKENIZERS = (Decimal("0.85"), Decimal("1.15"))
"""How far the count of tokens of another model may be off."""
Band = tuple[Decimal, Decimal]
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """What a lever makes of a month's cost; *touched* is the cost that it is about, *stuck* what of it could
    not be told anew for want of a price."""

    lever: Lever
    before: Decimal
    after: Decimal
    touched: Decimal
    stuck: Decimal

    @property
    def change(self) -> Decimal:
        """What it adds to the bill (a saving is below zero)."""
        return self.after - self.before


@dataclass(frozen=True)
class Plan:
    """A month now and then, its steps, what a month then may be (95 %), and how far other tokenizers move it."""

    mix: Mix
    now: Decimal
    then: Decimal
    steps: tuple[Step, ...]
    band: Band
    tokenizers: Band | None = None
    moved: Decimal = Decimal(0)


def composed(mix: Mix, levers: Iterable[Lever], listed: Listed) -> Plan:
    """What *levers* make of *mix*, in the order trim, cap, cache, route or swap, own capacity, batch."""
    ranked = sorted(levers, key=lambda lever: lever.rank)
    with localcontext(prec=_DIGITS):
        start = [(listed.settled(pool),) for pool in mix.pools]
        steps, end = _applied(mix, start, ranked, listed)
        now, then = _monthly(mix, start), _monthly(mix, end)
        others = _tokenizers(mix, start, ranked, listed)
    return Plan(mix, now, then, steps, _band(mix, end, then), others, _moved(mix, end))


def _applied(
    mix: Mix, pools: Sequence[Pools], levers: Sequence[Lever], listed: Listed
) -> tuple[tuple[Step, ...], Sequence[Pools]]:
    steps: list[Step] = []
    for each in levers:
        about = [pool for group in pools for pool in group if each.concerns(pool)]
        lever = each.bound(about, mix.monthly)
        new = [tuple(made for pool in group for made in _changed(lever, pool, listed)) for group in pools]
        stuck = [pool for pool in about if lever.changed(pool, listed) is None]
        touched, left = (sum((pool.cost for pool in some), Decimal(0)) * mix.monthly for some in (about, stuck))
        steps.append(Step(lever, _monthly(mix, pools), _monthly(mix, new), touched, left))
        pools = new
    return tuple(steps), pools


def _changed(lever: Lever, pool: Pool, listed: Listed) -> Pools:
    return (lever.changed(pool, listed) or (pool,)) if lever.concerns(pool) else (pool,)


def _monthly(mix: Mix, pools: Sequence[Pools]) -> Decimal:
    return round(sum((pool.cost for group in pools for pool in group), Decimal(0)) * mix.monthly, _PLACES)


def _tokenizers(mix: Mix, start: Sequence[Pools], levers: Sequence[Lever], listed: Listed) -> Band | None:
    """A month then, if other models made 15 % fewer or more tokens of the same."""
    if not any(isinstance(lever, Route) for lever in levers):
        return None
    ends = []
    for factor in TOKENIZERS:
        bent = [replace(each, tokenizer=each.tokenizer * factor) if isinstance(each, Route) else each
                for each in levers]  # fmt: skip
        ends.append(_monthly(mix, _applied(mix, start, bent, listed)[1]))
    return ends[0], ends[1]


def _moved(mix: Mix, end: Sequence[Pools]) -> Decimal:
    """The share of tokens that another model answers."""
    every = [(pool.model, new) for pool, group in zip(mix.pools, end, strict=True) for new in group]
    whole = sum((new.tokens for _, new in every), Decimal(0))
    gone = sum((new.tokens for model, new in every if new.model != model), Decimal(0))
    return gone / whole if whole else Decimal(0)


def _band(mix: Mix, end: Sequence[Pools], then: Decimal) -> Band:
    """Where the next month may end, if days and weeks go on to vary as they did: the wider of both. What our own
    capacity costs does not vary."""
    daily = np.zeros(mix.period.days)
    for pool in (each for group in end for each in group if not each.own):
        whole = float(sum(pool.daily))
        daily += (float(pool.cost) / whole if whole else 0.0) * np.array([float(day) for day in pool.daily])
    draws = np.random.default_rng(_SEED)
    low, high = zip(*(_ends(each, draws) for each in _variations(daily)), strict=True)
    month = float(mix.monthly)
    return max(Decimal(0), then + _cents(min(low) * month)), then + _cents(max(high) * month)


def _variations(daily: _Floats) -> list[_Floats]:
    """How far each week, and each day of its weekday, is from the mean; made wider by what the mean took."""
    weeks, length = daily.size // 7, daily.size
    if weeks < 2:
        return [np.sqrt(length / (length - 1)) * (daily - daily.mean())]
    whole = daily[-weeks * 7 :].reshape(weeks, 7)
    days = (whole - whole.mean(axis=0)).ravel() * np.sqrt(weeks / (weeks - 1))
    if weeks < _ENOUGH_WEEKS:
        return [days]
    sums = whole.sum(axis=1)
    return [days, (sums - sums.mean()) * np.sqrt(weeks / (weeks - 1)) * _student(weeks - 1)]


def _student(freedom: int) -> float:
    """How much wider a range of 95 % is that so few tell (t by normal quantile, within 1 %)."""
    return 1 + 1.2 / freedom + 2 / freedom**2


def _ends(apart: _Floats, draws: np.random.Generator) -> tuple[float, float]:
    """What the sum of as many may differ from the sum that was measured, both drawn anew."""
    first, second = (draws.choice(apart, (_DRAWS, apart.size)).sum(axis=1) for _ in range(2))
    low, high = np.quantile(first - second, _ENDS)
    return float(low), float(high)


def _cents(figure: float) -> Decimal:
    return Decimal(str(round(figure, 2)))
