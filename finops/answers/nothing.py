"""Nothing: what is said where there are no figures, and why: no data then, another time, or what leaves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from finops.answers.figure import Figure
from finops.asked import LICENSED
from finops.period import Period
from finops.question import Filter, Grain, Ledger, Question
from finops.stamp import LedgerName


def beyond(period: Period, days: Period | None) -> bool:
    """Whether *period* lies before or after the *days* that are known."""
    return days is not None and (period.end <= days.start or period.start >= days.end)


def said(asked: Question, figure: Figure, days: Period | None, ledger: Ledger | None) -> str:
    """That there is nothing, and why, as far as *ledger* can tell; of parts only, what would give it."""
    where = [each for each in asked.where if each not in LICENSED.values()]
    whose = f"for {' and '.join(map(_named, where))} " if where else ""
    text = f"No {figure.lowered} {whose}{asked.period.within}."
    if days and beyond(asked.period, days):
        return text + _known(asked.period, days)
    told = _elsewhere(asked, days, ledger) if days and ledger and where and asked.measures else ""
    return text + (told or figure.hint)


def _known(period: Period, days: Period) -> str:
    """Where the data lie."""
    return f" Data start on {_day(days.start)}." if period.end <= days.start else f" Data end on {_day(days.last)}."


def _elsewhere(asked: Question, days: Period, ledger: Ledger) -> str:
    """When there was some of it, and which filter alone leaves nothing."""
    told = () if asked.hourly else _told(asked, days, ledger)
    return _nearest(told, asked.period) + _culprits(asked, ledger, never=not told and not asked.hourly)


def _told(asked: Question, days: Period, ledger: Ledger) -> Sequence[date]:
    """The days on which there is any of it, in either ledger if none was named."""
    ledgers = (asked.ledger,) if asked.ledger else tuple(LedgerName)
    daily = Question(asked.measures, days, where=asked.where, grain=Grain.DAY, zone=asked.zone)
    rows = [row for each in ledgers for row in ledger.answer(replace(daily, ledger=each)).rows]
    return sorted(row.day for row in rows if row.day)


def _nearest(told: Sequence[date], period: Period) -> str:
    before, after = [day for day in told if day < period.start], [day for day in told if day >= period.end]
    if before:
        return f" The last before was on {_day(before[-1])}."
    return f" The first is on {_day(after[0])}." if after else ""


def _culprits(asked: Question, ledger: Ledger, *, never: bool) -> str:
    """Which of several filters leave nothing by themselves; of one only whether it ever leaves anything."""
    where = [each for each in asked.where if each not in LICENSED.values()]
    if len(where) == 1:
        return " There never was any." if never else ""
    alone = replace(asked, by=(), grain=None, versus=None, top=None)
    rest = tuple(each for each in asked.where if each not in where)
    empty = [each for each in where if not ledger.answer(replace(alone, where=(each, *rest))).rows]
    if not empty:
        return " Each of them alone has some, but not together."
    return f" By itself, too, there is none for {' or '.join(map(_named, empty))}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _named(each: Filter) -> str:
    what = each.dimension.replace("_", " ")
    named = f"{what} {' or '.join(each.values)}" if all(each.values) else f"no {what}"
    return f"all but {named}" if each.negated else named
