"""The ways people name a period: `last 30d`, `mtd`, `2026-10`, `yesterday`, `since 1 oct`, `october`, `q3`."""

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
_LONGEST = 9
_LONG = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
         "december", "sept")  # fmt: skip
_MONTH = {name: number % 12 + 1 for number, name in enumerate(_MONTHS)} | {
    name: _MONTHS.index(name[:3]) + 1 for name in _LONG}  # fmt: skip
_DAY = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?$")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENDS = ("to", "until", "till", "through", "thru", "-", "–", "—")
_QUARTER = re.compile(r"^q([1-4])$")
Taken = tuple[Period, int]


def period(words: Sequence[str], today: date) -> Taken | None:
    """The period that the first words name, and how many words it took; None if they name none."""
    lowered = [word.lower() for word in words[:_LONGEST]]
    for reader in _READERS:
        taken = reader(lowered, today) if lowered else None
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
    """`since 1 oct`, `since december`, `from 1 oct to 15 oct`, `between 2026-10-01 and 2026-10-15`, `1 oct - 15 oct`,
    with the last day in it."""
    opened = words[0] in ("since", "from", "between")
    start = _moment(words[opened:], today)
    if not start:
        return None
    took = opened + start[1]
    joined = "".join(words[took : took + 1]) in (("and", "to") if words[0] == "between" else _ENDS)
    end = _moment(words[took + 1 :], today) if joined else None
    if end:
        return _between(start[0].start, end[0].end), took + 1 + end[1]
    return (_between(start[0].start, today), took) if words[0] in ("since", "from") else None


def _moment(words: Sequence[str], today: date) -> Taken | None:
    """A day or a month that is named, the first of it being meant where something is since then."""
    if words and words[0] == "the":
        later = _moment(words[1:], today)
        return (later[0], later[1] + 1) if later else None
    for reader in (_named_day, _written, _day, _month, _quarter, _weekday):
        taken = reader(words, today) if words else None
        if taken:
            return taken
    return None


def _day(words: Sequence[str], today: date) -> Taken | None:
    """`1 oct`, `1st of october`, `october 1`, each with a year or without."""
    kept = [number for number, word in enumerate(words) if word != "of"][:3]
    said = [words[number] for number in kept]
    if len(said) < 2:
        return None
    day, month = _DAY.match(said[0]), _MONTH.get(said[1])
    if not (day and month):
        day, month = _DAY.match(said[1]), _MONTH.get(said[0])
    if not (day and month):
        return None
    dated = len(said) > 2 and _is_year(said[2])
    start = _dated(int(said[2]), month, int(day[1])) if dated else _latest(int(day[1]), month, today)
    return Period(start, start + timedelta(days=1)), kept[2 if dated else 1] + 1


def _month(words: Sequence[str], today: date) -> Taken | None:
    """`october`, `oct 2025`: the latest one that has begun, where no year is named."""
    month = _MONTH.get(words[0])
    if not month:
        return None
    if len(words) > 1 and _is_year(words[1]):
        return month_of(_dated(int(words[1]), month, 1)), 2
    return month_of(_latest(1, month, today)), 1


def _quarter(words: Sequence[str], today: date) -> Taken | None:
    """`q3`, `q3 2025`: the latest one that has begun, where no year is named."""
    found = _QUARTER.match(words[0])
    if not found:
        return None
    month, dated = int(found[1]) * 3 - 2, len(words) > 1 and _is_year(words[1])
    start = _dated(int(words[1]), month, 1) if dated else _latest(1, month, today)
    return Period(start, months_back(start, -3)), 2 if dated else 1


def _is_year(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) == len("2026") and _FIRST <= int(word) <= _LAST


def _dated(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unclear(f"There is no day {day} in that month.", example="cost since 1 oct") from None


def _to_date(words: Sequence[str], today: date) -> Taken | None:
    """`month to date`: what `mtd` is."""
    if list(words[1:3]) != ["to", "date"]:
        return None
    taken = _so_far(("this", words[0]), today)
    return (taken[0], 3) if taken else None


def _weekday(words: Sequence[str], today: date) -> Taken | None:
    """`friday`, `last friday`: the latest one that is over, if only one may be meant."""
    took = 1 + (words[0] == "last")
    name = "".join(words[took - 1 : took])
    if name not in _WEEKDAYS:
        return None
    day = today - timedelta(days=(today.weekday() - _WEEKDAYS.index(name) - 1) % 7 + 1)
    if words[0] == "last" and day >= today - timedelta(days=today.weekday()):
        raise Unclear(f"Is “last {name}” {day}, or the one before? Please write the day.", example=f"cost {day}")
    return Period(day, day + timedelta(days=1)), took


def month(word: str) -> bool:
    """Whether *word* names a month."""
    return word.lower() in _MONTH


def _latest(day: int, month: int, today: date) -> date:
    this_year = _dated(today.year, month, day)
    return this_year if this_year < today else _dated(today.year - 1, month, day)


def _between(start: date, end: date) -> Period:
    if end <= start:
        raise Unclear(f"{start} to {end} holds no complete day.", example="cost last 30d")
    return Period(start, end)


_READERS = (_last, _so_far, _to_date, _since, _named_day, _written, _day, _month, _quarter, _weekday)
