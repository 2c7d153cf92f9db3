"""Price, mix, volume: why a cost moved; the three parts add up to the whole difference, to the last digit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from finops.moving.factors import rounded
from finops.question import Dimension, Measure, Row, Values

ZERO, _NOTHING = Decimal(0), Fraction(0)
_WIDE = 90


@dataclass(frozen=True)
class Parts:
    """What the cost moved by because of more or fewer tokens, other models and classes, and other prices."""

    volume: Decimal
    mix: Decimal
    price: Decimal

    @property
    def total(self) -> Decimal:
        """The whole difference."""
        with localcontext(prec=_WIDE):
            return self.volume + self.mix + self.price


@dataclass(frozen=True)
class _Used:
    """What one model and class used for how much, in one period."""

    tokens: Fraction
    cost: Fraction


_Name = tuple[object, ...]


def parts(rows: Iterable[Row]) -> Parts | None:
    """The parts of the difference of the rows' token cost against their *previous* one; None where there was none.
    Each row should be one model and token class. What is new, or gone, counts as mix; at the price of its time. What
    a gateway told above or below its tokens' price names a model, but no class: it is spread over the model's."""
    known = list(rows)
    now, before = _used(known, lambda row: row.values), _used(known, lambda row: row.previous or {})
    tokens, tokens_before = (sum((each.tokens for each in used.values()), _NOTHING) for used in (now, before))
    cost_before = sum((each.cost for each in before.values()), _NOTHING)
    if not cost_before or not tokens_before:
        return None
    volume = rounded(cost_before * (tokens / tokens_before - 1))
    price = rounded(_price(now, before))
    with localcontext(prec=_WIDE):
        return Parts(volume, _whole(known) - volume - price, price)


def _price(now: Mapping[_Name, _Used], before: Mapping[_Name, _Used]) -> Fraction:
    """Today's tokens at today's prices, less the same tokens at those of before."""
    both = [(used, before[name]) for name, used in now.items() if used.tokens and before[name].tokens]
    return sum((used.cost - used.tokens * was.cost / was.tokens for used, was in both), _NOTHING)


def _whole(rows: Sequence[Row]) -> Decimal:
    moves = (row.values[Measure.TOKEN_COST] - (row.previous or {}).get(Measure.TOKEN_COST, ZERO) for row in rows)
    return sum(moves, ZERO)


def _used(rows: Sequence[Row], of: Callable[[Row], Values]) -> dict[_Name, _Used]:
    """By row, what it used; the cost of a model's rows without tokens is spread over those with, by their cost."""
    sums = [(row, of(row).get(Measure.TOKENS, ZERO), of(row).get(Measure.TOKEN_COST, ZERO)) for row in rows]
    own: dict[_Name, Fraction] = defaultdict(Fraction)
    loose: dict[_Name, Fraction] = defaultdict(Fraction)
    for row, tokens, cost in sums:
        (own if tokens else loose)[_model(row)] += Fraction(cost)
    return {tuple(row.key.items()): _Used(Fraction(tokens), _spread(bool(tokens), Fraction(cost), own[_model(row)],
                                                                    loose[_model(row)]))
            for row, tokens, cost in sums}  # fmt: skip


def _spread(counted: bool, cost: Fraction, own: Fraction, loose: Fraction) -> Fraction:
    if not own:
        return cost
    return cost * (1 + loose / own) if counted else _NOTHING


def _model(row: Row) -> _Name:
    return tuple(value for cut, value in row.key.items() if cut is not Dimension.TOKEN_CLASS)
