"""Counting: a KPI per driver that names its driver is of the apps that it is counted for, as `why` tells it."""

from __future__ import annotations

from dataclasses import replace

from finops.errors import Unclear
from finops.kpi import Kpi
from finops.moving.counted import of_those
from finops.naming import quoted
from finops.question import NO_BUSINESS, Dimension, Ledger, Measure, Question

_WHOSE = (Dimension.APP, Dimension.TEAM)


def counted(kpi: Kpi, ledger: Ledger, question: Question) -> Question:
    """*question* narrowed to the apps (of the teams, where it names no apps) that the drivers it names are counted
    for: what others cost makes no ticket dear. Itself where it names no driver, or *kpi* needs none; Unclear by driver,
    for cost and tokens name none."""
    if Measure.DRIVERS not in kpi.measures:
        return question
    if Dimension.DRIVER in question.by:
        raise _one_by_one(kpi, ledger)
    named = any(each.dimension is Dimension.DRIVER and not each.negated for each in question.where)
    if not named:
        return question
    bare = replace(question, measures=(Measure.DRIVERS,), by=_WHOSE, grain=None, top=None, least=False)
    return replace(question, where=tuple(dict.fromkeys((*question.where, *of_those(ledger.answer(bare))))))


def _one_by_one(kpi: Kpi, ledger: Ledger) -> Unclear:
    drivers = [each for each in ledger.known().values.get(Dimension.DRIVER, ()) if each not in NO_BUSINESS]
    example = f"kpi {kpi.name} driver:{quoted(drivers[0])} last 30d" if drivers else f"kpi {kpi.name} by app last 30d"
    return Unclear(f"{kpi.label} is told of one driver at a time, or by app or team.", example=example)
