"""Heat maps: the more, the darker; the busiest cells numbered and told below, and totals of rows and columns."""

from __future__ import annotations

from decimal import Decimal

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bot.ink import GROUND, INK, MUTED, SMALL, figure
from bot.shades import busiest, named
from finops.report import Heat

_SCALE = LinearSegmentedColormap.from_list("tuppence", ("#e6ebee", "#9cc4de", "#3f8fc4", "#0a5b9c", "#08264f"))
_LEFT, _BOTTOM, _WIDTH, _HEIGHT, _STRIP = 0.09, 0.235, 0.77, 0.435, 0.085
_EVERY, _DARK = 3, 0.45


def draw_heat(drawing: Figure, part: Heat) -> None:
    """The cells; above them the total of each column as a bar, beside them that of each row; below, the busiest."""
    axes = drawing.add_axes((_LEFT, _BOTTOM, _WIDTH, _HEIGHT))
    values = [[float("nan") if cell is None else float(cell) for cell in row] for row in part.cells]
    known = [float(cell) for row in part.cells for cell in row if cell is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    axes.imshow(values, cmap=_SCALE, aspect="auto", vmin=low, vmax=high if high > low else low + 1.0)
    _ruled(axes, part)
    top = busiest(part)
    for number, (row, column, value) in enumerate(top, 1):
        share = (float(value) - low) / (high - low)
        colour = GROUND if share > _DARK else INK
        axes.text(column, row, str(number), size=SMALL, weight="bold", color=colour, ha="center", va="center")
    told = [f"{number}  {named(part, row, column)} {figure(value, part.unit)}"
            for number, (row, column, value) in enumerate(top, 1)]  # fmt: skip
    drawing.text(_LEFT, 0.135, "     ".join(told), size=SMALL, color=INK, weight="bold", va="center")
    if part.adds:
        _totals(drawing, axes, part)


def _ruled(axes: Axes, part: Heat) -> None:
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_yticks(range(len(part.rows)), [name[:3] for name in part.rows])
    columns = range(0, len(part.columns), _EVERY)
    axes.set_xticks(columns, [part.columns[number] for number in columns])
    axes.tick_params(colors=INK, labelsize=SMALL, length=0)
    for row, cells in enumerate(part.cells):
        for column in range(len(cells)):
            axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=GROUND, linewidth=3))


def _totals(drawing: Figure, axes: Axes, part: Heat) -> None:
    for row, total in enumerate(part.row_totals):
        axes.annotate(figure(total, part.unit), (len(part.columns) - 0.5, row), (10, 0), textcoords="offset points",
                      va="center", size=SMALL, color=INK)  # fmt: skip
    strip = drawing.add_axes((_LEFT, _BOTTOM + _HEIGHT + 0.008, _WIDTH, _STRIP))
    strip.set_axis_off()
    totals = [float(total) for total in part.column_totals]
    strip.bar(range(len(totals)), totals, width=0.9, color=MUTED, alpha=0.55)
    strip.set_xlim(-0.5, len(totals) - 0.5)
    strip.set_ylim(min(0.0, *totals), max(0.0, *totals) * 1.7 or 1.0)
    most = max(range(len(totals)), key=lambda each: totals[each])
    if part.column_totals[most] > Decimal(0):
        strip.annotate(figure(part.column_totals[most], part.unit), (most, totals[most]), (0, 4), ha="center",
                       textcoords="offset points", size=SMALL, color=INK)  # fmt: skip
