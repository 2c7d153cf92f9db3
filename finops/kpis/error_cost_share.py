"""Error cost share: which part of the cost of tokens went to AI requests that failed."""

from decimal import Decimal

from finops.kpi import Better, Part, kpi
from finops.question import Dimension, Filter, Measure, Values
from finops.stamp import LedgerName


@kpi(
    "Error cost share",
    unit="%",
    better=Better.LOWER,
    parts={
        "failed": Part(Measure.TOKEN_COST, (Filter(Dimension.STATUS, ("error",)),)),
        "told": Part(Measure.TOKEN_COST, (Filter(Dimension.STATUS, ("ok", "error")),)),
        "every": Part(Measure.TOKEN_COST),
    },
    needs="a gateway's log that says of AI requests whether they failed",
    ledger=LedgerName.METERED,
)
def error_cost_share(sums: Values) -> Decimal | None:
    """Metered cost of failed AI requests / metered token cost × 100 (ours). Beware: a request whose source says neither
    is unknown and counts below the line only, so the share is a lower bound; `cost metered by status` says how
    much is unknown. Facts of earlier versions are unknown. A failure that cost nothing is not in it."""
    return sums["failed"] / sums["every"] * 100 if sums["told"] > 0 and sums["every"] > 0 else None
