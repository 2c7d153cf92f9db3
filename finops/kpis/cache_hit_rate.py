"""Cache hit rate: which part of the input was read from a cache."""

from decimal import Decimal

from finops.charge import INPUT, TokenClass
from finops.kpi import Better, Part, kpi
from finops.question import Dimension, Filter, Measure, Values


@kpi(
    "Cache hit rate",
    unit="%",
    better=Better.HIGHER,
    parts={
        "input": Part(Measure.TOKENS, (Filter(Dimension.TOKEN_CLASS, INPUT),)),
        "read": Part(Measure.TOKENS, (Filter(Dimension.TOKEN_CLASS, (TokenClass.CACHE_READ,)),)),
    },
    needs="tokens told by class: a gateway's log, or a bill that names input and cached input",
)
def cache_hit_rate(sums: Values) -> Decimal | None:
    """Cache reads / all input tokens × 100 (FinOps Foundation: cache hit rate; formula ours). Beware: alone it hides
    what writing the cache costs, so read it beside `net_cache_value`; and a log that tells no cached tokens looks like
    one of no hits."""
    return sums["read"] / sums["input"] * 100 if sums["input"] > 0 else None
