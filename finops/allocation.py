"""Allocation: what several teams share, and which share of it falls to each by what it used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from finops.period import Period
from finops.question import Dimension

_PLACES = 10**18
Used = Mapping[date, Mapping[str, Decimal]]
"""What each team used on each day."""


class By(StrEnum):
    """What usage is counted in."""

    TOKENS = "tokens"
    REQUESTS = "requests"
    COST = "cost"


@dataclass(frozen=True)
class Shared:
    """Charges of several teams: those whose dimensions fit these patterns and that name no team (unless a pattern is
    of teams), split *by* usage *among* the teams named (none: all that used something)."""

    match: Mapping[Dimension, tuple[str, ...]]
    by: By
    among: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Slice:
    """What falls to *team* on *day*: from the *before*th part of the whole up to *upto*, for what it *used* on that
    day, or *of_month* where nobody used anything on the day."""

    day: date
    team: str
    before: Decimal
    upto: Decimal
    used: Decimal
    of_month: bool


def slices(rule: Shared, used: Used, month: Period) -> Iterator[Slice]:
    """The slices of each day of *month*, by the names of the teams; none where nobody used anything all month. They
    border on one another and end at one, so whatever is cut by them adds up to itself."""
    days = {day: _counted(rule, used.get(day, {})) for day in month}
    together: dict[str, Decimal] = {}
    for each in days.values():
        for team, count in each.items():
            together[team] = together.get(team, Decimal(0)) + count
    for day, counts in days.items():
        yield from _cut(day, counts or together, of_month=not counts)


def _counted(rule: Shared, counts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Credits are no usage, so nothing below zero counts."""
    return {team: count for team, count in sorted(counts.items())
            if count > 0 and (team in rule.among if rule.among else team)}  # fmt: skip


def _cut(day: date, counts: Mapping[str, Decimal], *, of_month: bool) -> Iterator[Slice]:
    whole, so_far, before = sum(map(Fraction, counts.values()), Fraction(0)), Fraction(0), Decimal(0)
    for team, count in sorted(counts.items()):
        so_far += Fraction(count)
        with localcontext(prec=60):
            upto = Decimal(round(so_far / whole * _PLACES)) / _PLACES
        yield Slice(day, team, before, upto, count, of_month)
        before = upto


def of_charges(cut: Dimension) -> Dimension:
    """*cut*, if a charge says it itself; ValueError for what only its day tells."""
    if cut in (Dimension.WEEKDAY, Dimension.HOUR):
        raise ValueError(f"a cost is shared by what a charge says, not by its {cut}")
    return cut
