"""Stacked bars over days: the parts of each step one on the other, credits below zero; shares with their per cents."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from bot.ink import GROUND, INK, SMALL, figure
from finops.report import Line, Trend

_WIDE, _LEAST, _MOST_STEPS = 0.82, 7.0, 9
_LIGHT_ON = frozenset({"#0072b2", "#d55e00", "#8a7a00"})
Box = tuple[float, float]
_Bar = list[Box]


def boxes(lines: Sequence[Line]) -> list[list[Box]]:
    """By line, from where to where each of its steps reaches: the parts above zero upwards, credits downwards."""
    count = len(lines[0].values) if lines else 0
    up, down = [0.0] * count, [0.0] * count
    every = []
    for line in lines:
        mine = []
        for at, value in enumerate(line.values):
            height, ends = float(value or 0), down if (value or 0) < 0 else up
            mine.append((ends[at], ends[at] + height))
            ends[at] += height
        every.append(mine)
    return every


def draw_stack(axes: Axes, part: Trend, lines: Sequence[Line], colours: Sequence[str], step: int) -> None:
    """The bars of all *lines*, *step* days apart, those of days that are not complete hatched."""
    half = _WIDE * step / 2
    for mine, colour in zip(boxes(lines), colours, strict=True):
        closed: list[_Bar] = []
        opened: list[_Bar] = []
        for day, (a, b) in zip(part.days, mine, strict=True):
            at = day.toordinal()
            corners = [(at - half, a), (at - half, b), (at + half, b), (at + half, a)]
            is_open = part.provisional_from is not None and day >= part.provisional_from
            (opened if is_open else closed).append(corners)
        _add(axes, closed, colour, "")
        _add(axes, opened, colour, "//")
    axes.autoscale_view()
    if part.shares and len(part.days) <= _MOST_STEPS:
        _label(axes, part, lines, colours)


def _add(axes: Axes, bars: list[_Bar], colour: str, hatch: str) -> None:
    if bars:
        axes.add_collection(PolyCollection(bars, facecolors=colour, edgecolors=GROUND, linewidths=0.6, hatch=hatch))


def _label(axes: Axes, part: Trend, lines: Sequence[Line], colours: Sequence[str]) -> None:
    """The per cents in the bars that are high enough for them, on a plain ground where these are hatched."""
    for line, mine, colour in zip(lines, boxes(lines), colours, strict=True):
        for day, value, (a, b) in zip(part.days, line.values, mine, strict=True):
            if value is not None and value >= _LEAST:
                axes.text(day.toordinal(), (a + b) / 2, figure(value, part.unit), size=SMALL, ha="center", va="center",
                          color=GROUND if colour in _LIGHT_ON else INK,
                          bbox={"facecolor": colour, "linewidth": 0, "pad": 1})  # fmt: skip


def middles(lines: Sequence[Line]) -> list[float]:
    """By line, the middle of its last step."""
    return [(a + b) / 2 for a, b in (mine[-1] for mine in boxes(lines))]
