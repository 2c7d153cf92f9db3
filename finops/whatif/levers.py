"""Levers: what can be changed, each a function from a pool of use to the pools that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatch
from typing import Protocol, Self

from finops.charge import OUTPUT, TokenClass
from finops.question import Dimension, Filter
from finops.whatif.listed import Listed
from finops.whatif.mix import Pool, Used

ONE, ZERO = Decimal(1), Decimal(0)
TRIM, CAP, CACHE, ROUTE, OWN, BATCH = range(6)
Pools = tuple[Pool, ...]


class Ground(StrEnum):
    """What an assumption stands on."""

    MEASURED = "MEASURED"
    CONFIGURED = "CONFIGURED"
    HEURISTIC = "HEURISTIC"


Assumed = tuple[Ground, str]
"""What is assumed, and what that stands on."""


class Lever(Protocol):
    """One change of the use that *where* keeps; levers work in the order of their rank."""

    @property
    def where(self) -> tuple[Filter, ...]:
        """Whose use it changes."""
        ...

    @property
    def rank(self) -> int:
        """Its place in the order."""
        ...

    @property
    def name(self) -> str:
        """What to call it."""
        ...

    def changed(self, pool: Pool, listed: Listed) -> Pools | None:
        """What *pool*, which it concerns, becomes; None if that cannot be told, for want of a price."""
        ...

    def concerns(self, pool: Pool) -> bool:
        """Whether it is about such use at all."""
        ...

    def bound(self, pools: Sequence[Pool], monthly: Decimal) -> Lever:
        """The same, knowing all that it concerns, and what makes a month of it."""
        ...


@dataclass(frozen=True)
class Where:
    """What all levers share: whom they are about."""

    where: tuple[Filter, ...] = ()

    def concerns(self, pool: Pool) -> bool:
        """Whether the labels of *pool* pass the filters."""
        return not pool.own and all(_passes(pool, each) for each in self.where)

    def bound(self, pools: Sequence[Pool], monthly: Decimal) -> Self:
        """Most levers do the same whatever else there is."""
        return self

    @property
    def whose(self) -> str:
        """The filters, to be put after a name."""
        return "".join(f" {each}" for each in self.where)


def _passes(pool: Pool, kept: Filter) -> bool:
    label = {**pool.labels, Dimension.MODEL: pool.model}.get(kept.dimension, "").lower()
    return any(fnmatch(label, value.lower()) for value in kept.values) is not kept.negated


def scaled(pool: Pool, share: Decimal) -> Pool:
    """A *share* of the use."""
    classes = {kind: used.times(share) for kind, used in pool.classes.items()}
    return replace(pool, classes=classes, other=pool.other * share, beside=pool.beside * share,
                   requests=pool.requests * share, wanted=pool.wanted * share)  # fmt: skip


def written(pool: Pool) -> Decimal:
    """How many tokens of output there are."""
    return sum((pool.used(kind).tokens for kind in OUTPUT), ZERO)


@dataclass(frozen=True)
class Trim(Where):
    """Leave away a *share* of the input that is not cached."""

    share: Decimal = ZERO
    rank = TRIM

    @property
    def name(self) -> str:
        return f"trim {percent(self.share)}{self.whose}"

    def changed(self, pool: Pool, listed: Listed) -> Pools | None:
        fresh = pool.used(TokenClass.UNCACHED_INPUT).times(ONE - self.share)
        return (replace(pool, classes={**pool.classes, TokenClass.UNCACHED_INPUT: fresh}),)


@dataclass(frozen=True)
class Cap(Where):
    """No answer above *most* tokens, whichever model gives it. Daily sums tell the mean call only, so what is saved is
    a lower bound."""

    most: int = 0
    rank = CAP

    @property
    def name(self) -> str:
        return f"cap {self.most}{self.whose}"

    def changed(self, pool: Pool, listed: Listed) -> Pools | None:
        whole = written(pool)
        if not pool.requests or not whole:
            return None
        kept = min(ONE, self.most * pool.requests / whole)
        less = {kind: pool.classes[kind].times(kept) for kind in OUTPUT if kind in pool.classes}
        most = min(self.most, pool.ceiling or self.most)
        return (replace(pool, classes={**pool.classes, **less}, ceiling=most, wanted=pool.wanted or whole),)


@dataclass(frozen=True)
class Cache(Where):
    """A *share* of the fresh input is a stable prefix: a part *hit* of it is read from the cache, the rest written."""

    share: Decimal = ZERO
    hit: Decimal = Decimal("0.9")
    rank = CACHE

    @property
    def name(self) -> str:
        return f"cache {percent(self.share)}{self.whose}"

    def changed(self, pool: Pool, listed: Listed) -> Pools | None:
        prices = _of_input(pool, listed)
        if not prices:
            return None
        read, write = prices
        fresh = pool.used(TokenClass.UNCACHED_INPUT)
        moved = fresh.times(self.share)
        hits, misses = moved.times(self.hit), moved.times(ONE - self.hit)
        new = {TokenClass.UNCACHED_INPUT: fresh.times(ONE - self.share),
               TokenClass.CACHE_READ: pool.used(TokenClass.CACHE_READ) + Used(hits.tokens, hits.cost * read),
               TokenClass.CACHE_WRITE: pool.used(TokenClass.CACHE_WRITE)
               + Used(misses.tokens, misses.cost * write)}  # fmt: skip
        return (replace(pool, classes={**pool.classes, **new}),)

    def break_even(self, pool: Pool, listed: Listed) -> Decimal | None:
        """The hit rate from which it pays: (write − input) / (write − read); None if the list knows no cheaper read."""
        prices = _of_input(pool, listed)
        if not prices or prices[0] >= ONE:
            return None
        read, write = prices
        return max(ZERO, write - ONE) / (write - read)


def _of_input(pool: Pool, listed: Listed) -> tuple[Decimal, Decimal] | None:
    """What reading from and writing to the cache costs, of what input does."""
    rates = listed.rates(pool)
    plain, read = rates.get(TokenClass.UNCACHED_INPUT), rates.get(TokenClass.CACHE_READ)
    if not plain or read is None:
        return None
    return read / plain, rates.get(TokenClass.CACHE_WRITE, plain) / plain


@dataclass(frozen=True)
class Batch(Where):
    """A *share* of the use waits for a batch, at its list price or half."""

    share: Decimal = ZERO
    rank = BATCH

    @property
    def name(self) -> str:
        return f"batch {percent(self.share)}{self.whose}"

    def changed(self, pool: Pool, listed: Listed) -> Pools | None:
        classes = {kind: Used(used.tokens, used.cost * (ONE - self.share * (ONE - listed.batch(pool, kind)[0])))
                   for kind, used in pool.classes.items()}  # fmt: skip
        return (replace(pool, classes=classes),)


def percent(share: Decimal) -> str:
    """`60%`, as people type it."""
    return f"{(share * 100).normalize():f}%"
