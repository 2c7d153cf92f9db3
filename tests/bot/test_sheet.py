"""The file beside a chart holds its exact figures, and no cell that a spreadsheet would take for a formula."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.sheet import sheet
from finops.period import Period
from finops.question import Measure, Question
from finops.report import Bars, Figures, Report, say

QUESTION = Question((Measure.COST,), Period(date(2026, 10, 1), date(2026, 11, 1)))
CHART = Bars("Cost", (("a", Decimal(1)),), "USD")


def report(*rows: tuple[Mapping[str, str], Decimal | None]) -> Report:
    return Report("Cost", say("It was."), (CHART,), figures=Figures(QUESTION, rows, None, "USD"))


def read(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sheet(report) or "", newline="")))


def test_it_has_a_row_for_each_figure_with_every_digit() -> None:
    said = report(({"day": "2026-10-01", "model": "a, “b”"}, Decimal("0.100000000000000001")), ({"model": "c"}, None))
    assert read(said) == [
        {"day": "2026-10-01", "model": "a, “b”", "value": "0.100000000000000001", "unit": "USD"},
        {"day": "", "model": "c", "value": "", "unit": "USD"},
    ]


def test_without_a_chart_or_without_figures_there_is_none() -> None:
    assert sheet(Report("Cost", say("It was."), (), figures=report(({}, Decimal(1))).figures)) is None
    assert sheet(Report("Cost", say("It was."), (CHART,))) is None
    assert sheet(report()) is None


@given(st.text(st.sampled_from("=+-@\t\r\n'a \"|,"), max_size=6))
def test_no_name_begins_a_formula_and_each_can_be_had_back(name: str) -> None:
    [row] = read(report(({"team": name}, Decimal(-1))))
    assert not re.match(r"[=+@\t\r\n-]", row["team"])
    assert name in (row["team"], row["team"].removeprefix("'"))
    assert row["value"] == "-1"
