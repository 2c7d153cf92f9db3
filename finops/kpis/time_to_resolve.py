"""Time to resolve: how long something unusual lasts."""

from decimal import Decimal

from finops.kpi import Better, Kept, kpi
from finops.question import Values


@kpi(
    "Time to resolve",
    unit="hours",
    better=Better.LOWER,
    kept=(Kept.RESOLVED, Kept.HOURS_TO_RESOLVE),
    needs="an incident that is resolved",
)
def time_to_resolve(sums: Values) -> Decimal | None:
    """Hours from the start of the unusual day to its end being known / incidents resolved (FinOps Foundation: MTTR).
    Incidents count on the day they began. Beware: those that go on or were planned are not in it; cost is known as
    usual again only days later."""
    return sums[Kept.HOURS_TO_RESOLVE] / sums[Kept.RESOLVED] if sums[Kept.RESOLVED] > 0 else None
