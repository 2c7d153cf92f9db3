"""Cost per million tokens: what the tokens cost, by the tokens that were bought."""

from decimal import Decimal

from finops.kpi import Better, kpi
from finops.question import Measure, Values


@kpi(
    "Cost per million tokens",
    unit="USD/M tokens",
    better=Better.LOWER,
    measures=(Measure.TOKEN_COST, Measure.TOKENS, Measure.UNPRICED_TOKENS),
    needs="tokens with a price, in a bill or the log of a gateway",
)
def cost_per_million_tokens(sums: Values) -> Decimal | None:
    """Token cost / priced tokens × 1,000,000 (FinOps Foundation, FinOps for AI: cost per token). Blended over token
    classes; `kpi cost_per_million_tokens by token_class` shows each. Beware: it falls when cache reads explode, while
    the bill rises; read it beside cost and tokens per business driver."""
    priced = sums[Measure.TOKENS] - sums[Measure.UNPRICED_TOKENS]
    return sums[Measure.TOKEN_COST] / priced * 1_000_000 if priced > 0 else None
