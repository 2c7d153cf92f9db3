"""The gap between bill and meter of one provider, and its reasons, which add up to it to the last digit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from finops.reconciling.sides import Line, Sides

_FINEST, _EXACT = Decimal("1e-18"), 90
_USAGE, _CORRECTION = "usage", "correction"
_PLAIN = (_USAGE, "")


class Reason(StrEnum):
    """What explains a part of a gap: first what differs at list price, then what the bill does with that."""

    UNTRACKED = "untracked"
    UNBILLED = "unbilled"
    UNPRICED = "unpriced"
    PRICE = "price"
    CORRECTION = "correction"
    DISCOUNT = "discount"
    CREDIT = "credit"
    TAX = "tax"
    OTHER = "other charges"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Gap:
    """What *provider* billed beside what was metered; *reasons* add up to the difference, *models* say whose the
    reasons are that have a model, *strangers* which keys on the bill never called through the gateway, with their usage
    at list price."""

    provider: str
    billed: Decimal
    metered: Decimal
    reasons: Mapping[Reason, Decimal]
    models: Mapping[tuple[Reason, str], Decimal]
    strangers: Mapping[str, Decimal]

    @property
    def amount(self) -> Decimal:
        """By how much the bill is above the meter."""
        with localcontext(prec=_EXACT):
            return self.billed - self.metered

    @property
    def share(self) -> Decimal | None:
        """The reconciliation gap: (metered - billed) / billed; None without a bill."""
        return -self.amount / self.billed if self.billed else None


def gap(sides: Sides) -> Gap:
    """The gap of one provider, explained."""
    with localcontext(prec=_EXACT):
        billed, metered = _sum(each.cost for each in sides.billed), _sum(each.cost for each in sides.metered)
        models = {key: amount for key, amount in _by_model(sides).items() if amount}
        reasons = dict.fromkeys(Reason, Decimal(0)) | _charged(sides.billed)
        for (reason, _), amount in models.items():
            reasons[reason] += amount
        reasons[Reason.UNEXPLAINED] += billed - metered - _sum(reasons.values())
        told = {each: amount for each, amount in reasons.items() if amount}
        return Gap(sides.provider, billed, metered, told, models, _strangers(sides))


def together(gaps: Iterable[Gap]) -> Decimal:
    """What the bills are above the meter in all."""
    with localcontext(prec=_EXACT):
        return _sum(each.amount for each in gaps)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _charged(billed: Sequence[Line]) -> dict[Reason, Decimal]:
    """What is on the bill besides usage at list price; a correction counts at list price, as usage does."""
    found: dict[Reason, Decimal] = defaultdict(Decimal)
    for line in billed:
        category, restates = line.charge
        if category == _USAGE:
            found[Reason.DISCOUNT] += line.cost - line.listed
        if restates == _CORRECTION:
            found[Reason.CORRECTION] += line.listed if category == _USAGE else line.cost
        elif category != _USAGE:
            named = {"tax": Reason.TAX, "credit": Reason.CREDIT}
            found[named.get(category, Reason.OTHER)] += line.cost
    return found


def _strangers(sides: Sides) -> Mapping[str, Decimal]:
    """None where bill and meter name no key in common: a gateway's own keys are not those of the provider."""
    theirs = {line.key for line in sides.metered if line.key}
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in sides.billed:
        if line.key and line.charge == _PLAIN:
            found[line.key] += line.listed
    return {key: amount for key, amount in found.items() if key not in theirs} if theirs & found.keys() else {}


def _by_model(sides: Sides) -> Mapping[tuple[Reason, str], Decimal]:
    """Usage at list price against the meter, model by model."""
    used = [line for line in sides.billed if line.charge == _PLAIN]
    blind = not any(line.model for line in used) or not any(line.model for line in sides.metered)
    whole = used and sides.metered and blind
    found: dict[tuple[Reason, str], Decimal] = defaultdict(Decimal)
    for model in sorted({line.model for line in (*used, *sides.metered)} if not whole else {""}):
        ours = [line for line in used if whole or line.model == model]
        theirs = [line for line in sides.metered if whole or line.model == model]
        for reason, amount in _of_model(ours, theirs):
            found[reason, model] += amount
    return found


def _of_model(billed: Sequence[Line], metered: Sequence[Line]) -> Iterable[tuple[Reason, Decimal]]:
    """What one side says alone is untracked or unbilled; of what both say, kind by kind of tokens where both know
    them."""
    if not metered:
        yield Reason.UNTRACKED, _sum(line.listed for line in billed)
    elif not billed:
        yield Reason.UNBILLED, -_sum(line.cost for line in metered)
    elif _knows_kinds(billed) and _knows_kinds(metered):
        for kind in sorted({line.kind for line in (*billed, *metered)}):
            yield from _of_kind([x for x in billed if x.kind == kind], [x for x in metered if x.kind == kind])
    else:
        yield from _of_kind(billed, metered)


def _knows_kinds(lines: Sequence[Line]) -> bool:
    """Whether there are tokens, and of all of them it is said of what kind they are."""
    counted = [line for line in lines if line.tokens]
    return bool(counted) and all(line.kind for line in counted)


def _of_kind(billed: Sequence[Line], metered: Sequence[Line]) -> Iterable[tuple[Reason, Decimal]]:
    """More tokens on the bill are untracked, at the bill's list price; more at the meter unbilled, at the meter's;
    the rest is the price of the same tokens, where there are such."""
    listed, cost = _sum(line.listed for line in billed), _sum(line.cost for line in metered)
    ours, theirs = _sum(line.tokens for line in billed), _sum(line.tokens for line in metered)
    unpriced = min(_sum(line.unpriced for line in metered), ours, theirs)
    if ours <= 0 and listed:  # an amount without tokens: beside the meter's it cannot be compared
        yield Reason.UNEXPLAINED if cost or theirs else Reason.UNTRACKED, listed - cost
        return
    known = [(Reason.UNTRACKED, _share(listed, ours - theirs, ours)),
             (Reason.UNBILLED, -_share(cost, theirs - ours, theirs)),
             (Reason.UNPRICED, _share(listed, unpriced, ours))]  # fmt: skip
    yield from known
    yield Reason.PRICE, listed - cost - _sum(amount for _, amount in known)


def _share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """What *part* of the *whole* tokens is worth of their *amount*."""
    return (amount * part / whole).quantize(_FINEST) if part > 0 and whole > 0 else Decimal(0)
