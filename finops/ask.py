"""The grammar that reads words into a Question: `cost by model last 30d team:search vs previous`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches

from finops import when
from finops.errors import Unclear
from finops.period import Period, last_days
from finops.question import Dimension, Filter, Grain, Known, Measure, Question
from finops.stamp import LedgerName

_SAME = {"vendor": "provider", "class": "token_class", "tokenclass": "token_class", "application": "app",
         "environment": "env", "teams": "team", "models": "model", "providers": "provider", "keys": "key",
         "apps": "app", "services": "service"}  # fmt: skip
_GRAINS = {"daily": "day", "weekly": "week", "monthly": "month"}
_WEEKS, _MONTHS = 8, 5
_FILLERS = frozenset({"in", "for", "of", "on", "the", "and", "please", "during"})


@dataclass(frozen=True)
class _Reading:
    """How far the words have been read."""

    question: Question
    known: Known
    today: date
    dated: bool = False
    compares: str = ""


Reader = Callable[[_Reading, Sequence[str]], tuple[_Reading, int] | None]


def question(words: str, measures: tuple[Measure, ...], known: Known, today: date, *, example: str) -> Question:
    """What *words* ask about *measures*; Unclear says what was not understood, the nearest meaning and *example*."""
    reading = _Reading(Question(measures, last_days(30, today)), known, today)
    rest = words.replace(", ", ",").split()
    while rest:
        reading, took = _next(reading, rest, example)
        rest = rest[took:]
    return _compared(reading)


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
    for name in filter(None, rest[1].lower().split(",")):
        if _GRAINS.get(name, name) in list(Grain):
            asked = replace(asked, grain=Grain(_GRAINS.get(name, name)))
        else:
            asked = replace(asked, by=_with(asked.by, dimension(name)))
    return replace(reading, question=asked), 2


def _with(by: tuple[Dimension, ...], more: Dimension) -> tuple[Dimension, ...]:
    if len(by) == 2 and more not in by:
        raise Unclear("A figure can be cut by two things at most.", example="cost by team,model")
    return by if more in by else (*by, more)


def dimension(name: str) -> Dimension:
    """The dimension that *name* means; Unclear with the nearest one."""
    name = _SAME.get(name.replace("-", "_"), name.replace("-", "_"))
    if name in list(Dimension):
        return Dimension(name)
    near = get_close_matches(name, [d.value for d in Dimension], n=1)
    hint = f" Did you mean {near[0]}?" if near else f" I know {', '.join(Dimension)}."
    raise Unclear(f"I can't cut by “{name}”.{hint}", example=f"cost by {near[0] if near else 'model'}")


def _grain(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    grain = _GRAINS.get(rest[0].lower())
    if not grain:
        return None
    return replace(reading, question=replace(reading.question, grain=Grain(grain))), 1


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
    values = tuple(_value(cut, each, reading.known) for each in value.split(",") if each)
    kept = (*reading.question.where, Filter(cut, values, name.startswith("-")))
    return replace(reading, question=replace(reading.question, where=kept)), 1


def _value(cut: Dimension, value: str, known: Known) -> str:
    there = known.values.get(cut, ())
    lower = {each.lower(): each for each in there}
    if "*" in value or value.lower() in lower or not there:
        return lower.get(value.lower(), value)
    near = get_close_matches(value.lower(), lower, n=1, cutoff=0.5)
    if not near:
        raise Unclear(f"I don't know {cut} “{value}”.", example=f"cost by {cut} last 30d")
    meant = lower[near[0]]
    raise Unclear(
        f"I don't know “{value}”. Did you mean {cut} {meant}?", example=f"cost by model {cut}:{meant} last 30d"
    )


def _versus(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    if rest[0].lower() not in ("vs", "versus", "against"):
        return None
    said = [word.lower() for word in rest[1:3]]
    for name in ("previous", "last year", "last month", "last week"):
        if said[: len(name.split())] == name.split():
            return replace(reading, compares=name), 1 + len(name.split())
    raise Unclear("I can compare with the previous period, last week, last month or last year.",
                  example="cost by model last 30d vs previous")  # fmt: skip


def _top(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    if rest[0].lower() != "top":
        return None
    if len(rest) < 2 or not rest[1].isdigit() or not 0 < int(rest[1]) <= 100:
        raise Unclear("“top” needs a number from 1 to 100.", example="cost by model top 10")
    return replace(reading, question=replace(reading.question, top=int(rest[1]))), 2


def _ledger(reading: _Reading, rest: Sequence[str]) -> tuple[_Reading, int] | None:
    if rest[0].lower() not in list(LedgerName):
        return None
    asked = replace(reading.question, ledger=LedgerName(rest[0].lower()))
    return replace(reading, question=asked), 1


def _compared(reading: _Reading) -> Question:
    period, back = _spanned(reading), reading.compares
    asked = replace(reading.question, period=period)
    if not back:
        return asked
    return replace(asked, versus=period.before if back == "previous" else _shifted(period, back))


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


_READERS: tuple[Reader, ...] = (_by, _grain, _versus, _top, _ledger, _where, _period)
