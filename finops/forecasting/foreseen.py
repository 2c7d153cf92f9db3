"""Budgets foreseen: what each day left of the month is forecast to cost each team, so that all reports say one end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from finops.budgets.budget import Budget, Standing, standings
from finops.forecasting.outlook import Asked, outlooks
from finops.period import month_of
from finops.question import AI, Dimension, Filter, Ledger
from finops.reach import Reach


def foreseen(budgets: Sequence[Budget], ledger: Ledger, reach: Reach) -> list[Standing]:
    """How *budgets* stand, each with its forecast; at the recent pace where the history is too short for one."""
    days = _days(tuple(each.team for each in budgets), ledger, reach) if budgets else {}
    return [replace(each, forecast=days.get(each.budget.team.lower(), ()))
            for each in standings(budgets, ledger, reach)]  # fmt: skip


def _days(teams: tuple[str, ...], ledger: Ledger, reach: Reach) -> dict[str, tuple[Decimal, ...]]:
    """By team in small letters; of a team that is written in several ways, the ways together."""
    found: dict[str, tuple[Decimal, ...]] = {}
    asked = Asked(month_of(reach.last), (*AI, Filter(Dimension.TEAM, teams)), Dimension.TEAM)
    for each in outlooks(ledger, asked, reach):
        if each.told:
            before = found.get(each.name.lower())
            both = zip(before, each.forecast, strict=True) if before else ()
            found[each.name.lower()] = tuple(one + more for one, more in both) if before else each.forecast
    return found
