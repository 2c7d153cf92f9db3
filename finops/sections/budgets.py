"""Finance: the budgets that are nearly used up."""

from collections.abc import Sequence
from decimal import Decimal

from finops.budgets.card import progress
from finops.digests.section import Briefing, section
from finops.people import Audience
from finops.report import Part

_NEARLY = Decimal("0.8")


@section(30, Audience.FINANCE)
def budgets(briefing: Briefing) -> Sequence[Part]:
    """Budgets of which four fifths are used, or that run out before the month does; fullest first."""
    tight = [each for each in briefing.stands if each.used >= _NEARLY or each.runs_out]
    return tuple(map(progress, sorted(tight, key=lambda each: -each.used)))
