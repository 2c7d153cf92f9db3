"""Finance: the week, and the month so far against what the teams may spend."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from finops.budgets.budget import Standing
from finops.digests.section import Briefing, section
from finops.digests.weekly import change, money, month, week
from finops.people import Audience
from finops.question import Dimension, Measure
from finops.report import Facts, Part, Share, Text, say


@section(10, Audience.FINANCE)
def month_against_budget(briefing: Briefing) -> Sequence[Part]:
    """AI cost of the week and of the month so far, where the month ends (by the forecast, else at this pace), which
    budget runs out first, and how much of it nobody owns."""
    return (Facts((*_week(briefing), *_month(briefing), *_unowned(briefing))),)


def _week(briefing: Briefing) -> list[tuple[str, Text]]:
    answer = week(briefing, Measure.COST)
    moved = change(answer, Measure.COST)
    said = say(money(briefing, answer.total[Measure.COST]))
    return [("AI cost this week", (*said, " (", Share(moved, signed=True), ")") if moved is not None else said)]


def _month(briefing: Briefing) -> list[tuple[str, Text]]:
    found = month(briefing)
    if not found.limit:
        return [("Month to date", say(money(briefing, found.spent)))]
    spent = say(money(briefing, found.spent), " of ", money(briefing, found.limit))
    first = min((each for each in found.stands if each.runs_out), key=lambda s: s.runs_out or date.max, default=None)
    out = _out(first) if first else say("none this month")
    label = "Month end, forecast" if found.outlook else "Month end at this pace"
    return [("Month to date", spent), (label, say(money(briefing, found.end))),
            ("Budget that runs out first", out)]  # fmt: skip


def _out(first: Standing) -> Text:
    return say(f"{first.budget.team}, ", "spent already" if first.used >= 1 else first.runs_out or "")


def _unowned(briefing: Briefing) -> list[tuple[str, Text]]:
    answer = week(briefing, Measure.COST, by=(Dimension.TEAM,))
    total = answer.total[Measure.COST]
    nobody = sum((row.values[Measure.COST] for row in answer.rows if not row.key[Dimension.TEAM]), Decimal(0))
    return [("Without an owner", say(Share(nobody / total)))] if total and nobody else []
