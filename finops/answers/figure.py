"""A figure: what is shown of each row of an answer, and how it is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops.kpi import Kpi
from finops.money import Money
from finops.question import MONEY, Measure, Row, Values
from finops.report import Piece, Quantity

Of = Callable[[Values], Decimal | None]


@dataclass(frozen=True)
class Figure:
    """A name, its unit, and how it comes from the sums. *adds* if parts make a total; *money* in *unit*'s currency;
    *needs* is what would give it where there are no data; *priceless*: tokens without a known price are in it."""

    label: str
    unit: str
    of: Of
    adds: bool = True
    money: bool = False
    needs: str = ""
    priceless: bool = False

    @property
    def counts(self) -> bool:
        """Whether its name is its unit: tokens."""
        return self.unit == self.label.lower()

    @property
    def lowered(self) -> str:
        """Its name inside a sentence; `GPU` stays so."""
        return self.label if self.label[1:2].isupper() else self.label[:1].lower() + self.label[1:]

    @property
    def hint(self) -> str:
        """What would give it, as a sentence to follow."""
        return f" It needs {self.needs}." if self.needs else ""

    def said(self, value: Decimal) -> Piece:
        """*value* with its unit."""
        return Money(value, self.unit) if self.money else Quantity(value, self.unit)

    def cell(self, value: Decimal) -> Piece:
        """*value* where its name says the unit already: `Tokens … 891M`."""
        return Money(value, self.unit) if self.money else Quantity(value, "" if self.counts else self.unit)

    def sum(self, rows: Sequence[Row]) -> Decimal:
        """What *rows* add up to."""
        return sum((self.of(row.values) or Decimal(0) for row in rows), Decimal(0))


def is_unpriced(values: Values | None) -> bool:
    """Whether tokens without a known price are told beside the sums."""
    return bool(values and values.get(Measure.UNPRICED_TOKENS))


def priced(of: Of) -> Of:
    """*of*, but None for nothing where that is so only because no price is known."""
    return lambda values: of(values) or (None if is_unpriced(values) else of(values))


def summed(measure: Measure, currency: str) -> Figure:
    """The figure that is a plain sum of *measure*."""
    money = measure in MONEY
    return Figure(measure.replace("_", " ").capitalize(), currency if money else str(measure),
                  priced(lambda values: values[measure]) if money else lambda values: values[measure],
                  money=money, priceless=not money)  # fmt: skip


def merit(kpi: Kpi, currency: str) -> Figure:
    """The figure of merit that *kpi* computes."""
    unit = currency if kpi.is_money else kpi.unit
    of = priced(kpi.of) if kpi.is_money else kpi.of
    return Figure(kpi.label, unit, of, adds=False, money=kpi.is_money, needs=kpi.needs,
                  priceless=kpi.counts)  # fmt: skip
