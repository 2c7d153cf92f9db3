"""What was counted: cost, tokens, requests and one driver, in both periods, of the apps that the driver counts for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from itertools import pairwise

from finops.errors import Unclear
from finops.moving.words import versus
from finops.question import NO_BUSINESS, Answer, Dimension, Filter, Ledger, Measure, Question, Values

_USED = (Measure.COST, Measure.TOKENS, Measure.REQUESTS, Measure.UNPRICED_TOKENS)
_CHAIN = (Measure.COST, Measure.TOKENS, Measure.REQUESTS, Measure.DRIVERS)
_ANY = ("driver", "drivers")


def one(driver: str) -> str:
    """What to call one of them: `tickets_solved` is `ticket solved`."""
    first, *rest = driver.replace("_", " ").split() or [driver]
    return " ".join((_singular(first), *rest))


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def named(typed: str, drivers: tuple[str, ...]) -> str | None:
    """The driver that *typed* means, as it is written, in the singular, or by its beginning; None if there is none."""
    said = typed.lower().replace("-", " ").replace("_", " ")
    business = [each for each in drivers if each not in NO_BUSINESS]
    if said in _ANY and len(business) == 1:
        return business[0]
    exact = {name.lower().replace("_", " "): each for each in drivers for name in (each, one(each))}
    begin = [each for name, each in exact.items() if name.startswith(f"{_singular(said)} ")]
    return exact.get(said) or (begin[0] if len(set(begin)) == 1 else None)


def unknown(typed: str, drivers: tuple[str, ...]) -> Unclear:
    """That *typed* is no driver, with one that is."""
    if not drivers:
        return Unclear("No drivers are counted yet, so there is no cost per one; tell some, or import them.",
                       example="driver add tickets 412")  # fmt: skip
    near = get_close_matches(typed.lower(), drivers, n=1) or [each for each in drivers if each not in NO_BUSINESS]
    meant = (near or list(drivers))[0]
    return Unclear(f"I know no driver “{typed}”. Did you mean {meant}?", example=f"why cost per {one(meant)}")


@dataclass(frozen=True)
class Counted:
    """The sums of both periods, *used* as the ledger answered it, and the number of drivers in each."""

    used: Answer
    now: Values
    before: Values

    def links(self) -> tuple[Measure, ...]:
        """What the tree is made of: cost, then tokens and requests if both periods have any, then drivers."""
        return tuple(each for each in _CHAIN if each in (Measure.COST, Measure.DRIVERS) or self._has(each))

    def _has(self, measure: Measure) -> bool:
        return self.now[measure] > 0 and self.before[measure] > 0

    def unpriced(self) -> bool:
        """Whether no cost is known of all that was used, in one of the periods."""
        return any(sums[Measure.UNPRICED_TOKENS] >= sums[Measure.TOKENS] > 0 >= sums[Measure.COST]
                   for sums in (self.now, self.before))  # fmt: skip


def factors(sums: Values, links: tuple[Measure, ...]) -> list[Fraction]:
    """Each link by the next: their product is the first by the last."""
    return [Fraction(sums[above]) / Fraction(sums[below]) for above, below in pairwise(links)]


def counted(ledger: Ledger, asked: Question, driver: str) -> Counted:
    """The sums of the apps that *driver* counts for (else of its teams, else of everything), from one ledger."""
    compared = replace(asked, versus=versus(asked))
    where = (*asked.where, Filter(Dimension.DRIVER, (driver,)))
    counts = ledger.answer(
        replace(compared, measures=(Measure.DRIVERS,), by=(Dimension.APP, Dimension.TEAM), where=where)
    )
    used = ledger.answer(replace(compared, measures=_USED, by=(), where=(*asked.where, *of_those(counts))))
    return Counted(used, _with(used.total, counts.total), _with(used.previous, counts.previous))


def of_those(counts: Answer) -> tuple[Filter, ...]:
    """What keeps the apps (else the teams) of *counts*, which is by app and team; nothing where one is not named."""
    for cut in (Dimension.APP, Dimension.TEAM):
        names = dict.fromkeys(row.key[cut] for row in counts.rows)
        if names and all(names):
            return (Filter(cut, tuple(names)),)
    return ()


def _with(used: Values | None, counts: Values | None) -> Values:
    nothing: dict[str, Decimal] = dict.fromkeys((*_CHAIN, Measure.UNPRICED_TOKENS), Decimal(0))
    return nothing | dict(used or {}) | dict(counts or {})
