"""Net cache value: what reading caches saved, less what writing them cost more."""

from decimal import Decimal

from finops.charge import TokenClass
from finops.kpi import Better, kpi, of_classes
from finops.question import Dimension, Values


@kpi(
    "Net cache value",
    unit="USD",
    better=Better.HIGHER,
    parts={
        **of_classes("fresh", (TokenClass.UNCACHED_INPUT,)),
        **of_classes("cached", (TokenClass.CACHE_READ, TokenClass.CACHE_WRITE, TokenClass.CACHE_WRITE_1H)),
    },
    within=(Dimension.PROVIDER, Dimension.MODEL),
    needs="uncached input and cached input side by side, told by class and with prices",
)
def net_cache_value(sums: Values) -> Decimal | None:
    """Tokens read and written × p - what they cost, p being cost of uncached input / its tokens (ours): the same as
    reads × (p - price read) - writes × (price written - p). Of each model of each provider by itself, added up; p is
    the average price of its uncached input in the same row, not of a price list. Beware: where one model has several
    prices, rows by team need not add up to the whole. Models without uncached input, and cached tokens without a
    price, are left out."""
    fresh = sums["fresh_tokens"] - sums["fresh_unpriced"]
    cached = sums["cached_tokens"] - sums["cached_unpriced"]
    if fresh <= 0 or cached <= 0:
        return None
    return cached * sums["fresh_cost"] / fresh - sums["cached_cost"]
