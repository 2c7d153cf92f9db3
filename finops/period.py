"""Periods: whole days, end exclusive, and the ways people name them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True)
class Period:
    """Whole days from *start* up to, not including, *end*; ValueError if it holds no day."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must hold a day, {self.start} to {self.end} holds none")

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end - timedelta(days=1)

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this one starts; for a whole month, the month before."""
        if self == month_of(self.start):
            return month_of(self.start - timedelta(days=1))
        return Period(self.start - (self.end - self.start), self.start)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=n) for n in range(self.days))

    def __str__(self) -> str:
        if self == month_of(self.start):
            return f"{self.start:%B %Y}"
        if self.days == 1:
            return f"{self.start:%a} {self.start.day} {self.start:%b %Y}"
        year = "" if self.start.year == self.last.year else f" {self.start.year}"
        return f"{self.start.day} {self.start:%b}{year} to {self.last.day} {self.last:%b %Y}"

    @property
    def within(self) -> str:
        """When, in a sentence: `in June 2026`, `on Mon 3 Nov 2026`, `from 25 Oct to 23 Nov 2026`."""
        if self == month_of(self.start):
            return f"in {self}"
        return f"on {self}" if self.days == 1 else f"from {self}"


def month_of(day: date) -> Period:
    """The calendar month that *day* lies in."""
    start = day.replace(day=1)
    return Period(start, (start + timedelta(days=32)).replace(day=1))


def quarter_of(day: date) -> Period:
    """The calendar quarter that *day* lies in."""
    start = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return Period(start, month_of(start + timedelta(days=70)).end)


def last_days(count: int, today: date) -> Period:
    """*count* complete days ending yesterday."""
    return Period(today - timedelta(days=count), today)


def day_in(zone: str, now: datetime) -> date:
    """The local date in *zone* at the instant *now* (aware)."""
    return now.astimezone(ZoneInfo(zone)).date()


def midnight(day: date) -> datetime:
    """The start of *day* in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
