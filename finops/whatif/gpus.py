"""What our own GPUs were measured to do: tokens a second in the time that they worked, and what an hour of one cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finops.period import Period
from finops.question import OURS, Dimension, Filter, Grain, Ledger, Measure, Question, Row
from finops.stamp import LedgerName
from finops.whatif.mix import FEWEST_DAYS

_WORKS, _IDLES, _HOUR = "GPU", "Idle GPU", 3600
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Gpus:
    """Tokens of all classes that a GPU did in a second of the time that it worked, on so many *days*, and what an hour
    of one cost, idle ones included; None where that was not measured."""

    speed: Decimal | None = None
    hourly: Decimal | None = None
    days: int = 0


NOT_SEEN = Gpus()


@dataclass
class _Day:
    """What the GPUs of a day did: hours at work and in all, cost, and the tokens of models of our own."""

    busy: Decimal = _ZERO
    hours: Decimal = _ZERO
    cost: Decimal = _ZERO
    tokens: Decimal = _ZERO


def gpus(ledger: Ledger, period: Period) -> Gpus:
    """What the sources of GPU hours (`prometheus`, `opencost`) and of calls to our own models tell of *period*; a speed
    of the days of which both tell, seven of them at least."""
    days = _days(ledger, period)
    both = [day for day in days.values() if day.busy > 0 and day.tokens > 0]
    paid = [day for day in days.values() if day.hours > 0 and day.cost > 0]
    seconds = sum((day.busy for day in both), _ZERO) * _HOUR
    hours = sum((day.hours for day in paid), _ZERO)
    speed = sum((day.tokens for day in both), _ZERO) / seconds if len(both) >= FEWEST_DAYS else None
    hourly = sum((day.cost for day in paid), _ZERO) / hours if len(paid) >= FEWEST_DAYS else None
    return Gpus(speed, hourly, len(both))


def _days(ledger: Ledger, period: Period) -> Mapping[date | None, _Day]:
    where = (Filter(Dimension.SERVICE, (_WORKS, _IDLES)),)
    used = Question((Measure.GPU_HOURS, Measure.COST), period, (Dimension.SERVICE,), where, grain=Grain.DAY,
                    ledger=LedgerName.BILLED)  # fmt: skip
    calls = Question((Measure.TOKENS,), period, (), OURS, grain=Grain.DAY, ledger=LedgerName.METERED)
    found: dict[date | None, _Day] = {}
    for row in ledger.answer(used).rows:
        _add(found.setdefault(row.day, _Day()), row)
    for row in ledger.answer(calls).rows:
        found.setdefault(row.day, _Day()).tokens += row.values[Measure.TOKENS]
    return found


def _add(day: _Day, row: Row) -> None:
    hours = row.values[Measure.GPU_HOURS]
    day.busy += hours if row.key[Dimension.SERVICE].lower() == _WORKS.lower() else _ZERO
    day.hours += hours
    day.cost += row.values[Measure.COST]
