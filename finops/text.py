"""Text: typed pieces, so that escaping, zones and mentions are the business of whoever shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from finops.money import Money
from finops.people import Member


@dataclass(frozen=True)
class Moment:
    """An instant (UTC), shown in the zone of the place."""

    at: datetime


@dataclass(frozen=True)
class Share:
    """A part of one, shown as per cent: 0.041 is `4.1 %`; *signed* shows a plus."""

    of_one: Decimal
    signed: bool = False


@dataclass(frozen=True)
class Quantity:
    """A number that is not money, with its unit: `8.42k tokens`; *change* shows a plus."""

    number: Decimal
    unit: str = ""

    @classmethod
    def of(cls, count: int, unit: str = "") -> Quantity:
        """A whole number of *unit*."""
        return cls(Decimal(count), unit)


@dataclass(frozen=True)
class Link:
    """A text that leads to an address of ours."""

    text: str
    url: str


@dataclass(frozen=True)
class Code:
    """Words to be typed as they stand."""

    text: str


@dataclass(frozen=True)
class Strong:
    """A word that matters."""

    text: str


Piece = str | Money | Share | Quantity | Member | Moment | date | Link | Code | Strong
Text = tuple[Piece, ...]


def say(*pieces: Piece) -> Text:
    """The pieces as one text."""
    return pieces


def lines(*each: Text) -> Text:
    """The texts as one, each on a line of its own."""
    return tuple(piece for text in each for piece in ("\n", *text))[1:]
