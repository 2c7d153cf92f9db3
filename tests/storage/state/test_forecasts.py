"""Forecasts come back as they were made, the first of a day stands, and whoever may see one team sees no other."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from finops.forecasting.made import Made
from finops.money import Money
from finops.period import Period
from storage.forecasts import StoredForecasts

NOW = datetime(2026, 11, 4, 6, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))


def made(team: str, end: str = "41200.07", day: date = date(2026, 11, 4)) -> Made:
    usd = [Money(Decimal(each), "EUR") for each in ("3000.01", end, "-0.05", "8999999999.99")]
    return Made(day, team, NOVEMBER, date(2026, 11, 3), *usd)


def test_they_come_back_as_they_were_made_and_nothing_is_replaced(engine: Engine) -> None:
    kept = StoredForecasts(engine)
    both = (made(""), made("search"))
    assert kept.keep(both, NOW) == 2
    assert kept.keep((made("", "7"), made("young")), NOW) == 1
    assert kept.made(NOVEMBER) == (*both, made("young"))
    assert kept.made(replace(NOVEMBER, end=date(2027, 1, 1))) == ()


def test_older_ones_come_first_and_one_team_is_seen_as_if_there_were_no_other(engine: Engine) -> None:
    kept = StoredForecasts(engine)
    kept.keep([made(team, day=date(2026, 11, day)) for day in (5, 4) for team in ("", "Search", "support")], NOW)
    assert [(each.day.day, each.team) for each in kept.narrowed(("search",)).made(NOVEMBER)] == [
        (4, "Search"),
        (5, "Search"),
    ]
