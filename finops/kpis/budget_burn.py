"""Budget burn: how fast budgets are used, 1 being just in time."""

from decimal import Decimal

from finops.kpi import Better, Kept, Part, kpi
from finops.question import AI, Measure, Values


@kpi(
    "Budget burn",
    unit="",
    better=Better.CONTEXT,
    parts={"spent": Part(Measure.COST, AI, budgeted=True)},
    kept=(Kept.BUDGET_SO_FAR,),
    needs="a budget of a team (`budgets` in config.yaml) and cost of the same days",
)
def budget_burn(sums: Values) -> Decimal | None:
    """(Cost / budget) / (time that has passed / all time), of teams that have a budget (FinOps Foundation: burn rate;
    formula ours). Each day has its share of its month; only days with data count as passed. Above 1 the budget does
    not last. Beware: quiet weekends make a month look faster in its first week. A cut that budgets have not, as
    model, divides by the budget of the whole team."""
    return sums["spent"] / sums[Kept.BUDGET_SO_FAR] if sums[Kept.BUDGET_SO_FAR] > 0 else None
