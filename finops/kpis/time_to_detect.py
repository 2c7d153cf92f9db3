"""Time to detect: how long it takes until something unusual is told."""

from decimal import Decimal

from finops.kpi import Better, Kept, kpi
from finops.question import Values


@kpi(
    "Time to detect",
    unit="hours",
    better=Better.LOWER,
    kept=(Kept.DETECTED, Kept.HOURS_TO_DETECT),
    needs="an incident: nothing unusual was seen",
)
def time_to_detect(sums: Values) -> Decimal | None:
    """Hours from the start of the unusual day to its incident / incidents (FinOps Foundation: mean time to detect).
    Incidents count on the day they began. Beware: daily cost is known after its day, so it can hardly be below 24,
    and a source that is late makes it longer."""
    return sums[Kept.HOURS_TO_DETECT] / sums[Kept.DETECTED] if sums[Kept.DETECTED] > 0 else None
