"""Budget adherence: which part of the budgets is spent."""

from decimal import Decimal

from finops.kpi import Better, Kept, Part, kpi
from finops.question import AI, Measure, Values


@kpi(
    "Budget adherence",
    unit="%",
    better=Better.CONTEXT,
    parts={"spent": Part(Measure.COST, AI, budgeted=True)},
    kept=(Kept.BUDGET, Kept.BUDGET_SO_FAR),
    needs="a budget of a team (`budgets` in config.yaml) and cost of the same days",
)
def budget_adherence(sums: Values) -> Decimal | None:
    """Cost / budget × 100, of teams that have a budget (FinOps Foundation: budget adherence; 90 to 100 is good at the
    end of a month). Each day has its share of its month, so ask it of whole months: `2026-11`. Beware: under-use is
    no success. A cut that budgets have not, as model, divides by the budget of the whole team."""
    return sums["spent"] / sums[Kept.BUDGET] * 100 if sums[Kept.BUDGET_SO_FAR] > 0 else None
