"""A contract: a row of a file of licences, checked, with its cost to the last digit; and its exact share of a day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal

from finops.batch import Unfit
from finops.period import Period

MONEY, CREDITS = 18, 6
"""The decimals that are kept of each."""
_MOST = {MONEY: Decimal(10**12), CREDITS: Decimal(10**15)}
_EXACT = Context(prec=120)
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_BOUNDS = date(2000, 1, 1), date(2100, 1, 1)
_PER = ("month", "year", "contract")
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Contract:
    """What is licensed, from when to when, and what all of it costs: *listed* by its prices, *cost* after discounts."""

    vendor: str
    product: str
    kind: str
    team: str
    currency: str
    period: Period
    cost: Decimal
    listed: Decimal
    seats: Decimal | None
    seats_used: Decimal | None
    credits: Decimal | None
    credits_used: Decimal | None

    @property
    def days(self) -> int:
        """How many days it goes over."""
        return self.period.days

    @property
    def about(self) -> str:
        """It in a few words."""
        return f"{self.product}, {self.period.start} to {self.period.last}"


def contract(row: Row) -> Contract:
    """The contract that *row* tells of; Unfit names the field that is wrong."""
    for name in ("vendor", "product", "currency"):
        if not row[name]:
            raise Unfit(name, "is empty")
    period = _period(row)
    counts = {name: _number(row, name, CREDITS) for name in ("seats", "seats_used", "credits", "credits_used")}
    for name, count in counts.items():
        if count is not None and count < 0:
            raise Unfit(name, "is below zero")
    total, priced = _number(row, "total", MONEY), _priced(row, counts, period)
    cost = priced if total is None else total
    if cost is None:
        raise Unfit("total", "is empty, and no price tells it either")
    return Contract(row["vendor"] or "", row["product"] or "", row["kind"] or "", row["team"] or "",
                    row["currency"] or "", period, cost, cost if priced is None else priced, **counts)  # fmt: skip


def shares(amount: Decimal, days: int, decimals: int) -> Iterator[Decimal]:
    """*amount* spread evenly over *days*, in shares of so many *decimals* that add up to it to the last digit."""
    units = int(_EXACT.scaleb(amount, decimals))
    for day in range(days):
        yield _EXACT.scaleb(Decimal(units * (day + 1) // days - units * day // days), -decimals)


def _priced(row: Row, counts: Mapping[str, Decimal | None], period: Period) -> Decimal | None:
    """What the prices make; None if there are none."""
    found: Decimal | None = None
    for count, price in (("seats", "price_per_seat"), ("credits", "price_per_credit")):
        each, many = _number(row, price, MONEY), counts[count]
        if each is None:
            continue
        if many is None:
            raise Unfit(count, f"is empty, though there is a {price}")
        times = _times(row, period) if count == "seats" else 1
        found = _EXACT.add(found or Decimal(0), _EXACT.multiply(_EXACT.multiply(each, many), times))
    return None if found is None else _kept(found, "price_per_seat", MONEY, str(found))


def _times(row: Row, period: Period) -> int:
    """How many times a seat is paid for."""
    per = (row["per"] or "month").lower()
    if per not in _PER:
        raise Unfit("per", f"“{per[:40]}” is none of {', '.join(_PER)}")
    if per == "contract":
        return 1
    months = _months(period)
    if months is None or (per == "year" and months % 12):
        raise Unfit("end", f"a price per {per} wants whole {per}s; give the price per contract, or a total")
    return months if per == "month" else months // 12


def _months(period: Period) -> int | None:
    """How many whole months *period* holds, whichever day they begin on; None if it is not whole."""
    start, end = period.start, period.end
    months = (end.year - start.year) * 12 + end.month - start.month
    last = (end.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return months if months and end.day == min(start.day, last.day) else None


def _period(row: Row) -> Period:
    start, last = (_day(row, name) for name in ("start", "end"))
    if last < start:
        raise Unfit("end", f"{last} lies before the start")
    return Period(start, last + timedelta(days=1))


def _day(row: Row, name: str) -> date:
    text = row[name]
    if not text:
        raise Unfit(name, "is empty")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Unfit(name, f"“{text[:40]}” is no date; write 2026-11-01") from None
    if not _BOUNDS[0] <= day < _BOUNDS[1]:
        raise Unfit(name, f"{text[:40]} lies out of all bounds")
    return day


def _number(row: Row, name: str, decimals: int) -> Decimal | None:
    text = row[name]
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or len(text) > 60:
        raise Unfit(name, f"“{text[:40]}” is not a number that can be kept: write 1234.50, without sign or separators")
    return _kept(Decimal(text), name, decimals, text)


def _kept(number: Decimal, name: str, decimals: int, text: str) -> Decimal:
    exponent = number.normalize(_EXACT).as_tuple().exponent
    if abs(number) > _MOST[decimals] or not isinstance(exponent, int) or exponent < -decimals:
        raise Unfit(name, f"“{text[:40]}” is not a number that can be kept")
    return number
