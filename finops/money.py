"""Money: an exact amount in one currency, and how people say it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

NANO = Decimal("0.000000001")
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_STEPS = ((Decimal(10**12), "tn"), (Decimal(10**9), "bn"), (Decimal(10**6), "M"), (Decimal(10**3), "k"))


@dataclass(frozen=True, order=True)
class Money:
    """An exact amount; sums and differences need the same currency, else ValueError."""

    amount: Decimal
    currency: str = "USD"

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __str__(self) -> str:
        return self.cents

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added without a rate")
        return other.amount

    @property
    def cents(self) -> str:
        """To the cent with thousands separated, as in tables: `$6,500.00`."""
        return _signed(self.currency, self.amount, f"{abs(self.amount):,.2f}")

    @property
    def short(self) -> str:
        """Three significant digits, as in prose: `$18.4k`."""
        return _signed(self.currency, self.amount, abbreviated(abs(self.amount)))

    @property
    def exact(self) -> str:
        """Every digit, without exponent or trailing zeros: `12.340000001`."""
        return plain(self.amount)

    @property
    def nanos(self) -> int:
        """Whole billionths, for state tables; ValueError where the amount is finer."""
        with localcontext(prec=60):
            nanos = self.amount / NANO
        if nanos != nanos.to_integral_value():
            raise ValueError(f"{self.amount} is finer than a billionth")
        return int(nanos)


def sign(currency: str) -> str:
    """How people write *currency* before an amount; empty if only by its code."""
    return _SIGNS.get(currency, "")


def from_nanos(nanos: int, currency: str) -> Money:
    """The money that *nanos* billionths are."""
    with localcontext(prec=60):
        return Money(Decimal(nanos) * NANO, currency)


def plain(number: Decimal) -> str:
    """Every digit of *number*, without exponent and without trailing zeros."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def abbreviated(number: Decimal) -> str:
    """*number* (not negative) with three significant digits and k, M, bn or tn."""
    for step, letter in _STEPS:
        if number >= step * Decimal("0.9995"):
            return f"{three_digits(number / step)}{letter}"
    return three_digits(number)


def three_digits(number: Decimal) -> str:
    """*number* (not negative) rounded to three significant digits, never in exponent form."""
    if not number:
        return "0"
    places = max(0, 2 - number.adjusted())
    text = f"{round(number, places):f}" if places else f"{number:.0f}"
    return plain(Decimal(text)) if number < 1 else text


def _signed(currency: str, amount: Decimal, figure: str) -> str:
    minus = "−" if amount < 0 else ""
    sign = _SIGNS.get(currency)
    return f"{minus}{sign}{figure}" if sign else f"{minus}{figure} {currency}"
