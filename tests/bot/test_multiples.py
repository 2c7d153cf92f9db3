"""Small multiples show the largest, sum up the rest where it is a part of the whole, and are chosen for many teams."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.charts import alt, drawn
from bot.multiples import left_out, shown
from docs.charts import FOLDER, kinds
from finops.answers.figure import summed
from finops.answers.report import report
from finops.period import Period
from finops.question import Answer, Dimension, Grain, Measure, Question, Row
from finops.report import Line, Trend
from finops.stamp import Finality, LedgerName, Stamp

DAYS = tuple(date(2026, 10, 1) + timedelta(days=n) for n in range(3))
PERIOD = Period(DAYS[0], date(2026, 10, 4))


def teams(count: int, *, stacked: bool) -> Trend:
    lines = tuple(Line(f"team-{n}", (Decimal(n), None, Decimal(n))) for n in range(count))
    return Trend("Cost", DAYS, lines, "USD", stacked=stacked, apart=True)


def test_a_thousand_teams_are_eleven_and_the_sum_of_the_others() -> None:
    lines = shown(teams(1000, stacked=True))
    assert [line.name for line in lines[:2]] == ["team-999", "team-998"]
    assert (len(lines), lines[-1].name, lines[-1].values[0]) == (12, "other (989)", sum(range(989)))
    assert left_out(teams(1000, stacked=True)) == 0


def test_what_makes_no_whole_is_not_summed_but_counted() -> None:
    assert [line.name for line in shown(teams(14, stacked=False))][-1] == "team-2"
    assert left_out(teams(14, stacked=False)) == 2


@pytest.mark.parametrize("days", [1, 3])
@pytest.mark.parametrize("value", [None, Decimal(0), Decimal(-5), Decimal(5)])
def test_they_are_drawn_whatever_the_figures(days: int, value: Decimal | None) -> None:
    lines = tuple(Line(name, (value,) * days) for name in ("🚀", "$x$", "ת"))
    part = Trend("Cost", DAYS[:days], lines, "USD", apart=True, provisional_from=DAYS[0])
    assert drawn(part, None).startswith(b"\x89PNG")
    assert alt(part)


@pytest.mark.parametrize(("by", "count", "apart"), [("team", 5, True), ("team", 4, False), ("model", 5, False)])
def test_many_teams_over_time_stand_apart(by: str, count: int, apart: bool) -> None:
    asked = Question((Measure.COST,), PERIOD, by=(Dimension(by),), grain=Grain.DAY)
    rows = tuple(Row({Dimension(by): f"n{n}"}, {Measure.COST: Decimal(1)}, day=DAYS[0]) for n in range(count))
    stamp = Stamp(None, Finality.FINAL, LedgerName.BILLED, "USD")
    said = report(Answer(asked, rows, {Measure.COST: Decimal(count)}, stamp), summed(Measure.COST, "USD"))
    assert [part.apart for part in said.parts if isinstance(part, Trend)] == [apart]


def test_every_kind_of_chart_has_its_picture_on_both_pages() -> None:
    there = {file.name for file in FOLDER.glob("*.png")}
    assert there == {f"{name}-{page}.png" for name in kinds() for page in ("light", "dark")}
