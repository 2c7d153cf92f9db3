"""The grammar that reads words into a Question: `cost by model last 30d team:search vs previous`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches

from finops import when
from finops.errors import Unclear
from finops.naming import leaves, named, parts, split
from finops.period import Period, last_days
from finops.question import Dimension, Filter, Grain, Known, Measure, Question
from finops.stamp import LedgerName

SAME = {"vendor": "provider", "class": "token_class", "tokenclass": "token_class", "application": "app",
         "environment": "env", "teams": "team", "models": "model", "providers": "provider", "keys": "key",
         "apps": "app", "services": "service", "weekdays": "weekday", "day_of_week": "weekday",
         "day_of_the_week": "weekday", "hours": "hour", "hour_of_day": "hour", "hour_of_the_day": "hour"}  # fmt: skip
ENDS = ("top", "bottom")
GRAINS = {"daily": "day", "weekly": "week", "monthly": "month"}
_WEEKS, _MONTHS = 8, 5
_OF_DAYS = frozenset({Measure.BILLED_COST, Measure.DRIVERS, Measure.GPU_HOURS})
_FILLERS = frozenset({"in", "for", "of", "on", "the", "and", "please", "during"})


@dataclass(frozen=True)
class _Reading:
    """How far the words have been read."""

    question: Question
    known: Known
    today: date
    dated: bool = False
    compares: str = ""
    against: Period | None = None


Reader = Callable[[_Reading, Sequence[str]], tuple[_Reading, int] | None]


def question(words: str, measures: tuple[Measure, ...], known: Known, today: date, *, example: str) -> Question:
    """What *words* ask about *measures*; Unclear says what was not understood, the nearest meaning and *example*."""
    reading = _Reading(Question(measures, last_days(30, today)), known, today)
    rest = split(words)
    while rest:
        reading, took = _next(reading, rest, example)
        rest = rest[took:]
    return _by_hour(_compared(reading))


def _next(reading: _Reading, rest: Sequence[str], example: str) -> tuple[_Reading, int]:
    if rest[0].lower() in _FILLERS:
        return reading, 1
    for reader in _READERS:
        taken = reader(reading, rest)
        if taken:
            return taken
    raise _unknown_word(rest[0], reading.known, example)


def _by(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    if rest[0].lower() not in ("by", "per"):
        return None
    if len(rest) < 2:
        raise Unclear(f"“{rest[0]}” needs to know what to cut by.", example="cost by model")
    asked = reading.question
    for name in filter(None, map(str.strip, rest[1].lower().split(","))):
        if GRAINS.get(name, name) in list(Grain):
            asked = _stepped(asked, Grain(GRAINS.get(name, name)))
        else:
            asked = replace(asked, by=_with(asked.by, dimension(name)))
    return replace(reading, question=asked), 2


def _stepped(asked: Question, grain: Grain) -> Question:
    if asked.grain not in (None, grain):
        raise Unclear(f"By {asked.grain} and by {grain}? Please name one.", example=f"cost by {grain} last 3 months")
    return replace(asked, grain=grain)


def _with(by: tuple[Dimension, ...], more: Dimension) -> tuple[Dimension, ...]:
    if len(by) == 2 and more not in by:
        raise Unclear("A figure can be cut by two things at most.", example="cost by team,model")
    return by if more in by else (*by, more)


def dimension(name: str) -> Dimension:
    """The dimension that *name* means; Unclear with the nearest one."""
    name = SAME.get(name.replace("-", "_"), name.replace("-", "_"))
    if name in list(Dimension):
        return Dimension(name)
    near = get_close_matches(name, [d.value for d in Dimension], n=1)
    hint = f" Did you mean {near[0]}?" if near else f" I know {', '.join(Dimension)}."
    raise Unclear(f"I can't cut by “{name}”.{hint}", example=f"cost by {near[0] if near else 'model'}")


def _grain(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    grain = GRAINS.get(rest[0].lower())
    if not grain:
        return None
    return replace(reading, question=_stepped(reading.question, Grain(grain))), 1


def _period(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    taken = when.period(rest, reading.today)
    if not taken:
        return None
    if reading.dated:
        raise Unclear("I read two periods in that; please name one.", example="cost last 30d vs previous")
    return replace(reading, question=replace(reading.question, period=taken[0]), dated=True), taken[1]


def _where(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    name, colon, value = rest[0].partition(":")
    if not colon or not value:
        return None
    cut = dimension(name.removeprefix("-").lower())
    values = tuple(named(cut, each, reading.known) for each in parts(value))
    kept = Filter(cut, values, name.startswith("-"))
    where = (*reading.question.where, kept)
    if not values or not leaves(where, cut, reading.known):
        raise Unclear(f"“{rest[0]}” leaves nothing to ask about.", example=f"cost by {cut} last 30d")
    return replace(reading, question=replace(reading.question, where=where)), 1


def _versus(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    if rest[0].lower() not in ("vs", "versus", "against"):
        return None
    said = [word.lower() for word in rest[1:3]]
    budget = said[:1] in (["budget"], ["budgets"])
    if reading.compares or reading.against or (reading.question.budgeted and not budget):
        raise Unclear("I read two comparisons in that; please name one.", example="cost last 30d vs previous")
    if budget:
        return replace(reading, question=replace(reading.question, budgeted=True)), 2
    for name in ("previous", "last year", "last month", "last week"):
        spans = name == "previous" and said[1:] and said[1][0].isdecimal()
        if said[: len(name.split())] == name.split() and not spans:
            return replace(reading, compares=name), 1 + len(name.split())
    taken = when.period(rest[1:], reading.today)
    if taken:
        return replace(reading, against=taken[0]), 1 + taken[1]
    raise Unclear("I can compare with the previous period, last week, last month, last year, a period or the budget.",
                  example="cost by model last 30d vs previous")  # fmt: skip


def _top(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    end = rest[0].lower()
    if end not in ENDS:
        return None
    if len(rest) < 2 or not re.fullmatch("[0-9]{1,3}", rest[1]) or not 0 < int(rest[1]) <= 100:
        raise Unclear(f"“{end}” needs a number from 1 to 100.", example=f"cost by model {end} 10")
    if reading.question.top:
        raise Unclear("I read “top” or “bottom” twice in that; please name one.", example="cost by model top 10")
    return replace(reading, question=replace(reading.question, top=int(rest[1]), least=end == "bottom")), 2


def _cumulative(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    if rest[0].lower() != "cumulative":
        return None
    return replace(reading, question=replace(reading.question, cumulative=True)), 1


def _shares(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    if rest[0].lower() not in ("share", "shares"):
        return None
    return replace(reading, question=replace(reading.question, shares=True)), 1


def _ledger(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    if rest[0].lower() not in list(LedgerName):
        return None
    ledger = LedgerName(rest[0].lower())
    if reading.question.ledger not in (None, ledger):
        raise Unclear("Billed and metered are never added; please name one.", example="cost by model last 30d billed")
    return replace(reading, question=replace(reading.question, ledger=ledger)), 1


def _compared(reading: _Reading) -> Question:
    period, back = _spanned(reading), reading.compares
    asked = replace(reading.question, period=period)
    if asked.cumulative:
        asked = replace(asked, grain=asked.grain or Grain.DAY)
    if reading.against == period:
        raise Unclear(f"That compares {period} with itself.", example="cost last 30d vs previous")
    if not back:
        return replace(asked, versus=reading.against)
    return replace(asked, versus=period.before if back == "previous" else _shifted(period, back))


def _by_hour(asked: Question) -> Question:
    """*asked*, if what it asks of hours is told with the time of day."""
    if not asked.hourly:
        return asked
    if asked.ledger is LedgerName.BILLED or {*asked.measures} & _OF_DAYS:
        what = "A bill tells" if asked.ledger is LedgerName.BILLED else "Drivers and GPU hours are told by"
        raise Unclear(f"{what} days, no hours; but I can cut by weekday.", example="cost by weekday last 4 weeks")
    if asked.grain or asked.budgeted:
        raise Unclear("Hours are told without steps of time or budgets.", example="cost by hour,weekday last 4 weeks")
    return asked


def _spanned(reading: _Reading) -> Period:
    """The period that was named; else thirty days, or as many whole weeks or months as make a picture, and this one."""
    grain, today = reading.question.grain, reading.today
    if reading.dated or grain not in (Grain.WEEK, Grain.MONTH):
        return reading.question.period
    yesterday = today - timedelta(days=1)
    if grain is Grain.MONTH:
        return Period(when.months_back(yesterday.replace(day=1), _MONTHS), today)
    return Period(yesterday - timedelta(days=yesterday.weekday() + 7 * _WEEKS), today)


def _shifted(period: Period, back: str) -> Period:
    """The same days a week, a month or a year earlier; whole months shift by whole months, and other days to the same
    weekdays of last year."""
    months = {"last month": 1, "last year": 12}.get(back, 0)
    if months and period.start.day == period.end.day == 1:
        return Period(when.months_back(period.start, months), when.months_back(period.end, months))
    if back == "last month":
        last = period.start.replace(day=1) - timedelta(days=1)
        first = last.replace(day=min(period.start.day, last.day))
        return Period(first, first + timedelta(days=period.days))
    days = 7 if back == "last week" else 364
    return Period(period.start - timedelta(days=days), period.end - timedelta(days=days))


def _unknown_word(word: str, known: Known, example: str) -> Unclear:
    for cut in (Dimension.TEAM, Dimension.MODEL, Dimension.APP, Dimension.PROVIDER, Dimension.KEY):
        lower = {value.lower(): value for value in known.values.get(cut, ()) if value}
        near = get_close_matches(word.lower(), lower, n=1, cutoff=0.75)
        if near:
            meant = f"{cut}:{lower[near[0]]}"
            return Unclear(
                f"I don't know “{word}”. Did you mean {meant}?", example=f"{example.split()[0]} {meant} last 30d"
            )
    return Unclear(f"I don't understand “{word}”.", example=example)


_READERS: tuple[Reader, ...] = (_by, _grain, _versus, _top, _cumulative, _shares, _ledger, _where, _period)
