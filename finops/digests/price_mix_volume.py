"""Price, mix, volume: why a cost moved; the three parts add up to the whole difference, to the last digit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from finops.question import Measure, Row

ZERO = Decimal(0)


@dataclass(frozen=True)
class Parts:
    """What the cost moved by because of more or fewer tokens, other models and classes, and other prices."""

    volume: Decimal
    mix: Decimal
    price: Decimal

    @property
    def total(self) -> Decimal:
        """The whole difference."""
        return self.volume + self.mix + self.price


@dataclass(frozen=True)
class _Line:
    tokens: Decimal
    cost: Decimal
    tokens_before: Decimal
    cost_before: Decimal


def parts(rows: Iterable[Row]) -> Parts | None:
    """The parts of the difference of the rows' token cost against their *previous* one; None where there was none.
    Each row should be one model and token class. What is new, or gone, counts as mix; at the price of its time."""
    lines = [_line(row) for row in rows]
    before = sum((line.cost_before for line in lines), ZERO)
    tokens = sum((line.tokens for line in lines), ZERO)
    tokens_before = sum((line.tokens_before for line in lines), ZERO)
    if not before or not tokens_before:
        return None
    with localcontext(prec=50):
        volume = before * (tokens / tokens_before - 1)
        price = _price(lines)
        whole = sum((line.cost - line.cost_before for line in lines), ZERO)
        return Parts(volume, whole - volume - price, price)


def _price(lines: Sequence[_Line]) -> Decimal:
    """Today's tokens at today's prices, less the same tokens at those of before."""
    both = [line for line in lines if line.tokens and line.tokens_before]
    return sum((line.cost - line.tokens * (line.cost_before / line.tokens_before) for line in both), ZERO)


def _line(row: Row) -> _Line:
    before = row.previous or {}
    return _Line(row.values[Measure.TOKENS], row.values[Measure.TOKEN_COST], before.get(Measure.TOKENS, ZERO),
                 before.get(Measure.TOKEN_COST, ZERO))  # fmt: skip
