"""Net cache value: what reading caches saved, less what writing them cost more."""

from decimal import Decimal

from finops.charge import TokenClass
from finops.kpi import Better, kpi, of_classes
from finops.question import Values


@kpi(
    "Net cache value",
    unit="USD",
    better=Better.HIGHER,
    parts={
        **of_classes("fresh", (TokenClass.UNCACHED_INPUT,)),
        **of_classes("cached", (TokenClass.CACHE_READ, TokenClass.CACHE_WRITE, TokenClass.CACHE_WRITE_1H)),
    },
    mind="Over several models one average price of uncached input stands for each, so rows need not add up to the "
    "whole; by model it is each one's own.",
    needs="uncached input and cached input side by side, told by class and with prices",
)
def net_cache_value(sums: Values) -> Decimal | None:
    """Tokens read and written × p - what they cost, p being cost of uncached input / its tokens (ours): the same as
    reads × (p - price read) - writes × (price written - p). p is the average price of the uncached input of the
    same row, not of a price list. Beware: over models of different prices that cache unlike each other p is of no
    model; ask it by model. Cached tokens without a price are left out."""
    fresh = sums["fresh_tokens"] - sums["fresh_unpriced"]
    cached = sums["cached_tokens"] - sums["cached_unpriced"]
    if fresh <= 0 or cached <= 0:
        return None
    return cached * sums["fresh_cost"] / fresh - sums["cached_cost"]
