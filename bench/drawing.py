"""Drawing: each kind of chart, as docs/charts.py has it, beside matplotlib's own way to draw the same figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bench.measured import Table, Timed, timed
from bot.charts import drawn
from docs.charts import STAMP, kinds  # type: ignore[attr-defined]  # mypy takes the folder of pictures for it
from finops.report import Bars, Drawn, Heat, Trend

_SHOWN = 12
_KINDS = ("bars", "waterfall", "line", "budget", "stacked", "shares", "shares-by-month", "heat", "multiples")


def drawing(runs: int) -> Table:
    """How long each kind takes, and how often as long as the plain one; of bars both draw the largest only."""
    drawn(kinds()["bars"], STAMP)  # whatever is made once is made now
    return Table("Draw 1600 × 900 points", tuple(_row(name, kinds()[name], runs) for name in _KINDS), ratios=False)


def _row(name: str, part: Drawn, runs: int) -> Timed:
    ours, picture = timed(name, partial(drawn, part, STAMP), runs)
    peer = plain(part)
    assert picture.startswith(b"\x89PNG")
    if peer is None:
        return ours
    theirs, _ = timed("matplotlib", peer, runs)
    return Timed(
        name, ours.seconds, f"{ours.at(0.5) / theirs.at(0.5):.1f}× matplotlib's {theirs.at(0.5) * 1000:.0f} ms"
    )


def plain(part: Drawn) -> Callable[[], bytes] | None:
    """Draws the figures of *part* as matplotlib does by itself, with a title and names; None for what it has no call
    for."""
    if isinstance(part, Heat):
        return partial(_saved, partial(_heat, part))
    if isinstance(part, Bars):
        return None if part.start else partial(_saved, partial(_bars, part))
    if part.apart or part.band or any(None in line.values for line in part.lines):
        return None
    return partial(_saved, partial(_lines, part))


def _saved(draw: Callable[[Axes], object]) -> bytes:
    figure = Figure(figsize=(16, 9), dpi=100)
    FigureCanvasAgg(figure)
    draw(figure.add_subplot())
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _bars(part: Bars, axes: Axes) -> None:
    names, values = zip(*part.rows[:_SHOWN], strict=True)
    axes.barh([*map(_name, names)], [float(value) for value in values])
    axes.set_title(part.title)


def _lines(part: Trend, axes: Axes) -> None:
    days = [f"{day:%d %b}" for day in part.days]
    rows = {_name(line.name): [float(value or 0) for value in line.values] for line in part.lines[:_SHOWN]}
    if part.stacked:
        axes.stackplot(days, *rows.values(), labels=list(rows))
    else:
        for name, values in rows.items():
            axes.plot(days, values, label=name)
    axes.legend()
    axes.set_title(part.title)


def _name(name: str) -> str:
    """Without what the font of matplotlib lacks: it would warn of each."""
    return name.encode("latin-1", "ignore").decode("latin-1")


def _heat(part: Heat, axes: Axes) -> None:
    axes.imshow([[float(cell or 0) for cell in row] for row in part.cells])
    axes.set_title(part.title)
