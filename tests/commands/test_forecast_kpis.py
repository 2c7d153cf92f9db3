"""How right forecasts were, as KPIs: of months that ended in the period, from forecasts as they were made."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wiring import House, built
from finops.errors import Unclear
from finops.forecasting.made import Made
from finops.money import Money
from finops.period import Period, month_of
from finops.report import Tone
from sources.focus import Focus
from tests.commands.conftest import ERIK, FINANCE, NOW

CHARGES = """ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,\
EffectiveCost,BillingCurrency,Tags
{}
"""
CAME = {(9, "search"): 200, (9, "support"): 100, (10, "search"): 300, (10, "support"): 100}
FORECAST = {(9, "search"): 250, (9, "support"): 90, (10, "search"): 270, (10, "support"): 110}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two months that are over, forecast on their third day, and once more on their twelfth, when it was easy."""
    folder = tmp_path_factory.mktemp("forecasts")
    made = built(Settings(home=folder / "home"), lambda: NOW)
    _published(made, folder / "charges.csv")
    early = [_made(month, team, 3, end) for (month, team), end in FORECAST.items()]
    late = [_made(month, team, 12, CAME[month, team]) for month, team in FORECAST]
    made.desk().forecasts.keep((*early, *late), NOW)
    yield made
    made.engine.dispose()


def _published(made: House, file: Path) -> None:
    halves = [(day, team, cost / 2) for (month, team), cost in CAME.items()
              for day in (date(2026, month, 1), month_of(date(2026, month, 1)).last)]  # fmt: skip
    halves.append((date(2026, 11, 20), "search", 1))
    lines = [
        f'{day},OpenAI,org,GPT,AI and Machine Learning,Usage,{half},{half},USD,"{{""team"": ""{team}""}}"'
        for day, team, half in halves
    ]
    file.write_text(CHARGES.format("\n".join(lines)))
    made.facts.publish(Focus().batch((file,)), NOW)


def _made(month: int, team: str, day: int, end: int) -> Made:
    made, whole = date(2026, month, day), Money(Decimal(end))
    return Made(made, team, month_of(made), made, Money(Decimal(1)), whole, whole, whole)


def figures(house: House, words: str) -> dict[str, Decimal | None]:
    said = house.asking().typed(f"kpi {words}", ERIK, FINANCE).figures
    assert said is not None
    return {" · ".join(key.values()): value for key, value in said.rows} | {"all": said.total}


def by_hand(absolute: bool, period: Period) -> Decimal:
    """The same a second way, over the tables above."""
    months = [key for key in CAME if month_of(date(2026, key[0], 1)).last in period]
    off = [FORECAST[key] - CAME[key] for key in months]
    return Decimal(sum(map(abs, off) if absolute else off)) / sum(CAME[key] for key in months) * 100


@pytest.mark.parametrize(("name", "absolute"), [("forecast_bias", False), ("forecast_error", True)])
@pytest.mark.parametrize(
    "period", [Period(date(2026, 9, 1), date(2026, 11, 1)), Period(date(2026, 10, 2), date(2026, 11, 2))]
)
def test_early_forecasts_of_months_that_ended_count(house: House, name: str, absolute: bool, period: Period) -> None:
    asked = f"{name} {period.start}..{period.last}"
    assert figures(house, asked)["all"] == pytest.approx(by_hand(absolute, period), rel=Decimal("1e-15"))


def test_they_are_cut_by_team_and_time(house: House) -> None:
    assert figures(house, "forecast_bias by team 2026-10")["search"] == -10
    by_month = figures(house, "forecast_error by month 2026-09-01..2026-10-31")
    assert by_month == {"2026-09-01": 20, "2026-10-01": 10, "all": Decimal(100) / 7}
    with pytest.raises(Unclear, match="by team"):
        figures(house, "forecast_bias by model")


def test_a_month_that_is_not_over_is_no_data_and_a_good_one_is_green(house: House) -> None:
    said = house.asking().typed("kpi forecast_error 2026-11", ERIK, FINANCE)
    assert said.figures is None or said.figures.total is None
    assert house.asking().typed("kpi forecast_error 2026-10", ERIK, FINANCE).tone is Tone.GOOD
