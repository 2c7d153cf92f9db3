"""Hard names and figures on their whole way, from a file to the ledger, the report, its chart and Slack's blocks."""

import csv
import io
from collections.abc import Iterator

import pytest

from bot.charts import alt, drawn
from bot.plain import notification, plain
from bot.render import Picture, details, render
from bot.settings import Settings
from bot.sheet import sheet
from bot.wiring import House, built
from finops.report import Drawn, Report
from sandbox.blocks.check import message_problems
from sources.focus import Focus
from sources.requests import Requests
from tests.commands.conftest import FINANCE, FIONA, NOW

HARD = ("🚀🚀", "🚀 growth", "חיפוש ותמיכה", "فريق البحث", "x" * 200, "=HYPERLINK(1)", "<!channel>", "a | b")
CALLS = "request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,spend_usd"
BILLS = "ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,EffectiveCost,\
BillingCurrency"


def _calls() -> Iterator[str]:
    """A thousand teams on two days; one of a single day, and one whose model has no price."""
    for number in range(1000):
        team = HARD[number] if number < len(HARD) else f"team-{number}"
        for day in (22, 23):
            yield f"{number}-{day},2026-11-{day}T10:00:00Z,acme,m-1,1000,10,{team},app-{number % 3},{1001 - number}"
    yield "alone,2026-11-23T10:00:00Z,other,m-2,1000,10,alone,alone-app,7"
    yield "none,2026-11-23T11:00:00Z,other,m-nobody-prices,1000,10,unpriced,unpriced-app,"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("hard")
    made = built(Settings(home=folder / "home"), lambda: NOW)
    (folder / "calls.csv").write_text("\n".join([CALLS, *_calls()]))
    made.facts.publish(Requests().batch((folder / "calls.csv",)), NOW)
    bills = [f"2026-11-{day},credited,c,{name},Usage,{cost},{cost},USD" for day in (20, 21)
             for name, cost in (("usage", 90), ("refund", -400))]  # fmt: skip
    (folder / "bill.csv").write_text("\n".join([BILLS, *bills]))
    made.facts.publish(Focus().batch((folder / "bill.csv",)), NOW)
    yield made
    made.engine.dispose()


def asked(company: House, words: str) -> Report:
    return company.asking().typed(words, FIONA, FINANCE)


def problems(report: Report) -> list[object]:
    """What Slack would refuse of the message with its charts, of that in words, and of its thread."""
    charts = {number: part for number, part in enumerate(report.parts) if isinstance(part, Drawn)}
    for part in charts.values():
        assert drawn(part, report.stamp).startswith(b"\x89PNG")
    pictures = {number: Picture("F0SCANNED1", alt(part)) for number, part in charts.items()}
    messages = [render(report, "UTC", pictures), render(report, "UTC", {}), *details(report, "UTC")]
    return [each for blocks in messages for each in message_problems(blocks, lambda file: True)]


@pytest.mark.parametrize(
    "words",
    [
        "cost by team last 2d metered",
        "cost by team,day last 2d metered",
        "cost share by team last 2d metered",
        "cost share by team,day last 2d metered",
        "cost by team last 1d vs previous metered",
        "cost by team,app last 2d metered",
        "cost cumulative by team last 2d metered",
        "kpi cost_per_request by team last 2d",
        "kpi cost_per_request by team,day last 2d",
        "kpi cost_per_request by team,day top 3 last 2d",
        "cost by hour last 2d",
        "cost by hour,weekday last 2d",
        "cost by weekday last 2d metered",
        "cost by day top 1 last 2d metered",
        "cost by team bottom 5 last 2d metered",
        "cost by day provider:other last 2d metered",
        "cost by model provider:other last 2d metered",
        "cost by service provider:credited 2026-11 billed",
        "cost by service,day provider:credited 2026-11 billed",
        "cost share by service provider:credited 2026-11 billed",
        "cost cumulative provider:credited 2026-11 billed",
        "cost by team model:m-nobody-prices last 2d metered",
        "why cost by team last 1d",
        "cost by team 2024-06",
        "cost by team vs budget last 2d",
        "forecast by team",
        "kpi cost_per_driver by team last 2d",
    ],
)
def test_slack_takes_every_answer_and_its_chart(company: House, words: str) -> None:
    report = asked(company, words)
    assert problems(report) == []
    assert len(notification(report, "UTC")) <= 3000
    assert "<!channel>" not in str(render(report, "UTC", {}))


def test_a_thousand_teams_are_the_largest_and_the_others_and_add_up(company: House) -> None:
    said = plain(asked(company, "cost by team last 2d metered"), "UTC")
    assert "Cost was $1.00M" in said
    assert "other (982)" in said


def test_in_a_spreadsheet_no_name_is_a_formula(company: House) -> None:
    lines = list(csv.DictReader(io.StringIO(sheet(asked(company, "cost by team last 2d metered")) or "")))
    assert len(lines) == 1002
    assert "'=HYPERLINK(1)" in {line["team"] for line in lines}
    assert not any(line["team"].startswith(("=", "+", "-", "@", "\t")) for line in lines)


def test_a_credit_is_never_a_share_of_what_it_lowers(company: House) -> None:
    said = plain(asked(company, "cost by service provider:credited 2026-11 billed"), "UTC")
    assert "Cost was −$620 in November 2026, highest for usage: $180." in said


def test_of_a_single_row_nothing_is_said_to_lead(company: House) -> None:
    verdict = plain(asked(company, "cost by team team:alone last 2d metered"), "UTC").split("\n")[1]
    assert verdict == "Cost was $7.00 from 22 Nov to 23 Nov 2026."


@pytest.mark.parametrize("words", ["cost", "kpi cost_per_request", "kpi cost_per_million_tokens"])
def test_what_has_no_price_is_unpriced_and_not_nothing(company: House, words: str) -> None:
    said = plain(asked(company, f"{words} last 2d model:m-nobody-prices metered"), "UTC").split("\n")
    assert "$0" not in said[1], said[1]
    assert any("unpriced" in line or "no known price" in line for line in said[1:])


def test_without_drivers_nothing_is_told_per_driver(company: House) -> None:
    verdict = plain(asked(company, "kpi cost_per_driver last 2d"), "UTC").split("\n")[1]
    assert "no data" in verdict
    assert "driver" in verdict.split("no data")[1]
