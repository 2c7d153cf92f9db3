"""The two sides: what bill and meter say of each provider, brought to the same names of providers and models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from finops.batch import Dataset
from finops.charge import TokenClass
from finops.period import Period
from finops.question import AI_USED, Answer, Dimension, Ledger, Measure, Question, Row
from finops.stamp import LedgerName, Stamp
from finops.vendors import vendor

_KINDS: Mapping[str, str] = {TokenClass.REASONING: TokenClass.OUTPUT, TokenClass.CACHE_WRITE_1H: TokenClass.CACHE_WRITE}
_DATED = re.compile(r"[-@](20\d{2})-?(\d{2})-?(\d{2})$")
_BY = (Dimension.PROVIDER, Dimension.MODEL, Dimension.TOKEN_CLASS, Dimension.KEY)
_ON_THE_BILL = (*_BY, Dimension.CHARGE_CATEGORY, Dimension.CHARGE_CLASS)


@dataclass(frozen=True)
class Line:
    """What one side says of a model's tokens of one kind; nothing said is an empty text. *charge* is the FOCUS charge
    category and class, *listed* the amount at list price."""

    model: str
    kind: str
    key: str
    cost: Decimal
    tokens: Decimal
    listed: Decimal = Decimal(0)
    unpriced: Decimal = Decimal(0)
    charge: tuple[str, str] = ("usage", "")


@dataclass(frozen=True)
class Sides:
    """One *provider* on both sides."""

    provider: str
    billed: tuple[Line, ...] = ()
    metered: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Compared:
    """Every provider on both sides in *period*, and the stamps of bill and meter."""

    period: Period
    sides: tuple[Sides, ...]
    billed: Stamp
    metered: Stamp
    question: Question


def compared(ledger: Ledger, period: Period) -> Compared:
    """Bill and meter of *period*, from the first day to the last that both know: what only one knows is no gap."""
    period = Period(_begun(ledger, period), period.end)
    billed, metered = _answers(ledger, period)
    ends = [answer.stamp.until for answer in (billed, metered) if answer.rows and answer.stamp.until]
    if len(ends) == 2 and min(ends) < max(ends):
        period = Period(period.start, min(ends) + timedelta(days=1))
        billed, metered = _answers(ledger, period)
    return Compared(period, tuple(_sides(billed, metered)), _alone(billed), _alone(metered), billed.question)


def _alone(answer: Answer) -> Stamp:
    """Its stamp; what only the other side knows is told line by line."""
    return replace(answer.stamp, absent=())


def _begun(ledger: Ledger, period: Period) -> date:
    """The first day of *period* on which both ledgers had begun: nothing is untracked before anything was metered."""
    fresh = ledger.freshness()
    first = [min((each.first_day for each in fresh if each.dataset == kind), default=None)
             for kind in (Dataset.CHARGES, Dataset.REQUESTS)]  # fmt: skip
    begun = [day for day in first if day]
    return min(max(period.start, *begun), period.last) if len(begun) == len(first) else period.start


def _answers(ledger: Ledger, period: Period) -> tuple[Answer, Answer]:
    bill = Question((Measure.COST, Measure.LIST_COST, Measure.TOKENS), period, _ON_THE_BILL, AI_USED,
                    ledger=LedgerName.BILLED)  # fmt: skip
    meter = Question((Measure.COST, Measure.TOKENS, Measure.UNPRICED_TOKENS), period, _BY, AI_USED,
                     ledger=LedgerName.METERED)  # fmt: skip
    return ledger.answer(bill), ledger.answer(meter)


@dataclass
class _Found:
    """The lines of a vendor as they come; the bill's name for it counts."""

    name: str = ""
    billed: list[Line] = field(default_factory=list)
    metered: list[Line] = field(default_factory=list)


def _sides(billed: Answer, metered: Answer) -> Iterable[Sides]:
    found: dict[str, _Found] = {}
    for row in billed.rows:
        side = found.setdefault(vendor(row.key[Dimension.PROVIDER]), _Found())
        side.name = side.name or row.key[Dimension.PROVIDER]
        side.billed.append(_billed(row))
    for row in metered.rows:
        side = found.setdefault(vendor(row.key[Dimension.PROVIDER]), _Found())
        side.name = side.name or row.key[Dimension.PROVIDER]
        side.metered.append(_metered(row))
    for side in sorted(found.values(), key=lambda each: each.name.lower()):
        yield Sides(side.name or "no provider", tuple(side.billed), tuple(_named(side.metered, side.billed)))


def _billed(row: Row) -> Line:
    charge = (row.key[Dimension.CHARGE_CATEGORY].lower() or "usage", row.key[Dimension.CHARGE_CLASS].lower())
    return replace(_line(row), listed=row.values[Measure.LIST_COST], charge=charge)


def _metered(row: Row) -> Line:
    return replace(_line(row), unpriced=row.values[Measure.UNPRICED_TOKENS])


def _line(row: Row) -> Line:
    kind = row.key[Dimension.TOKEN_CLASS]
    said = (row.key[Dimension.MODEL], _KINDS.get(kind, kind), row.key[Dimension.KEY])
    return Line(*said, row.values[Measure.COST], row.values[Measure.TOKENS])


def _named(metered: Iterable[Line], billed: Iterable[Line]) -> Iterable[Line]:
    """The *metered* lines under the bill's names for their models."""
    names = {line.model: _bare(line.model) for line in billed if line.model}
    return (replace(line, model=_on_the_bill(line.model, names)) for line in metered)


def _on_the_bill(model: str, names: Mapping[str, str]) -> str:
    """The bill's name for *model*: its own, the same without a date, or (a deployment that is named after its model)
    the longest one that it ends with; else its own still."""
    if not model or model in names:
        return model
    bare = _bare(model)
    same = [name for name, known in names.items() if known == bare]
    ends = [name for name, known in names.items() if bare.endswith(f"-{known}")]
    return min(same) if same else max(ends, key=len, default=model)


def _bare(model: str) -> str:
    return _DATED.sub("", model)
