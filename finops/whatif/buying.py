"""What people say of capacity: `2 gpus at $2.50/h with 1500 tokens/s load 70%`, or `at $30k over 36 months`."""

from __future__ import annotations

import re
from decimal import Decimal

from finops.budgets.amount import Amount
from finops.errors import Unclear
from finops.whatif.capacity import Bought
from finops.whatif.gpus import Gpus
from finops.whatif.levers import Ground
from finops.whatif.mix import MONTH

_FIGURE = r"[^\s\d.]{0,3}\d{1,9}(?:\.\d{1,6})?k?(?: ?[a-z]{3})?"
_PRICE = re.compile(r"(?P<before>[^\s\d.]{0,3})(?P<number>[\d.]+)(?P<step>k?) ?(?P<after>[a-z]{3})?", re.IGNORECASE)
_SPEED = r"(?P<speed>\d{1,9}(?:\.\d{1,3})?) ?(?:tokens?|tok)(?:/| a | per )(?P<each>s|sec|second|min|minute)"
WORDS = (
    r"(?P<units>[1-9]\d{0,5}) (?P<unit>gpu|unit|ptu)s?(?:(?: at| for)? "
    rf"(?:(?P<hourly>{_FIGURE})(?:/| an | per )(?:h|hour)"
    rf"|(?P<capex>{_FIGURE}) over (?P<months>[1-9]\d{{0,2}}) months(?: plus (?P<opex>{_FIGURE})(?:/| a | per )month)?)"
    rf"(?: each)?)?(?: with| doing)?(?: {_SPEED})?(?: load (?P<most>\d{{1,3}}(?:\.\d{{1,4}})?) ?%)?"
)
"""How it is written, as a regular expression."""


def bought(said: dict[str, str], currency: str, example: str, seen: Gpus) -> Bought:
    """What *said*, the groups of WORDS, names; prices in *currency*; a price that nobody names is the one *seen*."""
    unit = {"gpu": "GPU", "ptu": "unit"}.get(said["unit"].lower(), said["unit"].lower())
    speed = Decimal(said["speed"]) / (60 if said["each"].lower().startswith("min") else 1) if "speed" in said else None
    if speed == 0:
        raise Unclear("What does no tokens has room for nothing.", example=example)
    most = Decimal(said["most"]) / 100 if "most" in said else None
    if most is not None and not 0 < most <= 1:
        raise Unclear(f"{said['most']}% is no load; name one above 0% up to 100%.", example=example)
    if {"hourly", "capex"} & said.keys():
        return Bought(int(said["units"]), unit, _hourly(said, currency, example), speed, most, seen)
    if not seen.hourly:
        raise Unclear(f"What does a {unit} cost an hour? None was measured here.", example=example)
    return Bought(int(said["units"]), unit, seen.hourly, speed, most, seen, Ground.MEASURED)


def _hourly(said: dict[str, str], currency: str, example: str) -> Decimal:
    """What a unit costs an hour: as it is said, or its price written off in equal parts, and what running it costs."""
    if "hourly" in said:
        return _price(said["hourly"], currency, example)
    monthly = _price(said["capex"], currency, example) / int(said["months"])
    if "opex" in said:
        monthly += _price(said["opex"], currency, example)
    return monthly / (24 * MONTH)


def _price(text: str, currency: str, example: str) -> Decimal:
    match = _PRICE.fullmatch(text)
    if not match or not (number := Decimal(match["number"])):
        raise Unclear(f"“{text[:30]}” is no price.", example=example)
    said = Amount(number * (1000 if match["step"] else 1), (match["before"] or match["after"] or "").upper())
    if not said.fits(currency):
        raise Unclear(f"Costs are in {currency} here, and “{text[:30]}” is not converted; name it in {currency}.",
                      example=example)  # fmt: skip
    return said.number
