"""Effective input price: what a million tokens of input really cost, cached or not."""

from decimal import Decimal

from finops.charge import INPUT
from finops.kpi import Better, kpi, of_classes
from finops.question import Values


@kpi(
    "Effective input price per million tokens",
    unit="USD/M tokens",
    better=Better.LOWER,
    parts=of_classes("input", INPUT),
    needs="tokens told by class: a gateway's log, or a bill that names input and cached input",
)
def effective_input_price(sums: Values) -> Decimal | None:
    """Cost of all input / priced input tokens × 1,000,000, cache reads and writes included (ours; after the FinOps
    Foundation's cost per token). It says what caching really saves: compare it with the list price of uncached
    input. Beware: a cache that is written and seldom read *raises* it."""
    priced = sums["input_tokens"] - sums["input_unpriced"]
    return sums["input_cost"] / priced * 1_000_000 if priced > 0 else None
