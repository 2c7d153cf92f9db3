"""Accuracy: what was forecast early in a period beside what it came to, from forecasts as they were made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from finops.forecasting.made import Forecasts, Made
from finops.period import Period
from finops.question import AI, Dimension, Ledger, Measure, Question
from finops.reach import Reach

EARLY = 10


@dataclass(frozen=True)
class Accuracy:
    """How right the forecasts of *period* were. *bias*: all together (for whoever sees no total: the teams') less what
    came, as a share of it; *wape*: the errors of all teams without their signs, as a share of what they cost; *within*
    of *teams* ended within their band."""

    period: Period
    bias: Decimal
    wape: Decimal
    within: int
    teams: int


def accuracy(forecasts: Forecasts, ledger: Ledger, period: Period, reach: Reach) -> Accuracy | None:
    """How right the first forecast of each team in the first ten days of *period* was; None where none was made, or
    the period is not over, or cost nothing."""
    early = first_made(forecasts.made(period), period)
    if reach.until < period.end or not early:
        return None
    asked = Question((Measure.COST,), period, by=(Dimension.TEAM,), where=AI, ledger=reach.ledger)
    answer = ledger.answer(asked)
    cost = {row.name: row.values[Measure.COST] for row in answer.rows} | {"": answer.total[Measure.COST]}
    return _measured(period, early, cost)


def first_made(made: Iterable[Made], period: Period) -> list[Made]:
    """Of *made*, the first of each team in the first ten days of *period*."""
    first: dict[str, Made] = {}
    for each in made:
        if each.day < period.start + timedelta(days=EARLY):
            first.setdefault(each.team, each)
    return list(first.values())


def _measured(period: Period, early: list[Made], cost: dict[str, Decimal]) -> Accuracy | None:
    pairs = [(each, cost.get(each.team, Decimal(0))) for each in early]
    whole = [(each, came) for each, came in pairs if not each.team] or pairs
    teams = [(each, came) for each, came in pairs if each.team] or pairs
    total, spread = sum(came for _, came in whole), sum(abs(came) for _, came in teams)
    if not total or not spread:
        return None
    signed = sum((each.end.amount - came for each, came in whole), Decimal(0))
    errors = sum((abs(each.end.amount - came) for each, came in teams), Decimal(0))
    within = sum(each.low.amount <= came <= each.high.amount for each, came in teams)
    return Accuracy(period, signed / total, errors / spread, within, len(teams))
