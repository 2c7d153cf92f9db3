"""Words of reports on what moved: by how much, what of it each part made, and the way as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from finops.asked import filtered
from finops.money import Money
from finops.period import Period
from finops.question import Question
from finops.report import Bars, Share, Start, Table, Text, say

Part = tuple[str, Decimal]
_WIDE = 90


def difference(now: Decimal, before: Decimal) -> Decimal:
    """What was added, exactly."""
    with localcontext(prec=_WIDE):
        return now - before


def versus(asked: Question) -> Period:
    """What is compared with: the period of the same length before, where nothing else is named."""
    return asked.versus or asked.period.before


def titled(what: str, asked: Question) -> str:
    """What is told, of when, and of whom: `Why cost moved, October 2026, team:search`."""
    return ", ".join((what, f"{asked.period}", *map(filtered, asked.where)))


def moved(before: Decimal, now: Decimal, currency: str) -> Text:
    """`rose 18 %`; from nothing, or from a credit, there are no per cents."""
    verb = "rose" if now > before else "fell"
    return (
        say(f"{verb} ", Share(abs(now / before - 1))) if before > 0 else say(f"{verb} from ", Money(before, currency))
    )


def each(parts: Sequence[Part], before: Decimal, currency: str) -> Text:
    """What each part made, in per cent of what was before, so that they add up to the whole move; else as amounts."""
    said = [piece for name, amount in parts for piece in (", ", f"{name} ", *_made(amount, before, currency))]
    return tuple(said[1:])


def _made(amount: Decimal, before: Decimal, currency: str) -> Text:
    return say(Share(amount / before, signed=amount != 0)) if before > 0 else signed(amount, currency)


def signed(amount: Decimal, currency: str) -> Text:
    """An amount with its sign."""
    return say("+" if amount > 0 else "", Money(amount, currency))


def waterfall(title: str, parts: Sequence[Part], before: Decimal, asked: Question, currency: str, about: str) -> Bars:
    """The way from *before* by its parts."""
    return Bars(title, tuple(parts), currency, about=about,
                start=Start(f"{versus(asked)}", before, f"{asked.period}"))  # fmt: skip


def table(parts: Sequence[Part], before: Decimal, now: Decimal, currency: str) -> Table:
    """The parts exactly, with what was, and what it came to."""
    rows = [(say(name), *_cells(amount, before, currency)) for name, amount in parts]
    whole = difference(now, before)
    return Table(("Reason", "Moved it by", "That is"), (*rows, (say("Together"), *_cells(whole, before, currency))))


def _cells(amount: Decimal, before: Decimal, currency: str) -> tuple[Text, Text]:
    share = say(Share(amount / before, signed=True)) if before > 0 else say("new")
    return say(Money(amount, currency)), share
