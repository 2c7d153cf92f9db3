"""A price that jumps from one version of its list to the next is held for review: until then the old one counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from finops.charge import TokenClass
from finops.prices import Offer, at_step

JUMP = Decimal("0.5")
"""What a price may change by from version to version: half of what it was."""
_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Used:
    """What a list said of a model, by whichever of its names it knows, on the last day that it priced calls of."""

    provider: str
    models: tuple[str, ...]
    day: date
    offer: Offer

    @property
    def origin(self) -> str:
        """The list and the version that was used."""
        return self.offer[0].origin

    @property
    def key(self) -> tuple[str, str, str]:
        """The list, whatever its version, the provider and the model."""
        return list_of(self.offer), self.provider, self.models[0]


@dataclass(frozen=True)
class Jump:
    """The widest change of a price between two versions of a list, USD per million tokens; the old one is in force."""

    used: Used
    new: Offer
    kind: TokenClass
    prices: tuple[Decimal, Decimal]

    def __str__(self) -> str:
        used, (old, new) = self.used, (f"${price.normalize():f}" for price in self.prices)
        whom = f"{used.models[-1]} of {used.provider}" if used.provider else used.models[-1]
        return (f"{whom}, {self.kind.replace('_', ' ')}: {old} a million by {used.origin}, {new} by "
                f"{self.new[0].origin}")  # fmt: skip


def list_of(offer: Offer) -> str:
    """The list that *offer* is from, without its version."""
    return offer[0].origin.partition(" ")[0]


def jump(used: Used, new: Offer) -> Jump | None:
    """The widest jump from what was *used* to what a *new* version says, if there is one."""
    found = [Jump(used, new, kind, (old * _MILLION, price * _MILLION))
             for before, after in _steps(used.offer, new) for kind, old in before.items()
             if (price := after.get(kind)) is not None and abs(price - old) > old * JUMP]  # fmt: skip
    return max(found, key=lambda each: abs(each.prices[1] - each.prices[0]), default=None)


def _steps(old: Offer, new: Offer) -> list[tuple[dict[TokenClass, Decimal], dict[TokenClass, Decimal]]]:
    """What both say of each tier that both know, at each step that either has."""
    steps = sorted({(rates.tier, rates.above) for rates in (*old, *new)})
    return [(dict(at_step(_of(old, tier), above)), dict(at_step(_of(new, tier), above))) for tier, above in steps]


def _of(offer: Offer, tier: str) -> Offer:
    return tuple(rates for rates in offer if rates.tier == tier)


def held(used: Used, then: Offer, now: Offer, day: date) -> Jump | None:
    """What keeps another version of the list from being used: it says something else of the day that was used (*then*),
    or of a *day* since (*now*). A change that a list dates is none between versions."""
    if not now or now[0].origin == used.origin:
        return None
    return (jump(used, then) if then else None) or (jump(used, now) if day >= used.day else None)


def counting(used: Used | None, then: Offer, now: Offer, day: date) -> Offer:
    """What counts of one list on *day*: what it says *now*, unless that is held, or it has dropped what was used."""
    if used is None or (not now and then):
        return now
    return used.offer if not now or held(used, then, now, day) else now


def remembered(used: Used | None, new: Used, then: Offer) -> Used | None:
    """What to remember once *new* was used; None where that is what is known."""
    if used is None or new.origin != used.origin:
        return new if used is None or new.day >= used.day or not then else replace(new, day=used.day, offer=then)
    return new if new.day > used.day and new.offer != used.offer else None
