"""Self-hosted cost per million tokens: what the tokens of models on our own hardware cost."""

from decimal import Decimal

from finops.kpi import Better, Part, kpi
from finops.question import OURS, Measure, Values
from finops.stamp import LedgerName


@kpi(
    "Self-hosted cost per million tokens",
    unit="USD/M tokens",
    better=Better.LOWER,
    parts={
        "cost": Part(Measure.TOKEN_COST, OURS),
        "tokens": Part(Measure.TOKENS, OURS),
        "unpriced": Part(Measure.UNPRICED_TOKENS, OURS),
    },
    needs="the source `opencost` with `inference: true` and its provider called `Data center`",
    ledger=LedgerName.METERED,
)
def self_hosted_cost_per_million_tokens(sums: Values) -> Decimal | None:
    """Allocated cost of our own models / their priced tokens × 1,000,000 (OpenCost: inference cost, by allocation). Of
    providers called `Data center` or `self-hosted`. Beware: compare it with an API's price on allocation only, for
    cost by use leaves the idle hours out."""
    priced = sums["tokens"] - sums["unpriced"]
    return sums["cost"] / priced * 1_000_000 if priced > 0 else None
