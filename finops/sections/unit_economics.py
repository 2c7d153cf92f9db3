"""Finance and engineering: what one ticket, booking or change takes, by app."""

from collections.abc import Sequence

from finops.digests.section import Briefing, section
from finops.digests.weekly import money, week
from finops.people import Audience
from finops.question import Dimension, Measure, Row
from finops.report import Part, Quantity, Share, Table, Text, say


@section(60, Audience.FINANCE, Audience.ENGINEERING, detail=True)
def unit_economics(briefing: Briefing) -> Sequence[Part]:
    """Tokens and cost per business driver, for each app whose drivers are counted."""
    answer = week(briefing, Measure.COST, Measure.TOKENS, Measure.DRIVERS, by=(Dimension.APP,))
    rows = tuple(_line(briefing, row) for row in answer.rows if row.key[Dimension.APP] and row.values[Measure.DRIVERS])
    return (Table(("App", "Drivers", "Tokens each", "Cost each", "On last week"), rows),) if rows else ()


def _line(briefing: Briefing, row: Row) -> tuple[Text, ...]:
    count = row.values[Measure.DRIVERS]
    each = row.values[Measure.COST] / count
    before = row.previous or {}
    moved = say("new")
    if before.get(Measure.DRIVERS) and before.get(Measure.COST):
        moved = say(Share(each / (before[Measure.COST] / before[Measure.DRIVERS]) - 1, signed=True))
    return (say(row.name), say(Quantity(count)), say(Quantity(row.values[Measure.TOKENS] / count)),
            say(money(briefing, each)), moved)  # fmt: skip
