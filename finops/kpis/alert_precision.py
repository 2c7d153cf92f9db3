"""Alert precision: which part of the alerts was worth somebody's time."""

from decimal import Decimal

from finops.kpi import Better, Kept, kpi
from finops.question import Values


@kpi(
    "Alert precision",
    unit="%",
    better=Better.HIGHER,
    kept=(Kept.TAKEN, Kept.PLANNED),
    needs="incidents that somebody acknowledged or called planned",
)
def alert_precision(sums: Values) -> Decimal | None:
    """Acknowledged / (acknowledged + planned) × 100 (ours): of the incidents on which somebody pressed a button, those
    that somebody took. Beware: what was planned was a real change, only no news; and those on which nobody pressed
    say nothing."""
    judged = sums[Kept.TAKEN] + sums[Kept.PLANNED]
    return sums[Kept.TAKEN] / judged * 100 if judged > 0 else None
