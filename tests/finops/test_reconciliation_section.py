"""Finance reads in its thread where the bill and the meter differ, and nothing where they agree."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wiring import House, built
from finops.digest import composed
from finops.people import Audience
from finops.report import Table
from sources.focus import Focus
from sources.requests import Requests
from tests.finops.fakes_ledger import NOW

FIXTURES = Path(__file__).parents[1] / "fixtures"
FIRST_OF_NOVEMBER = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = built(Settings(home=tmp_path_factory.mktemp("billed")), lambda: NOW)
    made.facts.publish(Focus().batch((FIXTURES / "reconcile_bill.csv",)), NOW)
    yield made
    made.engine.dispose()


def tables(house: House, audience: Audience, now: datetime = FIRST_OF_NOVEMBER) -> list[Table]:
    report = composed(audience, house.desk(), now)
    return [part for part in report.details if isinstance(part, Table) and "Metered" in part.columns]


def test_it_is_said_to_finance_once_both_ledgers_are_known(house: House) -> None:
    assert tables(house, Audience.FINANCE) == []
    house.facts.publish(Requests().batch((FIXTURES / "reconcile_calls.csv",)), NOW)
    (table,) = tables(house, Audience.FINANCE)
    assert [row[0] for row in table.rows] == [("Acme",), ("Beta",)]
    assert tables(house, Audience.ENGINEERING) == tables(house, Audience.SECURITY) == []


def test_a_gap_within_one_per_cent_is_no_news(house: House, tmp_path: Path) -> None:
    head, *calls = (FIXTURES / "reconcile_calls.csv").read_text().splitlines()
    near = tmp_path / "near.csv"
    near.write_text("\n".join([head, *calls[:-1], calls[-1].removesuffix("8") + "9.95"]))
    house.facts.publish(Requests().batch((near,)), NOW)
    (table,) = tables(house, Audience.FINANCE)
    assert [row[0] for row in table.rows] == [("Acme",)]
