"""A driver: how often something was done on a day (tickets solved, orders placed), and the port that takes one in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from finops.people import Member


@dataclass(frozen=True)
class DriverCount:
    """The count of one driver on one day, of an app and a team where they are known."""

    driver: str
    count: Decimal
    day: date
    app: str = ""
    team: str = ""


class Drivers(Protocol):
    """Where people tell counts of drivers."""

    def tell(self, told: DriverCount, by: Member, now: datetime) -> bool:
        """Take *told* in, in place of what was told before of this driver, app, team and day; whether that changed
        anything."""
        ...
