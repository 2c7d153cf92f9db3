"""Capacity of our own: use moves from a price a token to GPUs or provisioned units, which cost the same used or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from finops.money import Money
from finops.whatif.gpus import NOT_SEEN, Gpus
from finops.whatif.levers import ONE, OWN, ZERO, Assumed, Ground, Pools, Where, percent, scaled
from finops.whatif.listed import Listed
from finops.whatif.mix import MONTH, Pool, Used

_HOURS, _SECONDS = 24 * MONTH, 86_400 * MONTH
SPEED, MOST = Decimal(1000), Decimal("0.8")
"""What is assumed where nobody says: tokens a second that a GPU does, and how much of its time it can be busy."""


@dataclass(frozen=True)
class Bought:
    """So many *units* (GPUs, or units of provisioned throughput), what each costs an hour and does a second, in tokens
    of all classes alike (None: not said), and up to which load (None: not said). What is not said is what the GPUs that
    there are were *seen* to do, as far as that was measured."""

    units: int
    unit: str
    hourly: Decimal
    speed: Decimal | None = None
    most: Decimal | None = None
    seen: Gpus = NOT_SEEN
    priced: Ground = Ground.CONFIGURED

    @property
    def pace(self) -> tuple[Decimal, Ground]:
        """Tokens a second of each, and what that stands on."""
        if self.speed:
            return self.speed, Ground.CONFIGURED
        return (self.seen.speed, Ground.MEASURED) if self.seen.speed else (SPEED, Ground.HEURISTIC)

    @property
    def cost(self) -> Decimal:
        """Of a month, used or not."""
        return self.units * self.hourly * _HOURS

    @property
    def tokens(self) -> Decimal:
        """What they could do in a month, never idle."""
        return self.units * self.pace[0] * _SECONDS

    @property
    def loaded(self) -> Decimal:
        """What they do in a month, loaded as far as they can be."""
        return self.tokens * (self.most or MOST)

    def __str__(self) -> str:
        return f"{self.units} {self.unit}{'s' if self.units != 1 else ''}"


@dataclass(frozen=True)
class Capacity(Where):
    """A *share* of what *old* does goes to what was *bought*, as far as it has room for it on the day; *own* machines
    answer with another model. Once bound to a use, *fits* is the share of it that moves and *daily* that of each day,
    *per_token* what a token then costs, and *even* the load from which it pays."""

    old: str = ""
    share: Decimal = ONE
    bought: Bought = Bought(1, "GPU", ZERO)
    own: bool = True
    fits: Decimal = ZERO
    daily: tuple[Decimal, ...] = ()
    per_token: Decimal = ZERO
    load: Decimal = ZERO
    even: Decimal | None = None
    rank = OWN

    @property
    def name(self) -> str:
        verb = "self-host" if self.own else "provision"
        return f"{verb} {percent(self.share)} {self.old} on {self.bought}{self.whose}"

    def concerns(self, pool: Pool) -> bool:
        return pool.model.lower() == self.old.lower() and super().concerns(pool)

    def bound(self, pools: Sequence[Pool], monthly: Decimal) -> Capacity:
        whole = sum((pool.tokens for pool in pools), ZERO) * monthly
        if not whole:
            return self
        room, days = self.bought.loaded / MONTH / (whole / monthly), _days(pools)
        daily = tuple(min(self.share, room / day) if day else self.share for day in days)
        fits = sum((day * moves for day, moves in zip(days, daily, strict=True)), ZERO)
        fits = self.share if set(daily) == {self.share} else fits or min(self.share, room * MONTH / monthly)
        paid = sum((pool.cost for pool in pools if pool.tokens), ZERO) * monthly / whole
        even = self.bought.cost / (paid * self.bought.tokens) if paid else None
        return replace(self, fits=fits, daily=daily, per_token=self.bought.cost / (whole * fits), even=even,
                       load=whole * fits / self.bought.tokens)  # fmt: skip

    def changed(self, pool: Pool, listed: Listed) -> Pools | None:
        if not pool.tokens:
            return None
        moved = scaled(pool, self.fits)
        classes = {kind: Used(used.tokens, used.tokens * self.per_token) for kind, used in moved.classes.items()}
        gone = replace(
            moved, model="self-hosted" if self.own else pool.model, classes=classes, other=ZERO, beside=ZERO, own=True
        )
        left = tuple(cost * (ONE - moves) for cost, moves in zip(pool.daily, self.daily, strict=False))
        return (gone,) if self.fits == ONE else (replace(scaled(pool, ONE - self.fits), daily=left), gone)

    def short(self) -> str:
        """What has no room, in a sentence; empty if all of it has."""
        if not 0 < self.fits < self.share:
            return ""
        return f"{self.name}: there is room for {_percent(self.fits)} of it only; the rest stays where it is."

    def grounds(self, currency: str) -> Iterator[Assumed]:
        """What it stands on, and from which load on it pays."""
        bought = self.bought
        hourly, cost = Money(bought.hourly, currency).cents, Money(bought.cost, currency).cents
        yield bought.priced, f"{bought} at {hourly} an hour each: {cost} a month, used or not"
        yield bought.pace[1], f"a {bought.unit} does {_speed(bought)}, whatever their class{_of_days(bought)}"
        yield (
            _firm(bought.most),
            f"it can be loaded to {percent(bought.most or MOST)}; the use of a day is spread evenly",
        )
        if self.own:
            yield Ground.HEURISTIC, "a model of our own makes as many tokens and writes as much"
        if self.even is not None:
            never = ", which it cannot be" if self.even > (bought.most or MOST) else ""
            pays = f"pays from a load of {_percent(self.even)}{never}"
            yield bought.pace[1], f"loaded to {_percent(self.load)}; {pays}"


def _speed(bought: Bought) -> str:
    """As it is usually told: of GPUs by the second, of units by the minute."""
    second = bought.pace[0]
    return f"{second:,.0f} tokens a second" if bought.unit == "GPU" else f"{second * 60:,.0f} tokens a minute"


def _of_days(bought: Bought) -> str:
    """Where the speed was measured; empty if it was not."""
    if bought.pace[1] is not Ground.MEASURED:
        return ""
    return f": what yours did at work on {bought.seen.days} days"


def _days(pools: Sequence[Pool]) -> list[Decimal]:
    """Which share of the use each day of the window has, told by what it cost; none where that is not known."""
    costs = [max(ZERO, sum(day, ZERO)) for day in zip(*(pool.daily for pool in pools), strict=True)]
    whole = sum(costs, ZERO)
    return [cost / whole for cost in costs] if whole else []


def _firm(said: Decimal | None) -> Ground:
    return Ground.HEURISTIC if said is None else Ground.CONFIGURED


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f} %"
