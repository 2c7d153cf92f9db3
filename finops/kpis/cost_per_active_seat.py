"""Cost per active seat: what a seat costs for each person who uses one."""

from decimal import Decimal

from finops.kpi import Better, Part, counted, kpi
from finops.question import Dimension, Filter, Measure, Values


@kpi(
    "Cost per active seat",
    unit="USD",
    better=Better.LOWER,
    parts={
        "cost": Part(Measure.COST, (Filter(Dimension.SCOPE, ("saas",)),)),
        "active": counted("active_seats", mean=True),
    },
    needs="active seats, as the sources `copilot`, `cursor` or `seats` tell them, and what they cost",
)
def cost_per_active_seat(sums: Values) -> Decimal | None:
    """Cost of AI tools, seats and overage / active seats, the mean of the days that tell them (ours). Of the period
    that is asked: ask it of a month. Beware: tools whose seats nobody counts are in the cost; cut it by app."""
    return sums["cost"] / sums["active"] if sums["active"] > 0 and sums["cost"] else None
