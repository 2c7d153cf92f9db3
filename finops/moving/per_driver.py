"""The KPI tree: cost per driver = price × tokens per request × requests per driver, and which of them moved it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from finops.money import Money
from finops.moving.counted import Counted, counted, factors, one
from finops.moving.factors import Split, rounded, split
from finops.moving.words import Part, difference, each, moved, table, titled, versus, waterfall
from finops.period import Period
from finops.question import Ledger, Measure, Question
from finops.reach import since
from finops.report import Figures, Note, Piece, Quantity, Report, Share, Table, Text, say

_MILLION = 1_000_000
_PLURAL = {Measure.COST: "cost", Measure.TOKENS: "tokens", Measure.REQUESTS: "requests"}
_ONE = {Measure.TOKENS: "token", Measure.REQUESTS: "request"}


def report(ledger: Ledger, asked: Question, driver: str) -> Report:
    """Why the cost per *driver* moved; where it cannot be told, why not."""
    found = counted(ledger, asked, driver)
    name = found.used.stamp.ledger
    first = since(ledger, name)
    if not first or not any(each.start < first < each.end for each in (asked.period, versus(asked))):
        return _Tree(found, asked, driver).report()
    cut = replace(asked, period=_from(first, asked.period), versus=_from(first, versus(asked)), ledger=name)
    return _Tree(counted(ledger, cut, driver), cut, driver, first).report()


def _from(first: date, period: Period) -> Period:
    """*period* without its days before *first*, unless none is left: usage that is not known made no ticket cheap."""
    return replace(period, start=first) if first in period else period


@dataclass(frozen=True)
class _Tree:
    counted: Counted
    asked: Question
    driver: str
    first: date | None = None

    @property
    def _name(self) -> str:
        return f"Cost per {one(self.driver)}"

    @property
    def _currency(self) -> str:
        return self.counted.used.stamp.currency

    @property
    def _many(self) -> str:
        return self.driver.replace("_", " ")

    def report(self) -> Report:
        missing = self._missing()
        title, stamp = titled(f"Why {self._name.lower()} moved", self.asked), self.counted.used.stamp
        if missing:
            return Report(title, missing, stamp=stamp, figures=Figures(self.asked, (), None, self._currency))
        found = self._split()
        parts = tuple(zip(self._names(), found.parts, strict=True))
        drawn = waterfall(self._finding(found, parts), parts, found.before, self.asked, self._currency, self._name)
        figures = Figures(self.asked, tuple(({"part": name}, amount) for name, amount in parts),
                          difference(found.now, found.before), self._currency)  # fmt: skip
        details = (self._tree(), table(parts, found.before, found.now, self._currency))
        return Report(title, self._verdict(found, parts), (drawn, *self._notes()), details, stamp, figures=figures)

    def _missing(self) -> Text:
        """Why it cannot be told; nothing if it can."""
        within, before = self.asked.period.within, versus(self.asked)
        if self.counted.now[Measure.DRIVERS] <= 0:
            return say(f"No {self._many} were counted {within}, so there is no {self._name.lower()}.")
        if self.counted.unpriced():
            return say(f"No price is known of the tokens used, so there is no {self._name.lower()}. ",
                       "Give their models a price in config.yaml.")  # fmt: skip
        if self.counted.before[Measure.DRIVERS] <= 0:
            now = rounded(factors(self.counted.now, (Measure.COST, Measure.DRIVERS))[0])
            return say(f"{self._name} was ", Money(now, self._currency), f" {within}; no {self._many} were counted "
                       f"{before.within} to compare with.")  # fmt: skip
        return ()

    def _split(self) -> Split:
        links = self.counted.links()
        return split(factors(self.counted.before, links), factors(self.counted.now, links))

    def _names(self) -> list[str]:
        return [self._factor(above, below) for above, below in pairwise(self.counted.links())]

    def _factor(self, above: Measure, below: Measure) -> str:
        if (above, below) == (Measure.COST, Measure.TOKENS):
            return "price"
        return f"{_PLURAL[above]} per {_ONE.get(below, one(self.driver))}"

    def _verdict(self, found: Split, parts: tuple[Part, ...]) -> Text:
        end = say(Money(found.now, self._currency), f" {self.asked.period.within}")
        if found.now == found.before:
            return say(f"{self._name} did not move: ", *end, ".")
        start = say(f"{self._name} ", *moved(found.before, found.now, self._currency), " to ", *end)
        return (*start, ": ", *each(parts, found.before, self._currency), ".") if len(parts) > 1 else (*start, ".")

    def _finding(self, found: Split, parts: tuple[Part, ...]) -> str:
        """What the chart shows: the part that moved it most."""
        name, amount = max(parts, key=lambda part: abs(part[1]))
        if not amount or len(parts) < 2:
            return f"{self._name} and what moved it"
        way = "raised" if amount > 0 else "lowered"
        return f"{name[:1].upper()}{name[1:]} {way} {self._name.lower()} most"

    def _notes(self) -> tuple[Note, ...]:
        said = []
        if self.first:
            ledger = f"{self.counted.used.stamp.ledger}".capitalize()
            said.append(say(f"{ledger} data start on {self.first.day} {self.first:%B %Y}; no day before is in this."))
        if len(self.counted.links()) < 4:
            lacking = [_PLURAL[m] for m in (Measure.TOKENS, Measure.REQUESTS) if m not in self.counted.links()]
            said.append(
                say(f"No {' and '.join(lacking)} are counted in one of the periods, so these are not told apart.")
            )
        share = self._unpriced()
        if share:
            said.append(
                say(Share(share), " of the tokens have no known price: they are counted, and cost nothing here.")
            )
        return tuple(map(Note, said))

    def _unpriced(self) -> Decimal:
        used = [sums for sums in (self.counted.now, self.counted.before) if sums[Measure.TOKENS] > 0]
        return max((sums[Measure.UNPRICED_TOKENS] / sums[Measure.TOKENS] for sums in used), default=Decimal(0))

    def _tree(self) -> Table:
        """Each factor before and now."""
        links = self.counted.links()
        before, now = (factors(sums, links) for sums in (self.counted.before, self.counted.now))
        rows = [(say(name), *(say(self._said(above, value)) for value in pair), _change(*pair)) for name, above, *pair
                in zip(self._names(), links, before, now, strict=False)]  # fmt: skip
        return Table(("Factor", "Before", "Now", "Change"), tuple(rows))

    def _said(self, above: Measure, value: Fraction) -> Piece:
        if above is not Measure.COST:
            return Quantity(rounded(value), str(above))
        if Measure.TOKENS in self.counted.links():
            return f"{Money(rounded(value * _MILLION), self._currency).short}/M tokens"
        return Money(rounded(value), self._currency)


def _change(before: Fraction, now: Fraction) -> Text:
    return say(Share(rounded(now / before - 1), signed=True)) if before else say("new")
