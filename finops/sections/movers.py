"""Finance: which teams moved, against the week before."""

from collections.abc import Sequence

from finops.digests.section import Briefing, section
from finops.digests.weekly import money, week
from finops.people import Audience
from finops.question import Dimension, Measure
from finops.report import Part, Share, Table, say

_MOST = 6


@section(20, Audience.FINANCE, detail=True)
def movers(briefing: Briefing) -> Sequence[Part]:
    """What each team's AI cost this week, and how it moved."""
    rows = week(briefing, Measure.COST, by=(Dimension.TEAM,)).rows[:_MOST]
    if not rows:
        return ()

    table = []
    for row in rows:
        now, before = row.values[Measure.COST], (row.previous or {}).get(Measure.COST)
        moved = say(Share(now / before - 1, signed=True)) if before else say("new")
        table.append((say(row.name), say(money(briefing, now).cents), moved))
    return (Table(("Team", "This week", "On last week"), tuple(table)),)
