"""Idle cost of GPUs: what those hours cost in which nothing ran on them."""

from decimal import Decimal

from finops.kpi import Better, Part, kpi
from finops.question import Dimension, Filter, Measure, Values

_GPUS = (Filter(Dimension.SERVICE, ("GPU", "Idle GPU")),)


@kpi(
    "Idle cost of GPUs",
    unit="USD",
    better=Better.LOWER,
    parts={
        "hours": Part(Measure.GPU_HOURS, _GPUS),
        "idle": Part(Measure.COST, (Filter(Dimension.SERVICE, ("Idle GPU",)),)),
    },
    needs="GPU hours by use, as the sources `prometheus` or `opencost` tell them",
)
def idle_cost(sums: Values) -> Decimal | None:
    """Cost of GPUs - cost of the hours in which they work (FinOps Foundation: idle cost = node cost - allocated cost).
    The cost of service `Idle GPU`. Beware: some of it is a reserve that somebody wants; nobody's idle hours are of
    no team."""
    return sums["idle"] if sums["hours"] > 0 else None
