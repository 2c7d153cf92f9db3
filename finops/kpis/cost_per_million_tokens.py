"""Cost per million tokens: what the tokens cost, by the tokens that were bought."""

from decimal import Decimal

from finops.kpi import Better, kpi
from finops.question import Measure, Values


@kpi("Cost per million tokens", unit="USD/M tokens", better=Better.LOWER, measures=(Measure.TOKEN_COST, Measure.TOKENS))
def cost_per_million_tokens(sums: Values) -> Decimal | None:
    """Token cost / tokens × 1,000,000, in USD (FinOps Foundation, FinOps for AI: cost per token). Blended over token
    classes; `kpi cost_per_million_tokens by token_class` shows each. Beware: it falls when cache reads explode, while
    the bill rises; read it beside cost and tokens per business driver."""
    if not sums[Measure.TOKENS]:
        return None
    return sums[Measure.TOKEN_COST] / sums[Measure.TOKENS] * 1_000_000
