"""The rate card of our own hardware: what a GPU costs a day and its power, split exactly to the last of 18 digits."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

DAY = 86_400
_FINEST = 18
_JOULES_IN_KWH = 3_600_000
Amount = Annotated[Decimal, Field(ge=0, le=10**9)]


class Card(BaseModel):
    """What one GPU costs: its share of the machine's price, written off over so many months in equal parts, and what
    running it (space, people, network, support) costs a month."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    price: Amount
    months: int = Field(gt=0, le=240)
    opex: Amount = Decimal(0)

    def of_day(self, day: date, seconds: int = DAY) -> dict[str, Decimal]:
        """What falls on *seconds* of *day*; the days of a month add up exactly to what falls on the month."""
        return {"Capex": _of_month(self.price, self.months, day, seconds),
                "Opex": _of_month(self.opex, 1, day, seconds)}  # fmt: skip


class Power(BaseModel):
    """What a kilowatt hour costs, and how many of them the building takes for each that the GPUs take (PUE)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    price: Amount
    pue: Decimal = Field(default=Decimal(1), ge=1, le=10)

    def of(self, joules: Decimal) -> Decimal:
        """What *joules* that GPUs took cost."""
        with localcontext(prec=60):
            return _cut(joules * self.pue * self.price / _JOULES_IN_KWH)


def shares(total: Decimal, weights: Sequence[Decimal], places: int = _FINEST) -> list[Decimal]:
    """*total* split by *weights*, none of them below zero, some above: the differences of cumulative shares, so that
    the parts add up to *total* exactly."""
    with localcontext(prec=60):
        whole, so_far, before, parts = sum(weights, Decimal(0)), Decimal(0), Decimal(0), []
        for weight in weights:
            so_far += weight
            now = total if so_far == whole else _cut(total * so_far / whole, places)
            parts.append(now - before)
            before = now
        return parts


def _of_month(amount: Decimal, months: int, day: date, seconds: int) -> Decimal:
    """The part of *amount*, which is spread over *months*, that falls on *day*."""
    with localcontext(prec=60):
        days = months * monthrange(day.year, day.month)[1]
        whole = _cut(amount * day.day / days) - _cut(amount * (day.day - 1) / days)
        return whole if seconds == DAY else _cut(whole * seconds / DAY)


def _cut(amount: Decimal, places: int = _FINEST) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places))
