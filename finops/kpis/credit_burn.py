"""Credit burn: which part of the credits that are paid for is used."""

from decimal import Decimal

from finops.kpi import Better, counted, kpi
from finops.question import Values


@kpi(
    "Credit burn",
    unit="%",
    better=Better.CONTEXT,
    parts={"credits": counted("credits"), "used": counted("used_credits")},
    told=("used",),
    needs="credits and used credits, as the source `seats` tells them",
)
def credit_burn(sums: Values) -> Decimal | None:
    """Used credits / credits × 100 (FinOps Foundation: consumption vs commitment). Compare it with the share of the
    term that is over. Beware: above 100 is overage, billed apart; pooled credits may be used by anybody, and expire;
    credits whose use nobody tells make it too low, so cut it by app."""
    return sums["used"] / sums["credits"] * 100 if sums["credits"] > 0 else None
