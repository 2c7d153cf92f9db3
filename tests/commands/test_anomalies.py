"""The list of incidents, and what is said of one that was marked as planned."""

from bot.plain import plain
from bot.wiring import House
from finops.report import Table
from tests.commands.conftest import ERIK, FINANCE, SECURITY


def test_what_was_marked_as_planned_is_called_planned(house: House) -> None:
    house.asking().typed("anomalies i-20261120-search-app planned seen:1", ERIK, FINANCE)
    (table,) = house.asking().typed("anomalies", ERIK, FINANCE).parts
    assert isinstance(table, Table)
    assert {row[0]: row[3] for row in table.rows} == {
        ("i-20261120-search-app",): ("planned",),
        ("i-20261120-support-app",): ("open",),
    }


def test_why_is_told_to_whoever_asks_alone_without_amounts(house: House) -> None:
    report = house.asking().typed("anomalies i-20261120-search-app why", ERIK, SECURITY)
    assert report.private
    said = plain(report, "UTC")
    assert "Neither calls nor tokens per call moved much" in said
    assert "search-prod" in said
    assert "$" not in said
