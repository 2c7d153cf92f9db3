"""Forecasts as they were made, one a day of each team and of all together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from finops.forecasting.made import Made
from finops.money import from_nanos
from finops.people import covers
from finops.period import Period
from storage.database import reading
from storage.tables import ForecastRow
from storage.writing import added


@dataclass(frozen=True)
class StoredForecasts:
    """The port Forecasts; *teams* narrows it to what a person may see (none named: all)."""

    engine: Engine
    teams: tuple[str, ...] = ()

    def narrowed(self, teams: tuple[str, ...]) -> StoredForecasts:
        """The same forecasts, of nothing but *teams*."""
        return replace(self, teams=teams)

    def made(self, period: Period) -> tuple[Made, ...]:
        """All of how *period* would end, oldest first."""
        asked = select(ForecastRow).where(ForecastRow.start == period.start, ForecastRow.ends == period.end)
        with Session(reading(self.engine)) as session:
            rows = session.exec(asked.order_by(col(ForecastRow.day), col(ForecastRow.team))).all()
            return tuple(_made(row) for row in rows if covers(self.teams, row.team))

    def keep(self, made: Iterable[Made], now: datetime) -> int:
        """How many of them were kept, all in one transaction: the first of a day stands."""
        with Session(self.engine) as session, session.begin():
            return sum(added(session, ForecastRow, **_values(each), at=now) for each in made)


def _values(each: Made) -> dict[str, object]:
    return {"start": each.period.start, "ends": each.period.end, "day": each.day, "team": each.team,
            "until": each.until, "currency": each.end.currency, "spent": each.spent.nanos,
            "predicted": each.end.nanos, "low": each.low.nanos, "high": each.high.nanos}  # fmt: skip


def _made(row: ForecastRow) -> Made:
    spent, end, low, high = (from_nanos(n, row.currency) for n in (row.spent, row.predicted, row.low, row.high))
    return Made(row.day, row.team, Period(row.start, row.ends), row.until, spent, end, low, high)
