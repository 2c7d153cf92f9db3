"""Seat utilisation: which part of the seats that are paid for is in use."""

from decimal import Decimal

from finops.kpi import Better, counted, kpi
from finops.question import Values


@kpi(
    "Seat utilisation",
    unit="%",
    better=Better.HIGHER,
    parts={"seats": counted("seats"), "active": counted("active_seats")},
    told=("active",),
    needs="seats and active seats, as the sources `copilot`, `cursor` or `seats` tell them",
)
def seat_utilisation(sums: Values) -> Decimal | None:
    """Active seats / seats × 100, over the days that tell them (FinOps Foundation: licence utilisation). Cut it by app
    or team. Beware: active means used within 30 days, so a seat that is opened once a month counts; and seats of which
    nobody tells whether they are active make the whole too low."""
    return sums["active"] / sums["seats"] * 100 if sums["seats"] > 0 else None
