"""Forecast error: how far forecasts are from what comes."""

from decimal import Decimal

from finops.kpi import Bands, Better, Kept, kpi
from finops.question import Values


@kpi(
    "Forecast error",
    unit="%",
    better=Better.LOWER,
    kept=(Kept.FORECAST_OFF, Kept.FORECAST_CAME),
    needs="a month that is over and of which a forecast was made in its first ten days; one is made daily",
    bands=Bands(good=Decimal(12), bad=Decimal(20)),
)
def forecast_error(sums: Values) -> Decimal | None:
    """Absolute errors of all teams / what they cost × 100 (WAPE; FinOps Foundation: forecast accuracy), of the first
    forecast of each team in the first ten days of each month that ended in the period, as it was made. 12 is
    good, 20 is much. Beware: what nobody could know, as a launch in mid-month, counts as an error."""
    return sums[Kept.FORECAST_OFF] / sums[Kept.FORECAST_CAME] * 100 if sums[Kept.FORECAST_CAME] > 0 else None
