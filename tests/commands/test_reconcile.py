"""Reconciling for whoever may see one team only: its lines of bill and meter, and no others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.plain import plain
from bot.wiring import House, built
from finops.people import Member
from sources.focus import Focus
from sources.requests import Requests
from tests.commands.conftest import DANA, FINANCE, FIONA, NOW, settings

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = built(settings(tmp_path_factory.mktemp("billed")), lambda: NOW)
    made.facts.publish(Requests().batch((FIXTURES / "reconcile_calls.csv",)), NOW)
    made.facts.publish(Focus().batch((FIXTURES / "reconcile_bill.csv",)), NOW)
    yield made
    made.engine.dispose()


def told(house: House, who: Member, words: str = "reconcile") -> str:
    return plain(house.asking().typed(words, who, FINANCE), "UTC")


def test_one_team_is_reconciled_as_if_there_were_no_other(billed: House) -> None:
    mine = told(billed, DANA)
    assert "This covers support only" in mine
    assert ["Acme", "$5.00", "$2.25", "−$2.75"] in [line.split()[:4] for line in mine.splitlines()]
    assert not [word for word in ("search", "m-1", "m-9", "tax", "credit") if word in mine]


def test_bare_it_is_of_last_month(billed: House) -> None:
    assert told(billed, FIONA) == told(billed, FIONA, "reconcile 2026-10")
