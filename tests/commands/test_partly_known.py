"""Where data are of a part only: a meter that starts late, a driver that some apps count, tokens without a price."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from bot.plain import plain
from bot.settings import Settings
from bot.wiring import House, built
from finops.driver import DriverCount
from finops.errors import Unclear
from finops.report import Report
from sources.requests import Requests
from tests.commands.test_why import COLUMNS, ERIK, FINANCE, NOW, Calls

# A ticket takes two calls of a cent in both months, but what was called before 1 September nobody metered.
CALLS = (
    Calls(9, "helpdesk", "gpt-5", 200, 1000, "0.01"),
    Calls(10, "helpdesk", "gpt-5", 200, 1000, "0.01"),
    Calls(10, "ranker", "gpt-5", 10, 1000, "5"),
    Calls(10, "lab", "own-model", 2, 105_000, ""),
)
COUNTED = ((date(2026, 8, 20), 900), (date(2026, 9, 1), 100), (date(2026, 10, 1), 100))


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("late")
    (folder / "calls.csv").write_text("\n".join([COLUMNS, *(line for each in CALLS for line in each.lines())]))
    made = built(Settings(home=folder / "home"), lambda: NOW)
    made.facts.publish(Requests().batch((folder / "calls.csv",)), NOW)
    for day, many in COUNTED:
        told = DriverCount("tickets", Decimal(many), day, "helpdesk", "helpdesk-team")
        made.asking().ask(ERIK, FINANCE).desk.drivers.tell(told, ERIK, NOW)
    yield made
    made.engine.dispose()


def asked(late: House, words: str) -> Report:
    return late.asking().typed(words, ERIK, FINANCE)


def told(late: House, words: str) -> str:
    return plain(asked(late, words), "UTC")


def test_days_before_the_meter_began_make_no_ticket_cheap(late: House) -> None:
    said = told(late, "why cost per ticket 2026-10 vs 2026-08-15..2026-09-30")
    assert "Cost per ticket did not move: $0.02 in October 2026." in said
    assert "1 Sep to 30 Sep 2026" in said or "September 2026" in said
    assert "Metered data start on 1 September 2026; no day before is in this." in said


@pytest.mark.parametrize("words", ["cost", "kpi cost_per_request", "cost by app", "why cost", "why cost by team"])
def test_a_period_that_is_not_whole_is_named_where_another_is_compared_with_it(late: House, words: str) -> None:
    note = "Metered data start on 1 September 2026, so 15 Aug to 30 Sep 2026 is not whole; compare with care."
    assert note in told(late, f"{words} 2026-10 vs 2026-08-15..2026-09-30")
    assert "data start" not in told(late, f"{words} 2026-10 vs 2026-09")


def test_a_period_that_begins_before_the_data_says_when_they_start(late: House) -> None:
    assert "Metered data start on 1 September 2026." in told(late, "cost by month 2026-08-15..2026-10-31 metered")


def test_a_kpi_per_driver_is_of_the_apps_that_count_it_and_called_after_it(late: House) -> None:
    for words in ("cost per ticket 2026-10", "kpi cost_per_driver 2026-10 driver:tickets"):
        report = asked(late, words)
        assert report.figures
        assert report.figures.total == Decimal("0.02")
        assert plain(report, "UTC").split("\n")[:2] == [
            "Cost per ticket, October 2026, driver:tickets, app:helpdesk",
            "Cost per ticket was $0.02 in October 2026.",
        ]
    assert asked(late, "kpi cost_per_driver 2026-10").figures.total == Decimal("0.52")  # type: ignore[union-attr]


def test_what_names_no_driver_is_not_cut_by_driver(late: House) -> None:
    with pytest.raises(Unclear, match="one driver at a time") as unclear:
        asked(late, "kpi cost_per_driver by driver")
    assert unclear.value.example == "kpi cost_per_driver driver:tickets last 30d"
    assert asked(late, unclear.value.example)


def test_tokens_without_a_price_are_in_what_is_counted_and_not_in_what_it_cost(late: House) -> None:
    assert "50 % of the tokens have no known price; what is counted here needs none." in told(late, "tokens 2026-10")
    assert "% of them are " in told(late, "tokens by app 2026-10")
    assert "needs none." in told(late, "kpi tokens_per_driver 2026-10")
    assert "50 % of the tokens have no known price and are not in this figure." in told(late, "cost 2026-10")


def test_why_names_the_filters_it_was_asked_with(late: House) -> None:
    assert told(late, "why cost 2026-10 app:ranker").startswith("Why cost moved, October 2026, app:ranker\n")
