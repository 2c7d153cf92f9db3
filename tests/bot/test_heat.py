"""A heat map tells the same figures as a picture, in words, as text and as a CSV file, whatever lies in its cells."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from matplotlib import image

from bot.charts import alt, drawn
from bot.plain import plain
from bot.render import render
from bot.shades import busiest, shaded
from bot.sheet import sheet
from docs.charts import STAMP, kinds
from finops.answers.figure import Figure
from finops.answers.report import report
from finops.period import Period
from finops.question import HOURS, WEEKDAYS, Answer, Dimension, Measure, Question, Row
from finops.report import Heat, Report
from finops.stamp import Daily

ASKED = Question((Measure.COST,), Period(date(2026, 11, 1), date(2026, 11, 29)),
                 by=(Dimension.HOUR, Dimension.WEEKDAY), zone="Europe/Berlin")  # fmt: skip
COST = Figure("Cost", "USD", lambda sums: sums[Measure.COST], money=True)
TOLD = {("Tuesday", "09:00"): Decimal("1.25"), ("Sunday", "23:00"): Decimal(7), ("Monday", "00:00"): Decimal("0.5")}


def answered(figure: Figure = COST) -> Report:
    rows = [Row({Dimension.HOUR: hour, Dimension.WEEKDAY: day}, {Measure.COST: value})
            for (day, hour), value in TOLD.items()]  # fmt: skip
    total = {Measure.COST: sum(TOLD.values(), Decimal(0))}
    stamp = replace(STAMP, daily=(Daily("mistral", 3),))
    return report(Answer(ASKED, tuple(rows), total, stamp), figure)


def heat(said: Report) -> Heat:
    (found,) = [part for part in said.parts if isinstance(part, Heat)]
    return found


def test_every_hour_of_the_week_has_its_cell() -> None:
    part = heat(answered())
    cells = {(day, hour): part.cells[row][column] for row, day in enumerate(WEEKDAYS)
             for column, hour in enumerate(HOURS)}  # fmt: skip
    assert {key: value for key, value in cells.items() if value} == TOLD
    assert part.row_totals[WEEKDAYS.index("Sunday")] == part.column_totals[23] == 7
    unknown = heat(answered(replace(COST, adds=False)))
    assert unknown.cells[0][1] is None


def test_whose_hours_they_are_and_who_tells_days_only_is_said() -> None:
    said = plain(answered(), "UTC")
    assert "those of Europe/Berlin" in said
    assert "mistral (3 days)" in said


def test_the_busiest_cells_and_all_totals_are_told_in_words() -> None:
    told = alt(heat(answered()))
    assert "Busiest: Sun 23:00 $7.00, Tue 09:00 $1.25, Mon 00:00 $0.5." in told
    assert "Tuesday $1.25" in told
    assert "09:00 $1.25" in told


def test_without_its_picture_it_is_lines_of_text() -> None:
    text = shaded(heat(answered())).split("\n")
    assert len(text) == 8
    assert text[2] == f"Tue {'·' * 9}░{'·' * 14} $1.25"
    assert text[7] == f"Sun {'·' * 23}█ $7.00"
    assert "█ $7.00" in plain(answered(), "UTC")
    assert any("█ $7.00" in str(block) for block in render(answered(), "UTC", {}))


def test_its_figures_are_a_csv_file() -> None:
    lines = list(csv.DictReader(io.StringIO(sheet(answered()) or "")))
    assert {(line["weekday"], line["hour"]): Decimal(line["value"]) for line in lines} == TOLD


@pytest.mark.parametrize("value", [None, Decimal(0), Decimal(-3), Decimal(10) ** 12])
@pytest.mark.parametrize("adds", [True, False])
def test_cells_that_hold_nothing_or_too_much_are_drawn(value: Decimal | None, adds: bool) -> None:
    part = Heat("Cost", WEEKDAYS, HOURS, ((value,) * 24,) * 7, "USD", adds=adds)
    assert drawn(part, STAMP).startswith(b"\x89PNG")
    assert len(busiest(part)) == (3 if value and value > 0 else 0)
    assert len(shaded(part).split("\n")) == 8


def test_the_busiest_cell_is_the_darkest() -> None:
    part = kinds()["heat"]
    assert isinstance(part, Heat)
    dark = image.imread(io.BytesIO(drawn(part, STAMP)))[..., :3].sum(axis=2)
    (row, column, _), *_ = busiest(part)
    tall, wide = dark.shape
    across, up = 0.09 + 0.77 * (column + 0.08 + 0.1) / 24, 0.235 + 0.435 * (7 - row - 0.15) / 7
    there = dark[int(tall * (1 - up)), int(wide * across)]
    night = dark[int(tall * (1 - (0.235 + 0.435 * 0.5 / 7))), int(wide * (0.09 + 0.77 * 0.5 / 24))]
    assert there < 0.6 < 2 < night
