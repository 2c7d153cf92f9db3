"""Anomaly cost share: which part of the cost of AI is above what was expected."""

from decimal import Decimal

from finops.kpi import Bands, Better, Kept, Part, kpi
from finops.question import AI, Measure, Values


@kpi(
    "Anomaly cost share",
    unit="%",
    better=Better.LOWER,
    parts={"cost": Part(Measure.COST, AI)},
    kept=(Kept.EXCESS, Kept.LOOKED),
    needs="cost of AI, and a run of the detector while it is news: the bot looks hourly, and at `tuppence detect`",
    bands=Bands(Decimal(2), Decimal(7)),
)
def anomaly_cost_share(sums: Values) -> Decimal | None:
    """Cost above expectation in incidents / cost of AI × 100 (FinOps Foundation: anomaly detection rate; green below 2
    %, yellow to 7 %, red above). An incident counts with all of its excess on the day it began. No day looked at by a
    detector: no figure. Beware: it depends on how sensitive the detector is, what was planned counts, too, and days on
    which nobody looked count in the cost only."""
    return sums[Kept.EXCESS] / sums["cost"] * 100 if sums["cost"] > 0 and sums[Kept.LOOKED] > 0 else None
