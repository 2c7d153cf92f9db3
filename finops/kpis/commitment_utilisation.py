"""Commitment utilisation: which part of what was committed to, and is paid for in any case, was used."""

from decimal import Decimal

from finops.kpi import Better, Part, kpi
from finops.question import Dimension, Filter, Measure, Values
from finops.stamp import LedgerName


@kpi(
    "Commitment utilisation",
    unit="%",
    better=Better.HIGHER,
    parts={
        "used": Part(Measure.COST, (Filter(Dimension.COMMITMENT, ("used",)),)),
        "unused": Part(Measure.COST, (Filter(Dimension.COMMITMENT, ("unused",)),)),
    },
    needs="a FOCUS bill with CommitmentDiscountStatus, of reservations or savings plans that cost something",
    ledger=LedgerName.BILLED,
)
def commitment_utilisation(sums: Values) -> Decimal | None:
    """Effective cost of what commitments were used for / (that and the unused rest) × 100 (FinOps Foundation:
    commitment utilisation). The purchase is in neither: its cost is spread over both. `cost commitment:unused` is the
    waste. Beware: 100 % says nothing of the usage beside it at full price; read `cost by commitment`. Unused hours are
    mostly of no team."""
    committed = sums["used"] + sums["unused"]
    return sums["used"] / committed * 100 if committed > 0 else None
