"""Factors: how much of a product's difference each of its factors made; the parts add up to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import permutations
from math import prod

_PLACES = 18
_WIDE = 90


@dataclass(frozen=True)
class Split:
    """What a product was *before* and is *now*, and what each factor made of the difference: `now = before +
    sum(parts)`, exactly, to eighteen places."""

    before: Decimal
    now: Decimal
    parts: tuple[Decimal, ...]


def split(before: Sequence[Fraction], now: Sequence[Fraction]) -> Split:
    """The difference of two products of the same factors, by factor, after Shapley: what changing a factor makes, on
    average over all orders in which the factors could have changed. Reckoned in fractions, so nothing is lost; then
    rounded to eighteen places, and what rounding leaves goes to the largest part."""
    ends = [rounded(prod(each, start=Fraction(1))) for each in (before, now)]
    parts = [rounded(_made(number, before, now)) for number in range(len(before))]
    with localcontext(prec=_WIDE):
        left = ends[1] - ends[0] - sum(parts, Decimal(0))
        largest = max(range(len(parts)), key=lambda number: abs(parts[number]))
        parts[largest] += left
    return Split(ends[0], ends[1], tuple(parts))


def _made(number: int, before: Sequence[Fraction], now: Sequence[Fraction]) -> Fraction:
    orders = list(permutations(range(len(before))))
    return sum((_step(number, order, before, now) for order in orders), Fraction(0)) / len(orders)


def _step(number: int, order: Sequence[int], before: Sequence[Fraction], now: Sequence[Fraction]) -> Fraction:
    """What changing the factor makes once those before it in *order* have changed."""
    changed = set(order[: order.index(number)])
    others = (now[each] if each in changed else before[each] for each in order if each != number)
    return prod(others, start=now[number] - before[number])


def rounded(value: Fraction) -> Decimal:
    """*value* to eighteen places, half to even."""
    with localcontext(prec=_WIDE):
        return Decimal(round(value * 10**_PLACES)).scaleb(-_PLACES)
