"""Shares add up to the whole in each step of time, of the largest names and of a part beside the rest; what is no
whole has none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.charts import alt, drawn
from bot.words import plain
from finops.answers.figure import summed
from finops.answers.report import report
from finops.answers.summing import summing
from finops.period import Period
from finops.question import Dimension, Filter, Grain, Measure, Question
from finops.report import Bars, Report, Share, Table, Trend
from tests.finops.fakes_ledger import RowLedger, fact

DAY = date(2026, 11, 2)
PERIOD = Period(DAY, DAY + timedelta(days=2))
ASKED = Question((Measure.COST,), PERIOD, shares=True)
BY_TEAM = replace(ASKED, by=(Dimension.TEAM,))
COSTS = (("search", 0, 60), ("search", 1, 10), ("support", 0, 20), ("support", 1, 30), ("ide", 1, 40))


def said(question: Question, costs: Sequence[tuple[str, int, int]] = COSTS) -> Report:
    """The report on costs by team, each on that day after the first one."""
    ledger = RowLedger([fact(DAY + timedelta(days=at), cost, team=team) for team, at, cost in costs])
    return report(summing(ledger, question), summed(Measure.COST, "USD"))


def bars(told: Report) -> Bars:
    return next(part for part in told.parts if isinstance(part, Bars))


def trend(told: Report) -> Trend:
    return next(part for part in told.parts if isinstance(part, Trend))


def shares(told: Report) -> list[Decimal]:
    """The column of shares in the table."""
    table = next(part for part in told.details if isinstance(part, Table))
    place = table.columns.index("Share")
    return [piece.of_one for row in table.rows for piece in row[place] if isinstance(piece, Share)]


def test_each_bar_is_out_of_a_hundred() -> None:
    told = said(BY_TEAM)
    named = {name: round(value, 2) for name, value in bars(told).rows}
    assert named == {"search": Decimal("43.75"), "support": Decimal("31.25"), "ide": 25}
    assert bars(told).unit == "%"
    assert shares(told) == [Decimal("0.4375"), Decimal("0.3125"), Decimal("0.25")]
    assert "44 % of it is search" in plain(told.verdict, "UTC")


def test_shares_before_are_of_what_was_spent_before() -> None:
    before = Period(DAY - timedelta(days=2), DAY)
    told = said(replace(BY_TEAM, versus=before), (*COSTS, ("support", -1, 5)))
    assert bars(told).previous == {"support": 100, "search": 0, "ide": 0}


def test_the_steps_of_time_are_a_hundred_each() -> None:
    told = said(replace(BY_TEAM, grain=Grain.DAY))
    lines = {line.name: line.values for line in trend(told).lines}
    assert lines == {"search": (75, Decimal("12.5")), "support": (25, Decimal("37.5")), "ide": (0, 50)}
    assert (trend(told).stacked, trend(told).shares) == (True, True)
    assert sum(shares(told)) == 2


def test_the_rest_of_the_largest_is_told_in_each_step() -> None:
    told = said(replace(BY_TEAM, grain=Grain.DAY, top=2))
    assert [line.name for line in trend(told).lines] == ["search", "support", "other (1)"]
    assert [sum(step) for step in zip(*(line.values for line in trend(told).lines), strict=True)] == [100, 100]
    whole = said(replace(BY_TEAM, grain=Grain.DAY, top=2, shares=False))
    assert {line.name: line.values for line in trend(whole).lines}["other (1)"] == (0, 40)


@pytest.mark.parametrize("grain", [None, Grain.DAY])
def test_a_part_is_set_beside_the_rest_of_all(grain: Grain | None) -> None:
    told = said(replace(ASKED, where=(Filter(Dimension.TEAM, ("support",)),), grain=grain))
    if grain:
        lines = {line.name: line.values for line in trend(told).lines}
        assert lines == {"support": (25, Decimal("37.5")), "other teams": (75, Decimal("62.5"))}
    else:
        assert bars(told).rows == (("support", Decimal("31.25")), ("other teams", Decimal("68.75")))
        assert bars(told).title == "support is 31 % of cost"


def test_what_is_no_whole_has_no_shares() -> None:
    credited = (("search", 0, 5), ("support", 0, -8))
    told = said(BY_TEAM, credited)
    assert not [part for part in told.parts if isinstance(part, Bars)]
    assert shares(told) == []
    assert trend(said(replace(BY_TEAM, grain=Grain.DAY), credited)).lines[0].values == (None,)


def test_nothing_of_nothing_is_told_as_nothing() -> None:
    told = said(replace(ASKED, where=(Filter(Dimension.TEAM, ("support",)),)), ())
    assert plain(told.verdict, "UTC").startswith("No cost")


@pytest.mark.parametrize("costs", [COSTS, (*COSTS, ("credit", 0, -30)), (("one", 0, 1),)])
@pytest.mark.parametrize("grain", [None, Grain.DAY])
def test_they_are_drawn_and_said(costs: Sequence[tuple[str, int, int]], grain: Grain | None) -> None:
    told = said(replace(BY_TEAM, grain=grain), costs)
    part = trend(told) if grain else bars(told)
    assert drawn(part, told.stamp).startswith(b"\x89PNG")
    assert "%" in alt(part)
