"""How right forecasts were, from those that were made early in the month: signed for the whole, unsigned by team."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from finops.forecasting.accuracy import Accuracy, accuracy
from finops.forecasting.made import Made
from finops.money import Money
from finops.period import Period
from finops.reach import Reach
from finops.stamp import LedgerName
from tests.finops.fakes_ledger import RowLedger, fact

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
REACH = Reach(LedgerName.BILLED, date(2026, 11, 24))


@dataclass
class Kept:
    """Forecasts in a list."""

    those: tuple[Made, ...]

    def made(self, period: Period) -> tuple[Made, ...]:
        return tuple(each for each in self.those if each.period == period)

    def keep(self, made: Iterable[Made], now: datetime) -> int:
        self.those += tuple(made)
        return len(self.those)


def made(team: str, end: int, low: int = 0, high: int = 999, day: int = 3) -> Made:
    spent, told, least, most = (Money(Decimal(each)) for each in (0, end, low, high))
    return Made(date(2026, 10, day), team, OCTOBER, date(2026, 10, day), spent, told, least, most)


def right(*those: Made, reach: Reach = REACH) -> Accuracy | None:
    ledger = RowLedger([fact(date(2026, 10, 20), 300, team="search"), fact(date(2026, 10, 21), 100, team="support")])
    return accuracy(Kept(those), ledger, OCTOBER, reach)


def test_the_whole_is_signed_and_the_teams_errors_do_not_cancel() -> None:
    found = right(made("", 420), made("search", 330), made("support", 80, high=90))
    assert found == Accuracy(OCTOBER, Decimal("0.05"), Decimal("0.125"), 1, 2)


def test_the_first_forecast_of_each_counts_and_none_after_the_tenth() -> None:
    early, later = made("", 420), made("", 400, day=9)
    assert right(early, later) == right(early)
    assert right(made("", 400, day=11)) is None


def test_it_is_told_of_months_that_are_over_and_known_to_their_end() -> None:
    assert right(made("", 420), reach=replace(REACH, until=date(2026, 10, 31))) is None
    assert right(made("", 420), reach=replace(REACH, until=date(2026, 11, 1))) is not None
    assert right() is None


def test_who_sees_no_total_is_told_of_the_teams() -> None:
    found = right(made("search", 330), made("support", 80))
    assert found
    assert (found.bias, found.wape) == (Decimal("0.025"), Decimal("0.125"))


def test_what_cost_nothing_has_no_accuracy() -> None:
    assert accuracy(Kept((made("", 5),)), RowLedger([]), OCTOBER, REACH) is None
