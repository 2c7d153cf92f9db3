"""Knowing: what a ledger knows of what is asked, by provider: on how many days, and what it says they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops.period import Period
from finops.question import MONEY, Dimension, Filter, Measure
from finops.stamp import Absent, Daily, LedgerName
from finops.vendors import vendor
from storage.questions import known_of, told_on
from storage.shelf import Shelved

_AMOUNTS = (Measure.COST, Measure.BILLED_COST, Measure.LIST_COST, Measure.TOKEN_COST)
_LEAST = Decimal("0.01")


@dataclass(frozen=True)
class Told:
    """What one ledger says of a provider: *days* on which it knows anything, and its *amounts*."""

    provider: str
    days: int
    amounts: Mapping[Measure, Decimal]


@dataclass(frozen=True)
class Knowing:
    """What both ledgers know of the days in *period* that pass *where*, for *teams* only if any are named: one small
    query each, remembered for as long as nothing new is published."""

    opened: Shelved
    period: Period
    where: tuple[Filter, ...] = ()
    teams: tuple[str, ...] = ()

    def days(self) -> Mapping[LedgerName, int]:
        """On how many days each ledger knows anything, summed over the providers; of ledgers of which only one has
        anything at all in the period, that one knows it."""
        if not all(map(self._begun, LedgerName)):
            return {name: int(self._begun(name)) for name in LedgerName}
        return {name: sum(_days(self._told(name)).values()) for name in LedgerName}

    def absent(self, ledger: LedgerName, measures: Sequence[Measure]) -> tuple[Absent, ...]:
        """The providers of whom *ledger* knows nothing and the other one does, dearest first; only where money is asked
        for, and a cent at least."""
        amount = next((each for each in _AMOUNTS if each in measures), None)
        amount = amount or (Measure.COST if MONEY & set(measures) else None)
        if amount is None or Measure.REQUESTS in measures or not self._begun(ledger.other):
            return ()
        known = _days(self._told(ledger))
        found = (Absent(each.provider, each.amounts[amount]) for each in self._told(ledger.other)
                 if each.provider and vendor(each.provider) not in known)  # fmt: skip
        told = (each for each in found if abs(each.amount) >= _LEAST)
        return tuple(sorted(told, key=lambda each: (-each.amount, each.provider)))

    def untimed(self) -> tuple[Daily, ...]:
        """Those of whom AI requests are metered on days of which no hours are known, most days first."""
        days = Counter(provider for provider, _ in {*self._told_on("")} - {*self._told_on("UTC")})
        return tuple(Daily(provider, count) for provider, count in sorted(days.items(), key=lambda e: (-e[1], e[0])))

    def _told_on(self, zone: str) -> tuple[tuple[str, date], ...]:
        key = ("told on", zone, self.period, self.where, self.teams)
        asked = told_on(self.where, self.teams, hourly=bool(zone))
        rows = self.opened.remembered(key, lambda: self.opened.rows(asked, "metered", self.period, zone=zone))
        return tuple((provider, day) for provider, day in rows)

    def _begun(self, name: LedgerName) -> bool:
        """Whether anything at all was published there."""
        return any(file.day in self.period for file in self.opened.manifest.by_ledger[name])

    def _told(self, name: LedgerName) -> tuple[Told, ...]:
        key = ("knowing", name, self.period, self.where, self.teams)
        return self.opened.remembered(key, lambda: tuple(self._asked(name)))

    def _asked(self, name: LedgerName) -> Iterator[Told]:
        whole = not self.teams and all(each.dimension is not Dimension.TEAM for each in self.where)
        asked = known_of(self.where, _AMOUNTS, self.teams)
        for provider, days, *amounts in self.opened.rows(asked, name, self.period, whole=whole):
            yield Told(provider, days, dict(zip(_AMOUNTS, map(Decimal, amounts), strict=True)))


def _days(told: Sequence[Told]) -> Mapping[str, int]:
    """The days by vendor; of several names for one, those of the name that is known best."""
    days: dict[str, int] = {}
    for each in told:
        days[vendor(each.provider)] = max(each.days, days.get(vendor(each.provider), 0))
    return days
