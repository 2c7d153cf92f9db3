"""Reasoning ratio: which part of the output was thought and never said."""

from decimal import Decimal

from finops.charge import TokenClass
from finops.kpi import Better, Part, kpi
from finops.question import Dimension, Filter, Measure, Values


@kpi(
    "Reasoning ratio",
    unit="%",
    better=Better.CONTEXT,
    parts={
        "said": Part(Measure.TOKENS, (Filter(Dimension.TOKEN_CLASS, (TokenClass.OUTPUT,)),)),
        "thought": Part(Measure.TOKENS, (Filter(Dimension.TOKEN_CLASS, (TokenClass.REASONING,)),)),
    },
    needs="a source that tells reasoning tokens apart from output",
)
def reasoning_ratio(sums: Values) -> Decimal | None:
    """Reasoning tokens / (output + reasoning tokens) × 100 (FinOps Foundation in words; formula ours). Neither way is
    good: it says what harder thinking costs. Beware: not every provider tells reasoning apart, so where none is
    told it is unknown, not zero; over models of which only some tell it, it is too low."""
    thought = sums["thought"]
    return thought / (sums["said"] + thought) * 100 if thought > 0 else None
