"""Provisioned token price: what a million tokens cost that are served from capacity paid by the hour."""

from decimal import Decimal

from finops.kpi import Better, Part, kpi
from finops.question import Dimension, Filter, Measure, Values
from finops.stamp import LedgerName

_PROVISIONED = (Filter(Dimension.TIER, ("provisioned",)),)


@kpi(
    "Provisioned price per million tokens",
    unit="USD/M tokens",
    better=Better.LOWER,
    parts={
        "cost": Part(Measure.COST, _PROVISIONED, ledger=LedgerName.BILLED),
        "tokens": Part(Measure.TOKENS, _PROVISIONED, ledger=LedgerName.METERED),
    },
    needs="a bill whose meters say provisioned throughput, and a log of the calls it serves (`owners.provisioned`)",
)
def provisioned_token_price(sums: Values) -> Decimal | None:
    """Billed cost of tier `provisioned` / metered tokens of that tier × 1,000,000 (ours), over the days that both know.
    Hours cost the same used or not, so it falls as they fill: compare it with `cost_per_million_tokens`;
    `tokens by tier metered` shows what spills over. Beware: cut it only by what bill and gateway call alike (team, not
    model); a log that leaves calls out makes it dear."""
    return sums["cost"] / sums["tokens"] * 1_000_000 if sums["cost"] > 0 and sums["tokens"] > 0 else None
