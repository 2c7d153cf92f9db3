"""GPU utilisation: which part of the GPU hours that are paid for is at work."""

from decimal import Decimal

from finops.kpi import Better, Part, kpi
from finops.question import Dimension, Filter, Measure, Values


@kpi(
    "GPU utilisation",
    unit="%",
    better=Better.HIGHER,
    parts={
        "busy": Part(Measure.GPU_HOURS, (Filter(Dimension.SERVICE, ("GPU",)),)),
        "idle": Part(Measure.GPU_HOURS, (Filter(Dimension.SERVICE, ("Idle GPU",)),)),
    },
    needs="GPU hours by use, as the sources `prometheus` or `opencost` tell them",
)
def gpu_utilisation(sums: Values) -> Decimal | None:
    """GPU hours at work / (those and idle GPU hours) × 100 (FinOps Foundation: GPU utilisation). Services `GPU` and
    `Idle GPU` of the data center. Beware: OpenCost calls an hour used that somebody asked for, Prometheus one in
    which the GPU was busy; and GPUs rented by the hour from a cloud are not in it."""
    every = sums["busy"] + sums["idle"]
    return sums["busy"] / every * 100 if every > 0 else None
