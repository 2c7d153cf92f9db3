"""Forecast bias: whether forecasts are too high or too low."""

from decimal import Decimal

from finops.kpi import Better, Kept, kpi
from finops.question import Values


@kpi(
    "Forecast bias",
    unit="%",
    better=Better.CONTEXT,
    kept=(Kept.FORECAST, Kept.FORECAST_CAME),
    needs="a month that is over and of which a forecast was made in its first ten days; one is made daily",
)
def forecast_bias(sums: Values) -> Decimal | None:
    """(Forecast - cost) / cost × 100, of the first forecast of each team in the first ten days of each month that ended
    in the period, as it was made (FinOps Foundation: forecast accuracy, with its sign). Above zero is too much. Beware:
    a team too high and one too low cancel out; ask `forecast_error` as well."""
    came = sums[Kept.FORECAST_CAME]
    return (sums[Kept.FORECAST] - came) / came * 100 if came > 0 else None
