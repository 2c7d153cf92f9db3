"""A reconciliation as a report: who billed how much more or less than was metered, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from finops.money import Money
from finops.period import Period
from finops.reconciling.gap import Gap, Reason, gap, together
from finops.reconciling.sides import Compared
from finops.report import Figures, Note, Part, Report, Share, Table, Text, Tone, say

NOTICED = Decimal("0.01")
_WIDE, _MOST = Decimal("0.03"), 12
_SAID = {
    Reason.UNTRACKED: "untracked, never metered",
    Reason.UNBILLED: "unbilled, only metered",
    Reason.UNPRICED: "metered without a price",
    Reason.PRICE: "another price a token",
}
_SHADOW = "Untracked usage did not come through the gateway: look for keys that go around it."


def gaps(found: Compared) -> tuple[Gap, ...]:
    """The gap of each provider, the largest first."""
    return tuple(sorted(map(gap, found.sides), key=lambda each: -abs(each.amount)))


def report(found: Compared, asked: Period) -> Report:
    """*found* in the period that was *asked* for; where one ledger knows nothing, there is nothing to compare."""
    known, title = gaps(found), f"Reconciliation, {asked}"
    lacking = nothing(found, title)
    if lacking:
        return lacking
    wide = any(each.share is None or abs(each.share) > _WIDE for each in known)
    return Report(
        title,
        _verdict(known, found),
        _parts(known, found, asked),
        _details(known, found),
        found.billed,
        tone=Tone.WARNING if wide else Tone.GOOD,
        figures=_figures(found, known),
        beside=found.metered,
    )


def nothing(found: Compared, title: str) -> Report | None:
    """What is said where one ledger knows nothing; None where there is something to compare."""
    lacking = [name for name, each in (("billed", found.billed), ("metered", found.metered)) if not each.until]
    if found.sides and not lacking:
        return None
    text = f"Nothing to compare {found.period.within}: nothing {' or '.join(lacking) or 'of AI'} is known."
    return Report(title, say(text), stamp=found.billed, beside=found.metered, figures=_figures(found, ()))


def beside(known: Sequence[Gap], currency: str) -> Table:
    """Metered and billed of each provider, and the gap."""
    rows = tuple((say(each.provider), *(say(_said(amount, currency)) for amount in (
        each.metered, each.billed, each.amount)), _share(each)) for each in known)  # fmt: skip
    return Table(("Provider", "Metered", "Billed", "Billed above metered", "Metered on billed"), rows)


def _share(each: Gap) -> Text:
    return say("no bill") if each.share is None else say(Share(each.share, signed=True))


def _verdict(known: Sequence[Gap], found: Compared) -> Text:
    first, currency = known[0], found.billed.currency
    if not round(first.amount, 2):
        return say(f"Billed is what was metered {found.period.within}, at every provider.")
    where = "above" if first.amount > 0 else "below"
    start = say(f"{first.provider} billed ", Money(abs(first.amount), currency), f" {where} what was metered ",
                f"{found.period.within} (", _said(first.billed, currency), " against ", _said(first.metered, currency),
                ")")  # fmt: skip
    reason = max(first.reasons, key=lambda each: abs(first.reasons[each]))
    because = say(", above all ", Money(first.reasons[reason], currency), f" {reason}")
    others = [each.provider for each in known[1:] if each.share is None or abs(each.share) > NOTICED]
    return (
        *start,
        *because,
        f"; {' and '.join(others)} differ{'s' if len(others) == 1 else ''}, too." if others else ".",
    )


def _said(amount: Decimal, currency: str) -> Money:
    return Money(round(amount, 2), currency)


def _parts(known: Sequence[Gap], found: Compared, asked: Period) -> tuple[Part, ...]:
    currency = found.billed.currency
    rows = tuple((say(each.provider), say(_SAID.get(reason, reason)), say(_said(amount, currency)))
                 for each in known for reason, amount in each.reasons.items() if round(amount, 2))  # fmt: skip
    why = (Table(("Provider", "What explains the gap", "Amount"), rows),) if rows else ()
    notes = [say(_days(found.period, asked))] if found.period != asked else []
    notes += [say(_SHADOW)] if any(round(each.reasons.get(Reason.UNTRACKED, Decimal(0)), 2) for each in known) else []
    return (beside(known, currency), *why, *map(Note, notes))


def _days(period: Period, asked: Period) -> str:
    first, last = (f"{day.day} {day:%B}" for day in (period.start, period.last))
    if period.start == asked.start:
        return f"Compared up to {last}, the last day that both know."
    return f"Compared from {first} to {last}, the days that both know."


def _details(known: Sequence[Gap], found: Compared) -> tuple[Part, ...]:
    """Whose the reasons are, and the keys that no gateway knows."""
    currency = found.billed.currency
    models = [(each.provider, str(reason), model or "no model", amount)
              for each in known for (reason, model), amount in each.models.items()]  # fmt: skip
    keys = [(each.provider, key, amount) for each in known for key, amount in each.strangers.items()]
    tables = (_largest(("Provider", "Reason", "Model", "Amount"), models, currency),
              _largest(("Provider", "Key that is not metered", "At list price"), keys, currency))  # fmt: skip
    return tuple(table for table in tables if table.rows)


def _largest(columns: tuple[str, ...], every: Iterable[tuple[*tuple[str, ...], Decimal]], currency: str) -> Table:
    told = sorted((each for each in every if round(each[-1], 2)), key=lambda each: -abs(each[-1]))[:_MOST]
    return Table(columns, tuple((*map(say, names), say(_said(amount, currency))) for *names, amount in told))


def _figures(found: Compared, known: Sequence[Gap]) -> Figures:
    rows = [(_key(each, name), value) for each in known for name, value in _values(each).items()]
    return Figures(found.question, tuple(rows), together(known), found.billed.currency)


def _values(each: Gap) -> Mapping[str, Decimal]:
    return {"metered": each.metered, "billed": each.billed, "gap": each.amount} | {
        str(reason): each.reasons.get(reason, Decimal(0)) for reason in Reason}  # fmt: skip


def _key(each: Gap, part: str) -> Mapping[str, str]:
    return {"provider": each.provider, "part": part}
