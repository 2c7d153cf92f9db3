"""Small multiples: each line in a small picture of its own, all on one scale, largest first; the rest is one more."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.ink import COLOURS, GRID, GROUND, INK, MUTED, OTHER, called, figure, is_rest
from finops.report import Line, Trend

_COLUMNS, _ROWS = 4, 3
_LEFT, _BOTTOM, _WIDTH, _HEIGHT = 0.04, 0.13, 0.92, 0.65
_NAME, _SIZE, _ABOVE = 18, 20, 0.1


def draw_multiples(drawing: Figure, part: Trend) -> None:
    """At most twelve pictures, each with the name of its line and its last figure."""
    lines = shown(part)
    columns = min(_COLUMNS, len(lines))
    rows = -(-len(lines) // columns)
    values = [float(value) for line in lines for value in line.values if value is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    for number, line in enumerate(lines):
        row, column = divmod(number, columns)
        wide, tall = _WIDTH / columns, _HEIGHT / rows
        place = (_LEFT + column * wide, _BOTTOM + (rows - 1 - row) * tall, wide * 0.9, tall - _ABOVE)
        axes = drawing.add_axes(place)
        _bare(axes, low, high if high > low else 1.0)
        _draw(axes, part, line)
        if number == (rows - 1) * columns:
            _ends(axes, part)


def shown(part: Trend) -> list[Line]:
    """The largest, and the sum of the others where they are parts of a whole."""
    by_size = sorted(part.lines, key=lambda line: -sum(abs(v) for v in line.values if v is not None))
    if len(by_size) <= _COLUMNS * _ROWS:
        return by_size
    shown, rest = by_size[: _COLUMNS * _ROWS - part.stacked], by_size[_COLUMNS * _ROWS - part.stacked :]
    return [*shown, Line(f"other ({len(rest)})", _summed(rest))] if part.stacked else shown


def left_out(part: Trend) -> int:
    """How many lines have no picture."""
    return 0 if part.stacked else max(0, len(part.lines) - _COLUMNS * _ROWS)


def _summed(lines: Sequence[Line]) -> tuple[Decimal, ...]:
    days = zip(*(line.values for line in lines), strict=True)
    return tuple(sum((value for value in day if value is not None), Decimal(0)) for day in days)


def _bare(axes: Axes, low: float, high: float) -> None:
    axes.set_facecolor(GROUND)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.axhline(0, color=GRID, linewidth=2, zorder=1)
    axes.set_ylim(low, low + (high - low) * 1.05)
    axes.set_yticks([])
    axes.set_xticks([])


def _draw(axes: Axes, part: Trend, line: Line) -> None:
    places = [float(day.toordinal()) for day in part.days]
    values = [float("nan") if value is None else float(value) for value in line.values]
    colour = OTHER if is_rest(line.name) else COLOURS[0]
    axes.plot(
        places, values, color=colour, linewidth=3.5, marker="o" if len(places) < 3 else "", zorder=3, clip_on=False
    )
    axes.fill_between(places, values, color=colour, alpha=0.18, linewidth=0, zorder=2)
    axes.set_xlim(places[0] - 0.5, places[-1] + 0.5)
    known = [value for value in line.values if value is not None]
    last = f"{figure(known[-1], part.unit)} last" if known else "no data"
    _above(axes, called(line.name, _NAME), 34, size=_SIZE, color=INK, weight="bold")
    _above(axes, last, 13, size=_SIZE - 2, color=MUTED)
    if part.provisional_from in part.days:
        axes.axvspan(float(part.provisional_from.toordinal()) - 0.5 if part.provisional_from else 0, places[-1] + 0.5,
                     facecolor="none", edgecolor=MUTED, hatch="//", linewidth=0, alpha=0.5)  # fmt: skip


def _above(axes: Axes, text: str, points: int, **how: Any) -> None:
    axes.annotate(text, (0, 1), (0, points), xycoords="axes fraction", textcoords="offset points", va="center", **how)


def _ends(axes: Axes, part: Trend) -> None:
    first, last = part.days[0], part.days[-1]
    axes.set_xticks([float(first.toordinal())], [f"{first.day} {first:%b}"])
    axes.tick_params(colors=MUTED, labelsize=_SIZE - 4, length=0)
    axes.get_xticklabels()[0].set_horizontalalignment("left")
    if last > first:
        axes.annotate(f"{last.day} {last:%b}", (1, 0), (0, -5), xycoords="axes fraction", textcoords="offset points",
                      ha="right", va="top", size=_SIZE - 4, color=MUTED)  # fmt: skip
