"""Every KPI over real files, beside what its figures come to by hand."""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.plain import plain
from bot.settings import BudgetSettings, Settings
from bot.wiring import House, built
from finops.anomalies.incident import Stage, opened, resolved, settled
from finops.errors import NotAllowed, Unclear
from finops.money import Money
from finops.people import Place
from finops.period import Period
from finops.report import Report, Share, Tone
from sources.focus import Focus
from sources.requests import Requests
from sources.seats import Seats
from tests.commands.conftest import ERIK, FINANCE, NOW, RAJ, SECURITY, incident

LICENCES = Path(__file__).parents[1] / "fixtures/licences.csv"
SEED = Path(__file__).parents[3] / "shared/data/synthetic/seed11"
PRICES = {"uncached_input": 2, "cache_read": "0.2", "cache_write": "2.5", "output": 10, "reasoning": 10}
CALLS = """request_id,ts_start,provider,model,input_tokens,cached_input_tokens,cache_write_tokens,output_tokens,\
reasoning_tokens,team,app,status
c1,2026-11-02T10:00:00Z,acme,m-1,1000000,600000,100000,50000,20000,search,ranker,failure
c2,2026-11-03T10:00:00Z,acme,m-1,1000000,0,0,10000,0,support,triage,success
"""
GPUS = """ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,EffectiveCost,\
BillingCurrency,ConsumedQuantity,ConsumedUnit,Tags
2026-11-02,Data center,dc,GPU,Usage,30,30,USD,12,GPU-Hours,"{""team"": ""search""}"
2026-11-02,Data center,dc,Idle GPU,Usage,10,10,USD,4,GPU-Hours,
"""
DAYS = "2026-11-01..2026-11-09"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A company with a gateway, budgets and incidents."""
    folder = tmp_path_factory.mktemp("kpis")
    budget = {"search": BudgetSettings(monthly=Decimal(300)), "nobody": BudgetSettings(monthly=Decimal(90))}
    made = built(Settings(home=folder / "home", prices={"m-1": PRICES}, budgets=budget), lambda: NOW)
    (folder / "calls.csv").write_text(CALLS)
    made.facts.publish(Requests().batch((folder / "calls.csv",)), NOW)
    _incidents(made)
    made.states.look(Period(date(2026, 11, 1), date(2026, 11, 24)))
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A company with hardware of its own, and licences."""
    folder = tmp_path_factory.mktemp("plant")
    made = built(Settings(home=folder / "home", prices={"m-1": PRICES}), lambda: NOW)
    (folder / "gpus.csv").write_text(GPUS)
    untold = CALLS.replace(",failure", ",").replace(",success", ",")
    (folder / "calls.csv").write_text(untold.replace("acme", "Data center"))
    for batch in (Focus().batch((folder / "gpus.csv",)), Requests().batch((folder / "calls.csv",)),
                  *Seats().batches((LICENCES,))):  # fmt: skip
        made.facts.publish(batch, NOW)
    yield made
    made.engine.dispose()


def _incidents(made: House) -> None:
    """One that is taken after three hours and resolved, one that was planned, one that nobody looked at."""
    found = [replace(incident(team), id=f"i-{team}", opened_at=NOW) for team in ("search", "support", "growth")]
    for each in found:
        made.book.keep(opened(each, NOW))
    later, desk = NOW + timedelta(hours=3), made.desk()
    taken, planned = (desk.incidents.incident(f"i-{team}") for team in ("search", "support"))
    made.book.keep(settled(taken, taken.version, Stage.ACKNOWLEDGED, RAJ, later))
    made.book.keep(settled(planned, planned.version, Stage.EXPECTED, RAJ, later))
    over = desk.incidents.incident("i-search")
    made.book.keep(resolved(over, over.state.last_day, Money(Decimal("1.5"), "USD"), NOW + timedelta(hours=24)))


def told(house: House, words: str, at: Place = FINANCE) -> Report:
    return house.asking().typed(f"kpi {words}", ERIK, at)


def figures(house: House, words: str) -> dict[str, Decimal | None]:
    said = told(house, words).figures
    assert said is not None
    return {" · ".join(key.values()): value for key, value in said.rows} | {"all": said.total}


@pytest.mark.parametrize(
    ("words", "by_hand"),
    [
        ("cache_hit_rate", Decimal(600) / 2000 * 100),
        ("effective_input_price", (Decimal("0.6") + Decimal("0.12") + Decimal("0.25") + 2) / 2),
        ("net_cache_value team:search", Decimal("0.6") * Decimal("1.8") - Decimal("0.05")),
        ("reasoning_ratio", Decimal(20) / 60 * 100),
        ("cost_per_request", (Decimal("1.47") + Decimal("2.1")) / 2),
        ("error_cost_share", Decimal("1.47") / (Decimal("1.47") + Decimal("2.1")) * 100),
        ("error_cost_share team:support", Decimal(0)),
        ("budget_burn", Decimal("1.47") / (Decimal(390) * 2 / 30)),
        ("budget_adherence team:search", Decimal("1.47") / 90 * 100),
    ],
)
def test_a_kpi_is_what_it_comes_to_by_hand(house: House, words: str, by_hand: Decimal) -> None:
    assert figures(house, f"{words} {DAYS}")["all"] == pytest.approx(by_hand, rel=Decimal("1e-15"))


@pytest.mark.parametrize(
    ("words", "by_hand"),
    [
        ("self_hosted_cost_per_million_tokens", (Decimal("1.47") + Decimal("2.1")) / (Decimal(2060) / 1000)),
        ("gpu_utilisation", Decimal(75)),
        ("idle_cost", Decimal(10)),
        ("seat_utilisation", Decimal(180 + 22) / (250 + 30) * 100),
        ("credit_burn", Decimal("33.33335")),
    ],
)
def test_a_kpi_of_hardware_and_licences_is_what_it_comes_to_by_hand(plant: House, words: str, by_hand: Decimal) -> None:
    assert figures(plant, f"{words} {DAYS}")["all"] == pytest.approx(by_hand, rel=Decimal("1e-9"))


def test_a_kpi_of_parts_is_cut_by_anything(house: House) -> None:
    cut = figures(house, f"cache_hit_rate by team,model {DAYS}")
    assert cut == {"search · m-1": 60, "support · m-1": 0, "all": 30}
    daily = figures(house, f"cache_hit_rate by day {DAYS}")
    assert daily == {"2026-11-02": 60, "2026-11-03": 0, "all": 30}


def test_seats_are_counted_on_the_days_that_tell_them_and_repeated_where_they_are_not_cut(plant: House) -> None:
    by_app = figures(plant, f"cost_per_active_seat by app {DAYS}")
    cursor = next(value for name, value in by_app.items() if name.lower().startswith("cursor"))
    assert cursor == pytest.approx(Decimal(30 * 40 * 3) / 92 * 9 / 22, rel=Decimal("1e-15"))
    weekly = figures(plant, "cost_per_active_seat by week 2026-11-02..2026-11-15 app:cursor*")
    assert weekly["2026-11-02"] == pytest.approx(Decimal(30 * 40 * 3) / 92 * 7 / 22, rel=Decimal("1e-15"))
    assert figures(plant, f"seat_utilisation by model {DAYS}")[""] == Decimal(202) / 280 * 100


def test_a_budget_counts_its_share_of_the_days_and_only_cost_of_teams_that_have_one(house: House) -> None:
    whole = figures(house, "budget_adherence by team 2026-11")
    assert whole["search"] == Decimal("1.47") / 300 * 100
    assert "support" not in whole
    assert whole["nobody"] == 0
    assert figures(house, f"budget_burn by team {DAYS}")["search"] == Decimal("1.47") / 20  # the 2nd and 3rd are known


def test_incidents_are_timed_from_their_day_and_judged_by_who_pressed(house: House) -> None:
    detected = (NOW - NOW.replace(day=20, hour=0)).total_seconds() / 3600
    assert figures(house, "time_to_detect by team last 30d")["growth"] == Decimal(detected)
    assert figures(house, "time_to_acknowledge last 30d")["all"] == 3
    assert figures(house, "time_to_resolve last 30d")["all"] == Decimal(detected) + 24
    assert figures(house, "alert_precision last 30d") == {"": 50, "all": 50}
    assert figures(house, "time_to_detect 2026-10")["all"] is None
    with pytest.raises(Unclear, match="by team and app"):
        told(house, "time_to_detect by model")


def test_the_published_bands_of_anomaly_cost_give_the_tone(house: House) -> None:
    assert told(house, "anomaly_cost_share last 30d").tone is Tone.ALARM
    assert told(house, f"anomaly_cost_share {DAYS}").tone is Tone.GOOD
    share = figures(house, "anomaly_cost_share last 30d team:search")["all"]
    assert share == pytest.approx(Decimal("1.5") / Decimal("1.47") * 100, rel=Decimal("1e-15"))


def test_what_was_before_is_compared(house: House) -> None:
    said = told(house, "cache_hit_rate 2026-11-03 vs previous")
    assert Share(Decimal(-1), signed=True) in said.verdict


def test_price_mix_and_volume_add_up_to_what_the_cost_moved(house: House) -> None:
    moved = told(house, "price-mix-volume metered 2026-11-03 vs previous").figures
    assert moved is not None
    parts = {row["part"]: value for row, value in moved.rows}
    before, now, volume = Decimal("1.47"), Decimal("2.1"), Decimal("1.47") * 1010 / 1050 - Decimal("1.47")
    assert parts["volume"] == pytest.approx(volume, rel=Decimal("1e-12"))
    assert parts["mix"] == pytest.approx(now - before - volume, rel=Decimal("1e-12"))
    assert sum(value for value in parts.values() if value) == moved.total == now - before
    with pytest.raises(Unclear, match="not by day"):
        told(house, "price_mix_volume by day")
    with pytest.raises(NotAllowed):
        told(house, "price_mix_volume", SECURITY)
    assert "kpi price_mix_volume" in plain(house.asking().typed("kpi", ERIK, FINANCE), "UTC")


def test_where_no_call_says_whether_it_failed_there_is_no_share_of_errors_and_what_would_give_it(plant: House) -> None:
    report = told(plant, f"error_cost_share {DAYS}")
    assert report.figures is not None
    assert report.figures.total is None
    assert "It needs a gateway's log that says of AI requests whether they failed" in "".join(map(str, report.verdict))


def test_no_data_says_what_would_give_it(house: House) -> None:
    said = "".join(map(str, told(house, "gpu_utilisation").verdict))
    assert "It needs GPU hours by use" in said


def test_the_list_says_what_each_is_now_or_what_it_needs(house: House) -> None:
    said = plain(house.asking().typed("kpi", ERIK, FINANCE), "UTC")
    assert "Cache hit rate: 30 %." in said
    assert "Cost per request: $1.78." in said or "Cost per request: $1.79." in said
    assert "Credit burn: no data; it needs credits and used credits" in said
    hidden = plain(house.asking().typed("kpi", ERIK, SECURITY), "UTC")
    assert said.split("\n")[-1].startswith("metered and billed · provisional · as of ")
    assert "Cost per request: not told here" in hidden
    assert "Cache hit rate: 30 %." in hidden


@pytest.mark.skipif(not SEED.exists(), reason="THE SAMPLE FILES AT LARGE ARE NOT BESIDE THE CHECKOUT")
def test_the_made_up_company_has_the_kpis_of_a_plain_sum(tmp_path: Path) -> None:
    made = built(Settings(home=tmp_path / "home"), lambda: NOW)
    made.facts.publish(Requests().batch((SEED / "requests.csv.gz",)), NOW)
    with gzip.open(SEED / "requests.csv.gz", "rt") as file:
        rows = list({row["request_id"]: row for row in csv.DictReader(file)}.values())
    sums = {name: sum(int(row[name] or 0) for row in rows) for name in ("input_tokens", "cached_input_tokens")}
    known = json.loads((SEED / "expected.json").read_text(), parse_float=Decimal)
    period = "2026-10-01..2026-11-30"
    hits = figures(made, f"cache_hit_rate {period}")["all"]
    assert hits == Decimal(sums["cached_input_tokens"]) / sums["input_tokens"] * 100
    each = figures(made, f"cost_per_request {period}")["all"]
    assert each == pytest.approx(known["spend_usd"] / known["requests"], rel=Decimal("2e-5"))
    made.engine.dispose()


def test_the_value_of_caching_is_that_of_each_model_added_up(house: House) -> None:
    def sums(words: str) -> tuple[Decimal | None, Decimal]:
        said = told(house, f"net_cache_value {words} 2026-11").figures
        assert said is not None
        return said.total, sum((value for _, value in said.rows if value is not None), Decimal(0))

    whole, models = sums("by model")
    assert whole == models != 0
    assert sums("") == (whole, whole)
    assert sums("by day")[1] == sums("by day,model")[1]
    assert sums("by team vs 2026-10")[0] == whole
