"""AWS Cost Explorer: golden figures, a real client against moto's server, and what AWS's own errors mean."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from pydantic import SecretStr

from finops.errors import SourceAway, SourceChanged, SourceError, SourceRefused
from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.aws_cost_explorer import AwsCostExplorer
from sources.focus import Focus
from tests import plain
from tests.answering import Answering, Says
from tests.sources.conftest import KEY, Reading, recordings
from tests.storage.facts.conftest import House
from web.client import ATTEMPTS

[RECORDED] = [each for each in recordings() if each.name.startswith("aws_cost_explorer")]
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 3))


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """The address of AWS, as moto plays it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def reading(server: Answering, tmp_path: Path) -> Reading:
    return Reading(RECORDED, server, tmp_path / "pages")


def source(address: str, **settings: Any) -> AwsCostExplorer:
    return AwsCostExplorer(base_url=address, key=SecretStr(KEY), access_key_id="AKIDPLANTED", **settings)


def sums(house: House, measure: Measure, by: Dimension, period: Period = RECORDED.period) -> dict[str, Decimal]:
    rows = house.ledger.answer(Question((measure,), period, by=(by,))).rows
    return {row.name: row.values[measure] for row in rows if row.values[measure]}


def day(start: date, token: str = "", **costs: str) -> dict[str, Any]:
    """A day on which the services of *costs* were charged for, all of one team."""
    groups = [{"Keys": [service, "team$search"], "Metrics": {
        "UnblendedCost": {"Amount": cost, "Unit": "USD"}, "AmortizedCost": {"Amount": cost, "Unit": "USD"},
        "UsageQuantity": {"Amount": "1", "Unit": "N/A"}}} for service, cost in costs.items()]  # fmt: skip
    span = {"Start": str(start), "End": str(date.fromordinal(start.toordinal() + 1))}
    told = {"ResultsByTime": [{"TimePeriod": span, "Total": {}, "Groups": groups, "Estimated": True}],
            "DimensionValueAttributes": []}  # fmt: skip
    return told | ({"NextPageToken": token} if token else {})


def test_its_figures_are_exact_billed_and_amortized(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        house.publish(batch)
    assert sums(house, Measure.BILLED_COST, Dimension.SERVICE) == {
        "Claude Haiku 4.5 (Amazon Bedrock Edition)": Decimal("1.2345678901"), "Amazon Bedrock": Decimal("0.00006"),
        "Tax": Decimal("0.19"), "AWS Support (Business)": Decimal("-0.5")}  # fmt: skip
    assert sums(house, Measure.COST, Dimension.SERVICE)["Amazon Elastic Compute Cloud - Compute"] == Decimal("55.04")
    assert sums(house, Measure.BILLED_COST, Dimension.SCOPE)["ai"] == Decimal("1.2346278901")
    assert sum(sums(house, Measure.TOKENS, Dimension.SERVICE).values()) == 1000


def test_a_focus_export_of_aws_beside_it_is_never_added(reading: Reading, house: House, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text("ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,"
                      "EffectiveCost,BillingCurrency\n"
                      f"{RECORDED.period.start},AWS,1,Amazon EC2,Usage,5,5,USD\n")  # fmt: skip
    for batch in [*reading.batches(), Focus().batch((export,))]:
        house.publish(batch)
    first = Period(RECORDED.period.start, RECORDED.period.start + timedelta(days=1))
    assert sums(house, Measure.BILLED_COST, Dimension.SERVICE, first) == {"Amazon EC2": Decimal(5)}


def test_moto_answers_pages_to_what_is_signed(moto: str, tmp_path: Path, house: House) -> None:
    pages = [day(date(2026, 11, 1), "next", Bedrock="1.5"), day(date(2026, 11, 2), Bedrock="0.25", Compute="7")]
    plain.post(f"{moto}/moto-api/static/ce/cost-and-usage-results", json={"results": pages}).raise_for_status()
    asked = source(moto, tag="team", session_token=SecretStr("planted-session"))
    web = asked.web()
    [batch] = asked.fetch(web, NOVEMBER, tmp_path)
    house.publish(batch)
    assert web.asked == 2
    assert sums(house, Measure.COST, Dimension.TEAM, NOVEMBER) == {"search": Decimal("8.75")}


def test_without_the_signature_moto_takes_it_for_another_service(moto: str) -> None:
    unsigned = plain.post(moto, json={}, headers=dict(source(moto).headers))
    assert "ResultsByTime" not in unsigned.text


@pytest.mark.parametrize(
    ("kind", "error", "asked"),
    [
        ("ExpiredTokenException", SourceRefused, 1),
        ("UnrecognizedClientException", SourceRefused, 1),
        ("com.amazon.coral.service#AccessDeniedException", SourceRefused, 1),
        ("ThrottlingException", SourceAway, ATTEMPTS),
        ("LimitExceededException", SourceAway, ATTEMPTS),
        ("ValidationException", SourceChanged, 1),
        (None, SourceChanged, 1),
    ],
)
def test_what_aws_calls_an_error_decides_and_not_its_status(
    server: Answering, tmp_path: Path, kind: object, error: type[SourceError], asked: int
) -> None:
    server.asked.clear()
    server.says(Says({"__type": kind, "message": f"not with {KEY}"}, 400))
    web = source(server.address).web(sleep=lambda _: None)
    with pytest.raises(error) as raised:
        list(source(server.address).fetch(web, NOVEMBER, tmp_path))
    assert KEY not in str(raised.value)
    assert (len(server.asked), web.asked) == (asked, asked)


def test_each_try_is_signed_anew_and_the_secret_never_travels(reading: Reading) -> None:
    times = iter(range(1_795_500_000, 1_795_600_000, 60))
    web = reading.source.web(sleep=lambda _: None, clock=lambda: float(next(times)))
    answers = iter([Says({}, 503)])
    reading.server.chosen = lambda asked: next(answers, None) or RECORDED.answer(asked)
    list(reading.batches(web))
    signed = [(asked.headers["X-Amz-Date"], asked.headers["Authorization"]) for asked in reading.server.asked]
    assert len(set(signed)) == len(signed) == 3
    assert all("/us-east-1/ce/aws4_request" in authorization for _, authorization in signed)
    assert KEY not in str(reading.server.asked)
