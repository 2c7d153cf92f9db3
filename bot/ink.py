"""Ink: the colours and sizes of charts, and how names and figures are written on them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from itertools import accumulate

from bot.escape import clean
from bot.words import amount, share

GROUND, INK, MUTED, GRID = "#f4f4f1", "#1d2733", "#5d6875", "#d5d7d2"
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a7a00")
OTHER = "#9aa2aa"
_AS_LETTERS = {"#e69f00": "#b07800", "#cc79a7": "#b8628f", "#56b4e9": "#338cc4", "#9aa2aa": "#757e87",
               "#009e73": "#009068"}  # fmt: skip
LABEL, SMALL, BESIDE = 27, 22, 16
SPACE = (0.1, 0.155, 0.85, 0.6)
_DRAWN = 0x2E80
_ZEROS = re.compile(r"(?<=\d)\.0+(?!\d)|(?<=\.\d)0(?!\d)")


def short(text: str, most: int) -> str:
    """*text* without what fonts cannot draw, cut to the width of *most* letters."""
    said = _drawable(text)
    return (said if _width(said) <= most else _start(said, most - 1) + "…").replace("$", r"\$")


def fits(text: str, most: int) -> bool:
    """Whether *text* is no wider than *most* letters."""
    return _width(_drawable(text)) <= most


def called(name: str, most: int) -> str:
    """A *name* as wide as *most* letters; what is cut out lies in its middle, for names differ at their ends, too. One
    that fonts cannot draw is told by what its first sign is: `:rocket:`."""
    said = _drawable(name) or _sign(clean(name))
    if _width(said) > most:
        end = _start(said[::-1], most // 3)[::-1]
        said = f"{_start(said, most - 1 - _width(end))}…{end}"
    return said.replace("$", r"\$")


def _drawable(text: str) -> str:
    return " ".join("".join(letter for letter in clean(text) if ord(letter) < _DRAWN).split())


def _sign(text: str) -> str:
    return f":{unicodedata.name(text[0], 'sign').lower()}:" if text else ""


def _width(text: str) -> float:
    return sum(map(_wide, text))


def _wide(letter: str) -> float:
    return 1.75 if letter in "WMmw@%" else 1.2 if letter.isupper() else 1.0


def _start(text: str, most: float) -> str:
    """As many letters as fit into *most*."""
    ends = accumulate(map(_wide, text))
    return text[: sum(end <= most for end in ends)]


def as_letters(colour: str) -> str:
    """*colour*, darker where letters in it would be too pale to read on the ground."""
    return _AS_LETTERS.get(colour, colour)


def is_rest(name: str) -> bool:
    """Whether it is no name, but all that has none or is not shown: drawn in grey."""
    return name.startswith(("other", "no "))


def figure(value: Decimal, unit: str) -> str:
    """A figure on the chart: money with its sign; another unit is told once, in the subtitle."""
    if unit == "%":
        return share(value / 100)
    return amount(value, unit if unit[:3].isupper() else "").replace("$", r"\$")


def tick(value: float, unit: str) -> str:
    """A round figure of the axis: `$80k`, not `$80.0k`."""
    if unit == "%":
        return f"{value:.0f} %"
    return _ZEROS.sub("", figure(Decimal(str(round(value, 9))), unit))
