"""Finance: the week, the month so far against all budgets, and when it runs out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from finops.budget import Standing
from finops.people import Audience
from finops.period import Period, month_of
from finops.question import Dimension, Grain, Measure, Question
from finops.report import Facts, Line, Part, Share, Text, Trend, say
from finops.section import Briefing, section
from finops.weekly import AI, change, money, stands, week


@section(10, Audience.FINANCE)
def month_against_budget(briefing: Briefing) -> Sequence[Part]:
    """The month so far against the budgets of all teams, cumulated by day."""
    found = stands(briefing)
    return (Facts((*_week(briefing), *_budgets(briefing, found), *_unowned(briefing))), *_chart(briefing, found))


def _week(briefing: Briefing) -> list[tuple[str, Text]]:
    answer = week(briefing, Measure.COST)
    moved = change(answer, Measure.COST)
    said = say(money(briefing, answer.total[Measure.COST]))
    return [("AI cost this week", (*said, " (", Share(moved, signed=True), ")") if moved is not None else said)]


def _budgets(briefing: Briefing, held: list[Standing]) -> list[tuple[str, Text]]:
    if not held:
        return []
    spent = sum((each.spent.amount for each in held), Decimal(0))
    limit = sum((each.budget.amount.amount for each in held), Decimal(0))
    end = sum((each.month_end.amount for each in held), Decimal(0))
    pairs: list[tuple[str, Text]] = [("Month to date", say(money(briefing, spent), " of ", money(briefing, limit))),
             ("Month end at this pace", say(money(briefing, end)))]  # fmt: skip
    first = min((each for each in held if each.runs_out), key=lambda s: s.runs_out or date.max, default=None)
    if first and first.runs_out:
        pairs.append(("Runs out first", say(f"{first.budget.team}, ", first.runs_out)))
    return pairs


def _unowned(briefing: Briefing) -> list[tuple[str, Text]]:
    answer = week(briefing, Measure.COST, by=(Dimension.TEAM,))
    total = answer.total[Measure.COST]
    nobody = sum((row.values[Measure.COST] for row in answer.rows if not row.key[Dimension.TEAM]), Decimal(0))
    return [("Unallocated", say(Share(nobody / total)))] if total and nobody else []


def _chart(briefing: Briefing, held: list[Standing]) -> Sequence[Part]:
    month = month_of(date.fromordinal(briefing.today.toordinal() - 1))
    past = Period(month.start, briefing.today)
    answer = briefing.desk.ledger.answer(Question((Measure.COST,), past, where=AI, grain=Grain.DAY))
    found = {row.day: row.values[Measure.COST] for row in answer.rows}
    if not found:
        return ()
    sums = list(accumulate(found.get(day, Decimal(0)) for day in past))
    values = (*sums, *[None] * (month.days - len(sums)))
    limit = sum((each.budget.amount.amount for each in held), Decimal(0)) or None
    line = Line("spent so far", values)
    return (Trend(f"AI cost so far in {month}", tuple(month), (line,), briefing.desk.company.currency, limit=limit),)
