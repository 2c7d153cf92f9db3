"""Tool cost share: what this bot itself costs, beside the cost of AI that it governs."""

from decimal import Decimal

from finops.kpi import Better, Kept, Part, kpi
from finops.question import AI, Measure, Values


@kpi(
    "Cost of the tool itself",
    unit="%",
    better=Better.LOWER,
    parts={"cost": Part(Measure.COST, AI)},
    kept=(Kept.MEASURED, Kept.CONFIGURED),
    needs="cost of AI, and `company.tool_monthly` in config.yaml (configured) or a source that charges for its "
    "questions (measured); it is told to whoever may see all teams",
)
def tool_cost_share(sums: Values) -> Decimal | None:
    """(Measured + configured cost of the bot) / cost of AI × 100 (ours; some cost tools run up bills of their own).
    Measured: what sources that charge for their questions were paid for those the bot asked, at the price of that day.
    Configured: `company.tool_monthly`, what hosting it costs, each known day its share of its month. Beware: what
    nobody configures is not in it, nor people's time; questions without a known price are not, either."""
    spent = sums[Kept.MEASURED] + sums[Kept.CONFIGURED]
    return spent / sums["cost"] * 100 if spent > 0 and sums["cost"] > 0 else None
