"""The cost of the tool itself: measured where its questions are charged for, configured where somebody says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.connections import ConnectedSource
from bot.jobs import Jobs
from bot.plain import plain
from bot.settings import CompanySettings, CurrencySettings, PersonSettings, Settings
from bot.wiring import House, built
from finops.errors import Unclear
from finops.report import Report
from sources.aws_cost_explorer import AwsCostExplorer
from sources.bigquery_focus import BigQueryFocus
from sources.focus import Focus
from tests.answering import Answering, Says, answering
from tests.commands.conftest import DANA, ERIK, FINANCE

START = datetime(2026, 11, 10, 9, tzinfo=UTC)
CHARGES = """ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,\
EffectiveCost,BillingCurrency,Tags
{}
"""
DAYS = "2026-11-01..2026-11-10"


@pytest.fixture(scope="module")
def server() -> Iterator[Answering]:
    with answering() as listening:
        yield listening


def house_of(home: Path, currency: str = "USD", **said: object) -> House:
    """A company that spends 20 a day on AI, on the first ten days of November."""
    home.mkdir(exist_ok=True)
    (home / "rates.csv").write_text("date,from,to,rate\n2026-11-09,USD,EUR,0.5\n")
    settings = Settings(home=home, company=CompanySettings(currency=currency, **said),
                        people={DANA.id: PersonSettings(teams=("search",))},
                        currency=CurrencySettings(rates=Path("rates.csv") if currency == "EUR" else None))  # fmt: skip
    made = built(settings, lambda: START)
    rest = f'OpenAI,org,GPT,AI and Machine Learning,Usage,20,20,{currency},"{{""team"": ""search""}}"'
    lines = [f"2026-11-{day:02},{rest}" for day in range(1, 11)]
    (home / "charges.csv").write_text(CHARGES.format("\n".join(lines)))
    made.facts.publish(Focus().batch((home / "charges.csv",)), START)
    return made


def asked(house: House, words: str = DAYS) -> Report:
    return house.asking().typed(f"kpi tool_cost_share {words}", ERIK, FINANCE)


def total(house: House, words: str = DAYS) -> Decimal | None:
    said = asked(house, words).figures
    assert said is not None
    return said.total


def collect(house: House, server: Answering, *says: Says, at: datetime = START) -> None:
    aws = AwsCostExplorer(base_url=server.address, key=SecretStr("secret"), access_key_id="AKID")
    server.says(*says)
    there = {"aws_cost_explorer": ConnectedSource(aws, aws.web(lambda _: None))}
    Jobs(replace(house, clock=lambda: at), there, lambda _: None).collect()


def test_nothing_configured_and_nothing_charged_is_no_data(tmp_path: Path) -> None:
    house = house_of(tmp_path / "home")
    assert total(house) is None
    assert "It needs cost of AI, and `company.tool_monthly`" in plain(asked(house), "UTC")
    house.engine.dispose()


def test_each_page_and_each_try_that_is_charged_for_is_measured(tmp_path: Path, server: Answering) -> None:
    house = house_of(tmp_path / "home")
    page = {"ResultsByTime": [], "NextPageToken": "next"}
    collect(house, server, Says({}, 503), Says(page), Says({"ResultsByTime": []}))
    collect(house, server, Says({"ResultsByTime": []}), at=START - timedelta(days=1))
    assert total(house) == Decimal("0.04") / 200 * 100
    by_day = {row["day"]: value for row, value in asked(house, f"by day {DAYS}").figures.rows}
    assert {day: value for day, value in by_day.items() if value} == {
        "2026-11-09": Decimal("0.01") / 20 * 100, "2026-11-10": Decimal("0.03") / 20 * 100}  # fmt: skip
    assert total(house, "2026-11-01..2026-11-08") is None
    house.engine.dispose()


def test_what_is_configured_counts_by_day_and_is_added(tmp_path: Path, server: Answering) -> None:
    house = house_of(tmp_path / "home", tool_monthly=Decimal(60))
    assert total(house) == Decimal(60) * 10 / 30 / 200 * 100
    assert total(house, "2026-11") == total(house), "days to come cost nothing yet"
    collect(house, server, Says({"ResultsByTime": []}))
    assert total(house) == (Decimal(20) + Decimal("0.01")) / 200 * 100
    house.engine.dispose()


def test_it_is_of_the_whole_company(tmp_path: Path) -> None:
    house = house_of(tmp_path / "home", tool_monthly=Decimal(60))
    for words in ("by team", "team:search", "by model"):
        with pytest.raises(Unclear, match="cut by time only"):
            asked(house, words)
    narrowed = house.asking().typed(f"kpi tool_cost_share {DAYS}", DANA, FINANCE)
    assert narrowed.figures is not None
    assert narrowed.figures.total is None
    house.engine.dispose()


@pytest.mark.parametrize(("currency", "cost"), [("EUR", Decimal("0.005")), ("CHF", None)])
def test_dollars_become_the_company_s_money_or_are_not_known(tmp_path: Path, server: Answering, currency: str,
                                                            cost: Decimal | None) -> None:  # fmt: skip
    house = house_of(tmp_path / "home", currency)
    collect(house, server, Says({"ResultsByTime": []}))
    assert total(house) == (None if cost is None else cost / 200 * 100)
    house.engine.dispose()


@pytest.mark.parametrize(("said", "mib"), [
    ({}, 0), ({"totalBytesProcessed": "1"}, 10), ({"totalBytesProcessed": str(20 * 2**20 + 1)}, 21),
    ({"totalBytesProcessed": str(2**40), "cacheHit": True}, 0), ({"totalBytesProcessed": str(2**40)}, 2**20),
])  # fmt: skip
def test_bigquery_is_measured_by_what_it_read_where_its_price_is_named(
    tmp_path: Path, server: Answering, said: dict[str, object], mib: int
) -> None:
    fields = [{"name": name, "type": "STRING"} for name in (
        "ChargePeriodStart", "ProviderName", "BillingAccountId", "ServiceName", "ChargeCategory", "BilledCost",
        "EffectiveCost", "BillingCurrency")]  # fmt: skip
    answer = {"jobReference": {"jobId": "j"}, "jobComplete": True, "totalRows": "0"} | said
    for price in (Decimal(0), Decimal("6.25")):
        source = BigQueryFocus(base_url=server.address, table="p.d.t", usd_per_tib=price)
        connected = ConnectedSource(source, source.web(lambda _: None))
        server.says(Says({"schema": {"fields": fields}}), Says(answer))
        house = house_of(tmp_path / f"home{price}")
        Jobs(house, {"bigquery_focus": connected}, lambda _: None).collect()
        assert connected.spent == mib * price / 2**20
        house.engine.dispose()
