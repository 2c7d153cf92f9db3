"""Hours and weekdays stand as on the clock in the chart, the table and the sheet; steps of time that rank, by size."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.charts import drawn
from bot.plain import plain
from bot.sheet import sheet
from commands.cost import cost
from finops.answers.figure import Figure
from finops.answers.report import report
from finops.command import Words
from finops.desk import Ask
from finops.people import Audience, Place
from finops.period import Period
from finops.question import HOURS, WEEKDAYS, Answer, Dimension, Grain, Measure, Question, Row
from finops.report import Bars, Report, Table, Trend
from finops.stamp import Finality, LedgerName, Stamp
from tests.finops.fakes_ledger import FIONA, NOW, desk, fact

PERIOD = Period(date(2026, 11, 2), date(2026, 11, 16))
STAMP = Stamp(None, Finality.FINAL, LedgerName.METERED, "USD")
COST = Figure("Cost", "USD", lambda sums: sums[Measure.COST], money=True)
RATIO = Figure("Cost per request", "USD", lambda sums: sums[Measure.COST], adds=False, money=True)


def told(cut: Dimension, sizes: dict[str, int], figure: Figure = COST, top: int | None = None) -> Report:
    """The report on rows that come largest first, as a ledger gives them."""
    rows = tuple(Row({cut: name}, {Measure.COST: Decimal(size)})
                 for name, size in sorted(sizes.items(), key=lambda each: -each[1]))  # fmt: skip
    asked = Question((Measure.COST,), PERIOD, by=(cut,), top=top)
    return report(Answer(asked, rows, {Measure.COST: Decimal(sum(sizes.values()))}, STAMP), figure)


def bars(said: Report) -> Bars:
    (found,) = [part for part in said.parts if isinstance(part, Bars)]
    assert drawn(found, STAMP).startswith(b"\x89PNG")
    return found


def test_hours_stand_from_midnight_on_and_an_hour_without_cost_is_nothing() -> None:
    said = told(Dimension.HOUR, {name: number for number, name in enumerate(HOURS) if number != 3})
    shown = bars(said)
    assert [name for name, _ in shown.rows] == list(HOURS)
    assert (shown.rows[3][1], shown.rows[23][1], shown.title) == (0, 23, "23:00 is 8 % of cost")
    (table,) = [part for part in said.details if isinstance(part, Table)]
    assert [row[0][0] for row in table.rows] == [name for name in HOURS if name != "03:00"]
    lines = list(csv.DictReader(io.StringIO(sheet(said) or "")))
    assert [line["hour"] for line in lines] == [name for name in HOURS if name != "03:00"]


@pytest.mark.parametrize("figure", [COST, RATIO])
def test_weekdays_stand_from_monday_to_sunday(figure: Figure) -> None:
    said = told(Dimension.WEEKDAY, {name: (number * 5) % 7 + 1 for number, name in enumerate(WEEKDAYS)}, figure)
    assert [name for name, _ in bars(said).rows] == list(WEEKDAYS)
    assert plain(said, "UTC").index("Monday  ") < plain(said, "UTC").index("Tuesday  ")


def test_the_busiest_hours_stand_by_size_where_they_are_asked_for() -> None:
    said = told(Dimension.HOUR, {"09:00": 3, "14:00": 9}, top=2)
    assert [name for name, _ in bars(said).rows] == ["14:00", "09:00"]


def test_of_a_ratio_an_hour_without_a_figure_is_left_out() -> None:
    assert [name for name, _ in bars(told(Dimension.HOUR, {"14:00": 9, "09:00": 3}, RATIO)).rows] == ["09:00", "14:00"]


@pytest.mark.parametrize(
    ("grain", "apart", "names"),
    [
        (Grain.DAY, 1, ["Tue 3 Nov", "Mon 2 Nov"]),
        (Grain.WEEK, 7, ["week of 9 Nov", "week of 2 Nov"]),
        (Grain.MONTH, 30, ["December 2026", "November 2026"]),
    ],
)
def test_the_largest_steps_of_time_are_bars_by_size_and_no_line(grain: Grain, apart: int, names: list[str]) -> None:
    rows = tuple(Row({}, {Measure.COST: Decimal(value)}, day=PERIOD.start + timedelta(days=n * apart))
                 for n, value in enumerate((4, 5)))  # fmt: skip
    asked = Question((Measure.COST,), PERIOD, grain=grain, top=2)
    said = report(Answer(asked, rows, {Measure.COST: Decimal(90)}, STAMP), RATIO)
    assert [name for name, _ in bars(said).rows] == names
    assert f", highest on {names[0]}: $5.00." in plain(said, "UTC")


def over(words: str) -> Report:
    facts = [fact(date(2026, 11, day), 10 * day, requests=number + 1, team=team)
             for day in (20, 21) for number, team in enumerate(("search", "support", "customer success"))]  # fmt: skip
    return cost.run(Ask(desk(facts), FIONA, Place("C1", "UTC", Audience.FINANCE), NOW), Words(words=words))


def test_a_title_repeats_filters_as_they_can_be_typed_and_how_many_are_wanted() -> None:
    assert over('by model team:search,"customer success" top 3 2026-11').title == (
        'Cost by model, November 2026, team:search,"customer success", top 3'
    )


def test_a_stack_says_who_leads_and_below_what_was_asked() -> None:
    (shown,) = [part for part in over("by team,day 2026-11").parts if isinstance(part, Trend)]
    assert shown.about == "Cost by day and team, November 2026 · USD a day"
    assert shown.title.endswith("is 33 % of cost")


def test_what_ratios_leave_out_is_said_to_have_no_sum() -> None:
    rows = tuple(Row({Dimension.TEAM: "search"}, {Measure.COST: Decimal(4)}, day=PERIOD.start) for _ in "a")
    asked = Question((Measure.COST,), PERIOD, by=(Dimension.TEAM,), grain=Grain.DAY, top=1)
    said = report(Answer(asked, rows, {Measure.COST: Decimal(90)}, STAMP), RATIO)
    assert "Cost per request does not add up, so the others have no sum" in plain(said, "UTC")
