"""Charts: bars, trends and heat maps as pictures, readable on a phone, on light and dark, and by the colour-blind."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.bars import draw_bars, hidden
from bot.columns import draw_columns
from bot.escape import escaped
from bot.figures import bar, lines_in_words
from bot.heat import draw_heat
from bot.ink import GRID, GROUND, INK, LABEL, MUTED, SMALL, SPACE, fits, short
from bot.multiples import draw_multiples, left_out
from bot.shades import heat_in_words
from bot.trends import draw_trend
from bot.waterfall import cut_at, draw_waterfall
from bot.words import absent, amount, stamped
from bot.words import plain as said
from finops.report import Bars, Drawn, Heat, Report, Trend
from finops.stamp import Stamp

_SIZE, _DPI, _QUICK, _LONGEST = (16, 9), 100, 3, 70
_TITLE, _SUBTITLE, _FOOTER, _LINE, _UNDER, _ROWS = 58, 82, 98, 0.042, 0.037, 8


class Renderer:
    """Draws on one thread of its own: matplotlib is slow to warm and not made for many."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="charts")

    def drawn(self, part: Drawn, stamp: Stamp | None, zone: str = "UTC") -> bytes:
        """*part* as a PNG of 1600 × 900 points; the same part gives the same bytes."""
        return self._thread.submit(drawn, part, stamp, zone).result()

    def warm(self) -> None:
        """Draw once, so that the first real chart is quick."""
        self._thread.submit(drawn, Bars("", (), ""), None)

    def close(self) -> None:
        """Let the current chart end, and take no more."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def drawn(part: Drawn, stamp: Stamp | None, zone: str = "UTC") -> bytes:
    """*part* as a PNG."""
    figure = Figure(figsize=_SIZE, dpi=_DPI, facecolor=GROUND)
    FigureCanvasAgg(figure)
    _draw(figure, part)
    title, more = parted(part.title)
    figure.text(0.04, 0.92, short(title, _LONGEST), size=_title_size(title), color=INK, weight="bold", va="center")
    below = wrapped([*more, *_subtitle(part)])
    for place, line in enumerate(below):
        figure.text(0.04, 0.83 - (place - (len(below) - 1) / 2) * _LINE, line, size=SMALL, color=MUTED, va="center")
    for place, line in enumerate(_footer(stamp, zone)):
        figure.text(0.04, 0.03 + place * _UNDER, line, size=SMALL, color=MUTED, va="center")
    out = BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": _QUICK})
    return out.getvalue()


def footed(report: Report) -> Stamp | None:
    """The stamp for the pictures of *report*; who is not in the figures of a digest or an alert is said once, below it
    all."""
    return replace(report.stamp, absent=()) if report.stamp and report.audience else report.stamp


def _footer(stamp: Stamp | None, zone: str) -> list[str]:
    """The stamp, and above it who is not in the figures."""
    if stamp is None:
        return []
    who = short(said(absent(stamp), zone), _FOOTER)
    return [stamped(stamp, zone), *([who] if who else [])]


def parted(title: str) -> tuple[str, list[str]]:
    """As many clauses of *title* as there is room for, and the others."""
    clauses = title.split(", ")
    most = next((n for n in range(len(clauses), 1, -1) if fits(", ".join(clauses[:n]), _TITLE)), 1)
    return ", ".join(clauses[:most]), [", ".join(clauses[most:])] if clauses[most:] else []


def wrapped(pieces: Sequence[str]) -> list[str]:
    """*pieces* beside one another, on two lines where one is too short."""
    lines = [""]
    for piece in pieces:
        joined = f"{lines[-1]} · {piece}" if lines[-1] else piece
        lines[-1:] = [joined] if fits(joined, _SUBTITLE) or not lines[-1] else [lines[-1], piece]
    return [short(each, _SUBTITLE) for each in (lines[0], " · ".join(lines[1:])) if each]


def _draw(figure: Figure, part: Drawn) -> None:
    if isinstance(part, Heat):
        draw_heat(figure, part)
        return
    if isinstance(part, Trend) and part.apart and part.days:
        draw_multiples(figure, part)
        return
    axes = figure.add_axes(SPACE)
    _plain(axes)
    if isinstance(part, Trend):
        draw_trend(axes, part)
    else:
        (draw_waterfall if part.start else draw_columns if _is_columns(part) else draw_bars)(axes, part)


def _is_columns(part: Bars) -> bool:
    """Whether there are too many rows in an order of their own for bars below one another."""
    return part.ordered and len(part.rows) > _ROWS


def _title_size(title: str) -> int:
    """As large as the title leaves room for."""
    return next((size for letters, size in ((40, 38), (48, 33), (_TITLE, 28)) if len(title) <= letters), 23)


def alt(part: Drawn) -> str:
    """The figures of the chart in words, for those who do not see it."""
    about = f"{escaped(part.about)}. " if part.about and part.about != part.title else ""
    said = f"{escaped(part.title)}. {about}{_in_words(part)}"
    return " ".join(said.replace("█", "").split())[:1000]


def _in_words(part: Drawn) -> str:
    if isinstance(part, Heat):
        return heat_in_words(part)
    if isinstance(part, Trend):
        return lines_in_words(part)
    return bar(part) if part.rows else "no rows"


def _subtitle(part: Drawn) -> list[str]:
    """What is shown, then what to know of how it is drawn."""
    if isinstance(part, Trend):
        return [*(part.about or f"{part.unit} a day").split(" · "), *_of_trend(part)]
    if isinstance(part, Heat):
        return [part.about or part.unit, *_of_heat(part)]
    about = part.about or part.unit
    return [f"{about}, and what moved it" if part.start else about, *_of_bars(part)]


def _of_heat(part: Heat) -> list[str]:
    total = [f"total {amount(sum(part.row_totals, Decimal(0)), part.unit)}"] if part.adds else []
    return [*total, "the more, the darker"]


def _of_bars(part: Bars) -> list[str]:
    if part.start:
        return [f"bars begin at {amount(cut_at(part), part.unit)}"] if cut_at(part) else []
    if part.shares:
        return ["each bar is out of 100 %"] if not _is_columns(part) else []
    total = [f"total {amount(part.total, part.unit)}"] if part.total is not None else []
    more = [f"{hidden(part)} more below"] if hidden(part) else []
    return [*total, *more]


def _of_trend(part: Trend) -> list[str]:
    ahead = any(line.ahead for line in part.lines)
    left = left_out(part) if part.apart else 0
    said = {
        "one scale": part.apart,
        f"{left} more below": left,
        f"dashed: budget {amount(part.limit, part.unit) if part.limit is not None else ''}": part.limit is not None,
        f"shaded: {'80 % band' if ahead else 'usual range'}": part.band,
        "hatched: not complete yet": part.provisional_from,
    }
    return [text for text, meant in said.items() if meant]


def _plain(axes: Axes) -> None:
    axes.set_facecolor(GROUND)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(colors=INK, labelsize=LABEL, length=0)
