"""The ways people name a period: `last 30d`, `mtd`, `2026-10`, `yesterday`, `since 1 oct`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from finops.errors import Unclear
from finops.period import Period, last_days, month_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPAN = re.compile(r"^(\d{1,3})(d|days?|w|weeks?|m|months?)$")
_UNITS = {"d": 1, "w": 7}
_FIRST, _LAST = 2000, 2200
Taken = tuple[Period, int]


def period(words: Sequence[str], today: date) -> Taken | None:
    """The period that the first words name, and how many words it took; None if they name none."""
    for reader in _READERS:
        taken = reader([word.lower() for word in words[:4]], today)
        if taken:
            return taken
    return None


def _last(words: Sequence[str], today: date) -> Taken | None:
    if words[0] not in ("last", "past", "previous") or len(words) < 2:
        return None
    if words[1] in ("week", "month", "year", "quarter"):
        return _whole_before(words[1], today), 2
    joined, took = (words[1], 2) if _SPAN.match(words[1]) else ("".join(words[1:3]), 3)
    span = _SPAN.match(joined)
    return (_span(int(span[1]), span[2][0], today), took) if span else None


def _whole_before(unit: str, today: date) -> Period:
    if unit == "week":
        monday = today - timedelta(days=today.weekday())
        return Period(monday - timedelta(days=7), monday)
    if unit == "year":
        return Period(date(today.year - 1, 1, 1), date(today.year, 1, 1))
    if unit == "quarter":
        end = date(today.year, today.month - (today.month - 1) % 3, 1)
        return Period(months_back(end, 3), end)
    return month_of(today.replace(day=1) - timedelta(days=1))


def _span(count: int, unit: str, today: date) -> Period:
    if not count:
        raise Unclear("A period needs at least one day.", example="cost last 30d")
    if unit == "m":
        start = months_back(today.replace(day=1), count)
        return Period(start, today.replace(day=1))
    return last_days(count * _UNITS[unit], today)


def months_back(first: date, count: int) -> date:
    """The first of the month *count* months before the month that begins on *first*."""
    months = first.year * 12 + first.month - 1 - count
    return date(max(1, months // 12), months % 12 + 1, 1)


def _so_far(words: Sequence[str], today: date) -> Taken | None:
    starts: dict[str, Callable[[], date]] = {
        "month": lambda: today.replace(day=1),
        "quarter": lambda: date(today.year, today.month - (today.month - 1) % 3, 1),
        "year": lambda: date(today.year, 1, 1),
        "week": lambda: today - timedelta(days=today.weekday()),
    }
    short = {"mtd": "month", "qtd": "quarter", "ytd": "year", "wtd": "week"}
    unit, took = short.get(words[0], ""), 1
    if words[0] == "this" and len(words) > 1 and words[1] in starts:
        unit, took = words[1], 2
    if not unit:
        return None
    start = starts[unit]()
    if start == today:
        raise Unclear(f"This {unit} has no complete day yet.", example=f"cost last {unit}")
    return Period(start, today), took


def _named_day(words: Sequence[str], today: date) -> Taken | None:
    if words[0] == "yesterday":
        return last_days(1, today), 1
    if words[0] == "today":
        return Period(today, today + timedelta(days=1)), 1
    return None


def _written(words: Sequence[str], today: date) -> Taken | None:
    both = words[0].split("..")
    if len(both) == 2:
        start, end = _iso(both[0]), _iso(both[1])
        return (_between(start.start, end.end), 1) if start and end else None
    found = _iso(words[0])
    return (found, 1) if found else None


def _iso(word: str) -> Period | None:
    match = re.match(r"^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$", word)
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if not _FIRST <= year <= _LAST:
            raise ValueError(year)
        if day and month and year:
            start = date(year, month, day)
            return Period(start, start + timedelta(days=1))
        return (
            month_of(date(year or 1, month, 1)) if month else Period(date(year or 1, 1, 1), date((year or 1) + 1, 1, 1))
        )
    except ValueError:
        raise Unclear(f"“{word}” is not a date.", example="cost 2026-10") from None


def _since(words: Sequence[str], today: date) -> Taken | None:
    if words[0] not in ("since", "from") or len(words) < 2:
        return None
    written = _iso(words[1])
    if written:
        return _between(written.start, today), 2
    month = words[2][:3] if len(words) > 2 else ""
    if words[1].isdigit() and month in _MONTHS:
        return _between(_latest(int(words[1]), _MONTHS.index(month) + 1, today), today), 3
    if words[1][:3] in _MONTHS:
        return _between(_latest(1, _MONTHS.index(words[1][:3]) + 1, today), today), 2
    return None


def _latest(day: int, month: int, today: date) -> date:
    try:
        this_year = date(today.year, month, day)
        return this_year if this_year < today else date(today.year - 1, month, day)
    except ValueError:
        raise Unclear(f"There is no day {day} in that month.", example="cost since 1 oct") from None


def _between(start: date, end: date) -> Period:
    if end <= start:
        raise Unclear(f"{start} to {end} holds no complete day.", example="cost last 30d")
    return Period(start, end)


_READERS = (_last, _so_far, _named_day, _written, _since)
