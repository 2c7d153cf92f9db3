"""Allocation coverage: which part of the cost names a team."""

from decimal import Decimal

from finops.kpi import Bands, Better, kpi
from finops.question import Measure, Values


@kpi(
    "Allocation coverage",
    unit="%",
    better=Better.HIGHER,
    measures=(Measure.COST, Measure.OWNED_COST),
    needs="cost",
    bands=Bands(Decimal(90), Decimal(80)),
)
def allocation_coverage(sums: Values) -> Decimal | None:
    """Cost that names a team / all cost × 100 (FinOps Foundation: the inverse of unallocated spend; 80 % is where one
    starts, 90 % where one runs). A team is named by a tag, by the rules below `owners`, or by a share of what is split.
    Beware: credits that name nobody raise it above 100; and "shared" is no team until somebody answers for it. The
    digest of finance says the rest of AI cost as *Without an owner*."""
    total = sums[Measure.COST]
    return sums[Measure.OWNED_COST] / total * 100 if total > 0 else None
