"""Time to acknowledge: how long it takes until somebody takes an incident."""

from decimal import Decimal

from finops.kpi import Better, Kept, kpi
from finops.question import Values


@kpi(
    "Time to acknowledge",
    unit="hours",
    better=Better.LOWER,
    kept=(Kept.ACKNOWLEDGED, Kept.HOURS_TO_ACKNOWLEDGE),
    needs="an incident that somebody acknowledged",
)
def time_to_acknowledge(sums: Values) -> Decimal | None:
    """Hours from an incident to the first *Acknowledge* / incidents acknowledged (FinOps Foundation: mean time to
    identify). Incidents count on the day they began. Beware: those that nobody took are not in it."""
    return sums[Kept.HOURS_TO_ACKNOWLEDGE] / sums[Kept.ACKNOWLEDGED] if sums[Kept.ACKNOWLEDGED] > 0 else None
