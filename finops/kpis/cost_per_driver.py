"""Cost per business driver: what it costs to solve a ticket, place an order, merge a change."""

from decimal import Decimal

from finops.kpi import Better, kpi
from finops.question import Measure, Values


@kpi(
    "Cost per business driver",
    unit="USD",
    better=Better.LOWER,
    measures=(Measure.COST, Measure.DRIVERS),
    needs="cost, and counts of a business driver: `/finops driver add`, or `tuppence import drivers`",
)
def cost_per_driver(sums: Values) -> Decimal | None:
    """Cost / driver counts of the same apps and days (FinOps Foundation: unit economics). It is cost per token ×
    tokens per request × requests per driver. Ask it of one driver (`cost per ticket`): it is of the apps that count
    it, as in `why`. Without, counts of different drivers are added, and cost of apps that count nothing is in it.
    Beware: drivers that come days later make it too high until they do; days without cost have no figure yet."""
    counted, cost = sums[Measure.DRIVERS], sums[Measure.COST]
    return cost / counted if counted > 0 and cost else None
