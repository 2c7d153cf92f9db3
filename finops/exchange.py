"""Exchange: dated rates between currencies, from the published tables that people keep as files."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from typing import Protocol

BASE = "EUR"
"""What the ECB's reference rates are rates of, and what two currencies without a rate of their own meet in."""
FURTHEST = 7
"""How many days before a charge its rate may have been published: over every weekend and holiday, and no further."""
_PLACES = 10**18
_CODE = re.compile("[A-Z]{3}")
_PLAIN = ("date", "from", "to", "rate")
Quotes = Mapping[tuple[str, str], Decimal]


class Exchange(Protocol):
    """Where rates are looked up."""

    def rate(self, sold: str, bought: str, day: date) -> Decimal | None:
        """How many *bought* one *sold* is worth on *day*, to 18 places; None where nobody says."""
        ...


class NoRates:
    """Where nobody keeps rates."""

    def rate(self, sold: str, bought: str, day: date) -> Decimal | None:
        """Nobody says."""
        return None


@dataclass(frozen=True)
class DatedRates:
    """Rates by the day they were published: how many of the second currency one of the first is worth."""

    published: Mapping[date, Quotes]

    def rate(self, sold: str, bought: str, day: date) -> Decimal | None:
        """By the last day on or before *day* whose rates say it, at most FURTHEST days back; never mixed of two days.
        One division of exact fractions, rounded half to even at 18 places."""
        days = (day - timedelta(days=back) for back in range(FURTHEST + 1))
        found = (_worth(self.published.get(each, {}), sold, bought) for each in days)
        worth = next((each for each in found if each), None)
        with localcontext(prec=60):
            return None if worth is None else Decimal(round(worth * _PLACES)) / _PLACES or None


def _worth(quotes: Quotes, sold: str, bought: str) -> Fraction | None:
    """As quoted, else the inverse of what is quoted the other way, else by way of BASE: sold in EUR, EUR in bought."""
    straight = _quoted(quotes, sold, bought)
    if straight or BASE in (sold, bought):
        return straight
    first, second = _quoted(quotes, sold, BASE), _quoted(quotes, BASE, bought)
    return first * second if first and second else None


def _quoted(quotes: Quotes, sold: str, bought: str) -> Fraction | None:
    if there := quotes.get((sold, bought)):
        return Fraction(there)
    back = quotes.get((bought, sold))
    return 1 / Fraction(back) if back else None


def rates_in(lines: Iterable[str]) -> DatedRates:
    """The rates in the *lines* of a file: the ECB's `eurofxref-hist.csv` (`Date,USD,JPY,…`), or one with the columns
    date, from, to and rate. ValueError says which line is neither."""
    rows = csv.reader(lines)
    head = [name.strip() for name in next(rows, [])]
    read = {"Date": _of_a_day, "date": _of_a_pair}.get(head[0].removeprefix("\ufeff") if head else "")
    if read is None or (read is _of_a_pair and tuple(name.lower() for name in head[:4])[1:] != _PLAIN[1:]):
        raise ValueError("line 1: expected `Date,USD,JPY,…`, as the ECB publishes it, or `date,from,to,rate`")
    published: dict[date, dict[tuple[str, str], Decimal]] = {}
    for row in filter(any, rows):
        try:
            for day, pair, rate in read(head, row):
                published.setdefault(day, {})[pair] = rate
        except (ValueError, InvalidOperation):
            raise ValueError(f"line {rows.line_num}: “{','.join(row)[:60]}” is no rate of a day") from None
    return DatedRates(published)


Quote = tuple[date, tuple[str, str], Decimal]


def _of_a_day(head: Sequence[str], row: Sequence[str]) -> Iterator[Quote]:
    """One line of the ECB's: a day, and what a euro is worth in each currency; `N/A` where it is not quoted."""
    day = date.fromisoformat(row[0].strip())
    for currency, text in zip(head[1:], row[1:], strict=False):
        if currency and text.strip() not in ("", "N/A"):
            yield day, (BASE, _code(currency)), _positive(text)


def _of_a_pair(head: Sequence[str], row: Sequence[str]) -> Iterator[Quote]:
    day, sold, bought, rate = (text.strip() for text in row[:4])
    yield date.fromisoformat(day), (_code(sold), _code(bought)), _positive(rate)


def _code(text: str) -> str:
    if not _CODE.fullmatch(text.upper()):
        raise ValueError(text)
    return text.upper()


def _positive(text: str) -> Decimal:
    rate = Decimal(text.strip())
    if not (rate.is_finite() and Decimal("1e-12") < rate < Decimal("1e12")):
        raise ValueError(text)
    return rate
