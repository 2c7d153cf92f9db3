"""A KPI by how people call it: names and labels of several words, sentences, slips; and amounts only where told."""

from __future__ import annotations

import pytest

from bot.plain import plain
from bot.wiring import House
from finops.errors import NotAllowed, Unclear
from finops.people import Place
from finops.report import Report
from finops.stamp import Absent
from sources.drivers import Drivers
from sources.focus import Focus
from tests.commands.conftest import ERIK, FINANCE, NOW, SECURITY

TICKETS = """date,app,driver,count,team
2026-11-20,support-app,tickets,40,support
2026-10-20,support-app,tickets,4,support
"""


@pytest.fixture(scope="module", autouse=True)
def counted(company: House, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("words") / "tickets.csv"
    file.write_text(TICKETS)
    company.facts.publish(Drivers().batch((file,)), NOW)


def told(company: House, line: str, at: Place = FINANCE) -> Report:
    return company.asking().typed(line, ERIK, at)


@pytest.mark.parametrize(("said", "canonical"), [
    ("kpi cost per million tokens", "cost_per_million_tokens"),
    ("kpi Cost per million tokens by model", "cost_per_million_tokens by model"),
    ("kpi cost-per-million-tokens team:search", "cost_per_million_tokens team:search"),
    ("kpi cost per request by team last 7d", "cost_per_request by team last 7d"),
    ("kpi cache hit rate", "cache_hit_rate"),
    ("kpi what is our cache hit rate", "cache_hit_rate"),
    ("what is our cache hit rate", "cache_hit_rate"),
    ("what is our cache hit rate by model last 7 days", "cache_hit_rate by model last 7d"),
    ("kpi cost per business driver by app", "cost_per_driver by app"),
    ("kpi cost per ticket by team last month", "cost_per_driver by team 2026-10 driver:tickets"),
    ("cost per ticket by team last month", "cost_per_driver by team 2026-10 driver:tickets"),
    ("kpi tokens per ticket", "tokens_per_driver driver:tickets"),
    ("kpi show me the cost per million tokens for search", "cost_per_million_tokens team:search"),
    ("kpi idle cost of gpus", "idle_cost"),
    ("kpi cost of the tool itself by month", "tool_cost_share by month"),
    ("kpi time to detect by team", "time_to_detect by team"),
    ("kpi run out date by team", "run_out_date by team"),
    ("kpi run-out date", "run_out_date"),
    ("kpi reconciliation gap 2026-11", "reconciliation_gap 2026-11"),
    ("kpi price mix volume by model", "price_mix_volume by model"),
])  # fmt: skip
def test_it_is_the_same_as_by_its_name(company: House, said: str, canonical: str) -> None:
    here, there = told(company, said), told(company, f"kpi {canonical}")
    assert (here.title, here.verdict, here.parts) == (there.title, there.verdict, there.parts)
    assert here.figures == there.figures


@pytest.mark.parametrize(("slip", "meant"), [
    ("cost per milion tokens by team", "cost_per_million_tokens"), ("cache hit rat", "cache_hit_rate"),
    ("cache hits rate by model", "cache_hit_rate"), ("cost_per_reqest", "cost_per_request"),
    ("run out dat", "run_out_date"), ("seat utilisaton by app", "seat_utilisation"),
    ("reconcilation gap 2026-11", "reconciliation_gap"),
])  # fmt: skip
def test_a_slip_is_asked_about_with_an_example_that_works(company: House, slip: str, meant: str) -> None:
    with pytest.raises(Unclear, match=f"Did you mean {meant}[?]") as asked:
        told(company, f"kpi {slip}")
    assert told(company, asked.value.example)


def test_what_is_no_kpi_is_refused_with_what_it_is(company: House) -> None:
    with pytest.raises(Unclear, match="Cost is a sum, not a KPI") as asked:
        told(company, "kpi cost by model last 7d")
    assert told(company, asked.value.example).figures == told(company, "cost by model last 7d").figures
    with pytest.raises(Unclear, match="don't know the KPI “xyzzy”") as unknown:
        told(company, "kpi xyzzy")
    assert told(company, unknown.value.example)


@pytest.mark.parametrize(
    "line",
    ["kpi cost per million tokens", "kpi Cost per million tokens by key", "kpi what is our cost per request last week",
     "kpi cost per ticket", "kpi show me the cost per million tokens for search", "kpi price mix volume by model",
     "kpi net cache value", "kpi idle cost of gpus", "kpi cost per business driver by app",
     "what is our cost per million tokens", "cost per ticket by team last month"],
)  # fmt: skip
def test_amounts_by_any_name_are_refused_where_none_are_shown(company: House, line: str) -> None:
    assert told(company, line)
    with pytest.raises(NotAllowed):
        told(company, line, SECURITY)


@pytest.mark.parametrize(
    "line", ["kpi cost per milion tokens", "kpi cost by team", "kpi xyzzy", "kpi cost per nothing"]
)
def test_what_is_not_understood_tells_no_amount_either(company: House, line: str) -> None:
    with pytest.raises(Unclear) as asked:
        told(company, line, SECURITY)
    assert "$" not in str(asked.value)


@pytest.mark.parametrize("line", ["what is our cache hit rate", "budget burn", "tokens per ticket", "run out date",
                                  "allocation coverage by team", "anomaly cost share"])  # fmt: skip
def test_what_is_no_amount_is_told_there(company: House, line: str) -> None:
    assert "$" not in plain(told(company, f"kpi {line}", SECURITY), "UTC")


def test_who_is_not_in_a_share_is_named_with_amounts_only_where_they_are_shown(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A provider that only bills is not in what the gateway metered."""
    file = tmp_path_factory.mktemp("absent") / "bill.csv"
    file.write_text("ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,"
                    "BilledCost,EffectiveCost,BillingCurrency\n"
                    "2026-11-20,Azure,org,GPT,AI and Machine Learning,Usage,41,41,USD\n")  # fmt: skip
    house.facts.publish(Focus().batch((file,)), NOW)
    for line in ("kpi allocation_coverage metered", "kpi anomaly_cost_share metered"):
        shown, hidden = told(house, line), told(house, line, SECURITY)
        assert [type(each) for each in shown.stamp.absent] == [Absent]
        assert "Azure $41" in plain(shown, "UTC")
        assert "Azure" not in plain(hidden, "UTC")
        assert "$" not in plain(hidden, "UTC")
        assert hidden.verdict == shown.verdict
