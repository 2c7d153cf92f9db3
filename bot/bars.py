"""Bars: figures by name, largest first, each with its value; the rest in grey, what was before as a mark."""

from __future__ import annotations

from decimal import Decimal

from matplotlib.axes import Axes

from bot.figures import topped
from bot.ink import COLOURS, GRID, INK, LABEL, MUTED, OTHER, SMALL, called, figure, is_rest
from finops.report import Bars

_BARS, _NAME, _ASIDE = 8, 22, 9


def draw_bars(axes: Axes, part: Bars) -> None:
    """Largest first from the top; the rest as *other (n)* where the rows make a total."""
    rows = topped(part, _BARS)
    values = [float(value) for _, value in rows]
    axes.barh(range(len(rows)), values, height=0.62, color=[OTHER if is_rest(name) else COLOURS[0] for name, _ in rows])
    axes.set_yticks(range(len(rows)), [called(name, _NAME) for name, _ in rows])
    axes.tick_params(axis="y", pad=_ASIDE)
    axes.set_ylim(max(len(rows), 3) - 0.5, -0.5)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    if part.shares:
        axes.barh(range(len(rows)), 100, height=0.62, color=GRID, zorder=0.5)
    least = 100.0 if part.shares else 0.0
    most = max([*values, *map(float, part.previous.values()), least]) or 1.0
    axes.set_xlim(min(0.0, *values, 0.0) * 1.03, most * 1.22)
    axes.set_position((0.33, 0.1, 0.63, 0.67))
    if min(values, default=0.0) < 0:
        axes.axvline(0, color=INK, linewidth=2)
    for place, (name, value) in enumerate(rows):
        _label(axes, part, place, name, value)
    if part.previous:
        axes.annotate("▏ before", (0.995, 0.01), xycoords="axes fraction", ha="right", size=SMALL, color=MUTED)


def _label(axes: Axes, part: Bars, place: int, name: str, value: Decimal) -> None:
    before = part.previous.get(name)
    end = max(float(value), float(before or 0), 0.0)
    axes.annotate(figure(value, part.unit), (end, place), (12, 0), textcoords="offset points", va="center", size=LABEL,
                  color=INK, weight="bold")  # fmt: skip
    if before is not None:
        axes.plot([float(before)] * 2, [place - 0.38, place + 0.38], color=INK, linewidth=4)


def hidden(part: Bars) -> int:
    """How many rows the chart leaves out."""
    return max(0, len(part.rows) - len(topped(part, _BARS))) if part.total is None else 0
