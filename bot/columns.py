"""Columns: figures in an order of their own, as those of the hours of a day; the highest with its figure."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bot.ink import COLOURS, GRID, INK, LABEL, MUTED, SMALL, figure, tick
from finops.report import Bars

_EVERY, _HALF = 3, 0.41


def draw_columns(axes: Axes, part: Bars) -> None:
    """A column for each row, from left to right; what was before as a mark."""
    values = [float(value) for _, value in part.rows]
    axes.bar(range(len(values)), values, width=2 * _HALF, color=COLOURS[0], zorder=2)
    for place, (name, _) in enumerate(part.rows):
        if name in part.previous:
            axes.plot([place - _HALF, place + _HALF], [float(part.previous[name])] * 2, color=INK, linewidth=4)
    low, high = min([0.0, *axes.dataLim.intervaly]), max([0.0, *axes.dataLim.intervaly])
    axes.set_ylim(low, low + (high - low) * 1.18 if high > low else 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, part.unit)))
    axes.grid(axis="y", color=GRID, linewidth=1.2)
    axes.set_axisbelow(True)
    axes.set_xticks(range(0, len(values), _EVERY), [name for name, _ in part.rows[::_EVERY]])
    axes.set_xlim(-0.7, len(values) - 0.3)
    axes.tick_params(axis="x", pad=9)
    _highest(axes, part)
    if part.previous:
        axes.annotate("▁ before", (0.995, 0.97), xycoords="axes fraction", ha="right", size=SMALL, color=MUTED)


def _highest(axes: Axes, part: Bars) -> None:
    place = max(range(len(part.rows)), key=lambda each: part.rows[each][1])
    name, value = part.rows[place]
    top = max(float(value), float(part.previous.get(name, 0)), 0.0)
    axes.annotate(figure(value, part.unit), (place, top), (0, 8), textcoords="offset points", ha="center", size=LABEL,
                  color=INK, weight="bold")  # fmt: skip
