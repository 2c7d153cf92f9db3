"""Tokens per business driver: how many tokens it takes to solve a ticket, place an order, merge a change."""

from decimal import Decimal

from finops.kpi import Better, kpi
from finops.question import Measure, Values


@kpi(
    "Tokens per business driver",
    unit="tokens",
    better=Better.LOWER,
    measures=(Measure.TOKENS, Measure.DRIVERS),
    needs="tokens, and counts of a business driver: `/finops driver add`, or `tuppence import drivers`",
)
def tokens_per_driver(sums: Values) -> Decimal | None:
    """Tokens / driver counts of the same apps and days (FinOps Foundation: unit economics). Ask it of one driver
    (`tokens per ticket`): it is of the apps that count it. Counts of different drivers added mean little. No drivers
    counted: no figure, never infinite; no tokens told: no figure, never zero."""
    if not sums[Measure.DRIVERS] or not sums[Measure.TOKENS]:
        return None
    return sums[Measure.TOKENS] / sums[Measure.DRIVERS]
