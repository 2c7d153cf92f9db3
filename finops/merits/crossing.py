"""Crossing: a KPI that sets what was billed beside what was metered does so over the days that both ledgers know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from finops.errors import Unclear
from finops.kpi import Kpi, Part
from finops.period import Period
from finops.question import MONEY, Grain, Ledger, Question
from finops.stamp import Finality, Stamp


def crossed(kpi: Kpi, ledger: Ledger, question: Question) -> Question:
    """*question* from the first to the last day that each part's ledger knows, if parts of *kpi* name theirs: a bill
    that ends earlier makes nothing cheap. Unclear where one ledger is asked for, or hours, which bills do not tell."""
    parts = [part for part in kpi.parts.values() if part.ledger]
    if not parts:
        return question
    if question.ledger or question.hourly:
        asked = "hours" if question.hourly else f"“{question.ledger}”"
        raise Unclear(f"{kpi.label} sets a bill beside metered tokens, by day; leave {asked} out.",
                      example=f"kpi {kpi.name} last month")  # fmt: skip
    known = [days for part in parts if (days := _days(part, ledger, question.period))]
    if len(known) < len(parts):
        return question
    first, last = max(days[0] for days in known), min(days[-1] for days in known)
    return replace(question, period=Period(first, max(first, last) + timedelta(days=1)))


def _days(part: Part, ledger: Ledger, period: Period) -> list[date]:
    """The days that are told in *part*'s ledger: what costs does so every day, what is counted may be nothing."""
    where = part.where if part.measure in MONEY else ()
    told = ledger.answer(Question((part.measure,), period, where=where, grain=Grain.DAY, ledger=part.ledger))
    return sorted({row.day for row in told.rows if row.day})


def joined(one: Stamp | None, other: Stamp) -> Stamp:
    """The stamp of figures that are made of both: as old, and as provisional, as either."""
    if one is None or one.ledger is other.ledger:
        return one or other
    moments = [each.as_of for each in (one, other) if each.as_of]
    provisional = Finality.PROVISIONAL in (one.finality, other.finality)
    return replace(one, as_of=min(moments, default=None), beside=other.ledger, absent=(),
                   finality=Finality.PROVISIONAL if provisional else one.finality)  # fmt: skip
