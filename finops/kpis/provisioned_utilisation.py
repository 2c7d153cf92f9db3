"""Provisioned utilisation: which part of provisioned capacity, paid by the hour, is at work."""

from decimal import Decimal

from finops.kpi import Better, counted, kpi
from finops.question import CAPACITY, Values

_HOURS, _USED = CAPACITY


@kpi(
    "Provisioned utilisation",
    unit="%",
    better=Better.HIGHER,
    parts={"hours": counted(_HOURS), "used": counted(_USED)},
    needs=f"the drivers `{_HOURS}` and `{_USED}`, pushed, imported or asked of Prometheus (docs/operator.md)",
)
def provisioned_utilisation(sums: Values) -> Decimal | None:
    """Used unit-hours / provisioned unit-hours × 100 (ours; for Azure: its utilisation, by PTU). Up to 80 or 90 is
    good; above, calls are refused or spill over at full price. Beware: bills know hours, not load; a reservation
    that is wholly used (`kpi commitment_utilisation tier:provisioned`) may serve nothing."""
    return sums["used"] / sums["hours"] * 100 if sums["hours"] > 0 else None
