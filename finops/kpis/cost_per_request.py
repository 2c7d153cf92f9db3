"""Cost per request: what one call of a model costs."""

from decimal import Decimal

from finops.kpi import Better, kpi
from finops.question import Measure, Values


@kpi(
    "Cost per request",
    unit="USD",
    better=Better.LOWER,
    measures=(Measure.TOKEN_COST, Measure.REQUESTS),
    needs="requests with a price: the log of a gateway, a proxy or traces",
)
def cost_per_request(sums: Values) -> Decimal | None:
    """Token cost / AI requests, both metered (FinOps Foundation: cost per inference). Beware: an agent makes many
    calls for one task, so cheaper calls can be a dearer task; read it beside `cost_per_driver`. Requests without a
    price count below the line only; where none has one, there is no figure."""
    requests, cost = sums[Measure.REQUESTS], sums[Measure.TOKEN_COST]
    return cost / requests if requests > 0 and cost else None
