"""Every KPI at companies that lack what it needs: no data, and what would give it; never a zero that nobody told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import finops.kpis
from bot.jobs import Jobs
from bot.plain import plain
from bot.settings import BudgetSettings, Settings
from bot.wiring import House, built
from finops.discovery import instances
from finops.errors import Unclear
from finops.kpi import Kpi
from finops.period import last_days
from finops.report import Report
from sources.drivers import Drivers
from sources.focus import Focus
from sources.requests import Requests
from sources.seats import Seats
from tests.commands.conftest import ERIK, FINANCE, NOW

KPIS = instances(finops.kpis, Kpi)
BUDGETS = {"search": BudgetSettings(monthly=Decimal(300))}
CHARGES = """ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,\
EffectiveCost,BillingCurrency,Tags
2026-11-{day:02},OpenAI,org,GPT,AI and Machine Learning,Usage,5,5,USD,"{{""team"": ""search"", ""app"": ""ranker""}}"
"""
DRIVERS = "date,app,driver,count,team\n2026-11-20,ranker,orders,12,search\n"
CALLS = """request_id,ts_start,provider,model,input_tokens,output_tokens,team,app
c1,2026-11-20T10:00:00Z,acme,nobody-prices-this,1000,10,search,ranker
"""
LICENCES = """vendor,product,start,end,seats,seats_used,price_per_seat,per,credits,credits_used,price_per_credit,\
currency
Acme,Plan,2026-11-01,2026-11-30,25,,60,contract,,,,USD
Acme,Extra,2026-11-01,2026-11-30,,,,,1000,,0.04,USD
"""
TOLD: dict[str, set[str]] = {
    "empty": set(),
    "cost": {"allocation_coverage", "budget_adherence", "budget_burn"},
    "drivers": set(),
    "calls without a price": {"cache_hit_rate"},
    "licences of unknown use": {"allocation_coverage", "budget_adherence", "budget_burn"},
}
"""What each company has data for; all of them have a budget, and no detector ever ran."""


def house_of(name: str, folder: Path) -> House:
    made = built(Settings(home=folder / "home", budgets=BUDGETS), lambda: NOW)
    files = {"cost": (Focus(), CHARGES.format(day=20)), "drivers": (Drivers(), DRIVERS),
             "calls without a price": (Requests(), CALLS), "licences of unknown use": (Seats(), LICENCES)}  # fmt: skip
    if name in files:
        source, text = files[name]
        (folder / "told.csv").write_text(text)
        for batch in source.batches((folder / "told.csv",)):
            assert made.facts.publish(batch, NOW).quarantined == 0
    return made


@pytest.fixture(scope="module", params=TOLD)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    made = house_of(request.param, tmp_path_factory.mktemp("company"))
    yield request.param, made
    made.engine.dispose()


def told(house: House, words: str) -> Report:
    return house.asking().typed(f"kpi {words}", ERIK, FINANCE)


@pytest.mark.parametrize("name", sorted(KPIS))
def test_a_kpi_shows_no_zero_where_nobody_told_it(company: tuple[str, House], name: str) -> None:
    kind, house = company
    said = told(house, name)
    assert said.figures is not None
    if name in TOLD[kind]:
        assert said.figures.total is not None
        return
    assert said.figures.total is None, f"{name} is {said.figures.total} of a company that tells only: {kind}"
    unpriced = (kind, name) == ("calls without a price", "cost_per_million_tokens")
    assert ("unpriced" if unpriced else KPIS[name].needs) in plain(said, "UTC")
    rows = [value for words in ("by team", "by day") if name != "tool_cost_share" or words == "by day"
            for _, value in told(house, f"{name} {words}").figures.rows]  # fmt: skip
    assert set(rows) <= {None}


def test_the_list_shows_no_zero_either(company: tuple[str, House]) -> None:
    kind, house = company
    said = plain(told(house, ""), "UTC")
    for name, each in KPIS.items():
        assert (f"{each.label}: no data; it needs {each.needs}." in said) == (name not in TOLD[kind])


def test_the_run_out_date_needs_a_budget_and_cost(company: tuple[str, House]) -> None:
    kind, house = company
    said = told(house, "run_out_date")
    assert ("no data in November 2026. It needs a budget" in plain(said, "UTC")) == (kind in ("empty", "drivers"))


def test_no_anomaly_is_a_figure_once_a_detector_has_looked(tmp_path: Path) -> None:
    house = house_of("cost", tmp_path)
    assert told(house, "anomaly_cost_share").figures.total is None
    Jobs(house, {}, print).detect()
    assert told(house, "anomaly_cost_share").figures.total == 0
    assert [value for _, value in told(house, "anomaly_cost_share by team").figures.rows] == [0]
    assert told(house, "anomaly_cost_share 2026-11-01..2026-11-10").figures.total is None
    assert house.states.looked_at() == {*last_days(1, NOW.date().replace(day=21))}
    house.engine.dispose()


def test_nobody_in_use_is_a_zero_that_somebody_told(tmp_path: Path) -> None:
    house = house_of("empty", tmp_path)
    (tmp_path / "told.csv").write_text(LICENCES.replace("25,,60", "25,0,60").replace("1000,,0.04", "1000,0,0.04"))
    for batch in Seats().batches((tmp_path / "told.csv",)):
        house.facts.publish(batch, NOW)
    for name in ("seat_utilisation", "credit_burn"):
        assert told(house, name).figures.total == 0
    house.engine.dispose()


@pytest.mark.parametrize("name", ["seat_utilisation", "credit_burn", "gpu_utilisation", "cache_hit_rate", "idle_cost",
                                  "time_to_detect", "forecast_error"])  # fmt: skip
def test_a_kpi_of_parts_says_what_would_give_it_of_a_team_too_and_which_name_is_near(tmp_path: Path, name: str) -> None:
    house = house_of("cost", tmp_path)
    assert KPIS[name].needs in plain(told(house, f"{name} team:search"), "UTC")
    with pytest.raises(Unclear, match=f"^No {name.replace('_', ' ')} of team:serch .* Did you mean search?"):
        told(house, f"{name} team:serch")
    house.engine.dispose()
