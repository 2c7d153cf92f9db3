"""Ink: the colours and sizes of charts, and how names and figures are written on them."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.escape import clean
from bot.words import amount, share

GROUND, INK, MUTED, GRID = "#f4f4f1", "#1d2733", "#5d6875", "#d5d7d2"
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a7a00")
OTHER = "#9aa2aa"
LABEL, SMALL, BESIDE = 27, 22, 16
SPACE = (0.1, 0.155, 0.85, 0.6)
_ZEROS = re.compile(r"(?<=\d)\.0+(?!\d)|(?<=\.\d)0(?!\d)")


def short(text: str, most: int) -> str:
    """*text* without what fonts cannot draw, cut to *most* letters."""
    said = " ".join("".join(letter for letter in clean(text) if ord(letter) < 0x2E80).split()).replace("$", r"\$")
    return said if len(said) <= most else said[: most - 1] + "…"


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
