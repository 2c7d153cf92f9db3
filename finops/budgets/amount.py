"""An amount as people write it: `6500`, `$6,500.50`, `6.5k`, `EUR 2m`; what can be read in two ways is not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from finops.money import sign

_STEPS = {"": 1, "k": 1000, "m": 1_000_000}
_LARGEST = Decimal(10**9)
_WRITTEN = re.compile(
    r"(?P<before>[$€£¥]|[a-z]{3})?\s*(?P<figure>[0-9][0-9.,]*)\s*(?P<step>[km])?\s*(?P<after>[$€£¥]|[a-z]{3})?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[0-9]+(\.([0-9]{1,2}|[0-9]{4,}))?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?")
_LIKE = "write it like 6500, 6,500 or 6.5k"


@dataclass(frozen=True)
class Amount:
    """A number above zero, to the cent at most, and the sign or code of a currency that was written with it."""

    number: Decimal
    currency: str = ""

    def fits(self, currency: str) -> bool:
        """Whether it can be an amount of *currency*."""
        return self.currency in ("", currency, sign(currency))


def amount_of(text: str) -> Amount:
    """The amount that *text* writes; ValueError with a sentence on why it is none."""
    shown = text.strip()[:30]
    match = _WRITTEN.fullmatch(text.strip())
    if not match:
        raise ValueError(f"“{shown}” is not an amount; {_LIKE}.")
    step = (match["step"] or "").lower()
    if not _PLAIN.fullmatch(match["figure"]) and (step or not _GROUPED.fullmatch(match["figure"])):
        raise ValueError(f"“{shown}” can be read in two ways; {_LIKE}.")
    number = Decimal(match["figure"].replace(",", "")) * _STEPS[step]
    return Amount(_sound(number, shown), (match["before"] or match["after"] or "").upper())


def _sound(number: Decimal, shown: str) -> Decimal:
    if number >= _LARGEST:
        raise ValueError(f"“{shown}” is too large; a budget stays below a billion a month.")
    if not number or number != round(number, 2):
        raise ValueError(f"“{shown}” is no budget; it has to be above zero, and to the cent at most.")
    return number
