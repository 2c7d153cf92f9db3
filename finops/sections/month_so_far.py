"""Finance: the chart of the month so far, on to its end, beside the budgets of all teams."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

from finops.digests.section import Briefing, section
from finops.digests.weekly import Month, money, month
from finops.people import Audience
from finops.period import Period
from finops.question import AI, Grain, Measure, Question
from finops.report import Line, Part, Trend


@section(20, Audience.FINANCE)
def month_so_far(briefing: Briefing) -> Sequence[Part]:
    """AI cost of the month, cumulated by day, and where it ends: by the forecast, else at the pace of seven days."""
    found = month(briefing)
    past = Period(found.period.start, found.until)
    asked = Question((Measure.COST,), past, where=AI, grain=Grain.DAY, ledger=briefing.ledger)
    answer = briefing.desk.ledger.answer(asked)
    days = {row.day: row.values[Measure.COST] for row in answer.rows}
    if not days:
        return ()
    sums = list(accumulate(days.get(day, Decimal(0)) for day in past))
    to_come = found.period.days - len(sums)
    lines = [Line("so far", (*sums, *[None] * to_come))]
    if to_come:
        daily = found.outlook.forecast if found.outlook else [found.daily] * to_come
        ahead = accumulate(daily, initial=found.spent)
        name = "forecast" if found.outlook else "at this pace"
        lines.append(Line(name, (*[None] * (len(sums) - 1), *ahead), ahead=True))
    unit = briefing.desk.company.currency
    return (Trend(_finding(briefing, found), tuple(found.period), tuple(lines), unit, limit=found.limit or None,
                  about=f"{unit}, all AI cost since {found.period.start.day} {found.period.start:%B}"),)  # fmt: skip


def _finding(briefing: Briefing, found: Month) -> str:
    start = f"{found.period.start:%B} ends at {money(briefing, found.end).short}"
    if not found.limit:
        return start
    where = "over" if found.over > 0 else "within"
    return f"{start}, {money(briefing, abs(found.over)).short} {where} budget"
