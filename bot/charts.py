"""Charts: bars, trends and heat maps as pictures, readable on a phone, on light and dark, and by the colour-blind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.bars import draw_bars, hidden
from bot.figures import bar, trend_in_words
from bot.heat import draw_heat
from bot.ink import GRID, GROUND, INK, LABEL, MUTED, SMALL, SPACE, short
from bot.multiples import draw_multiples, left_out
from bot.shades import heat_in_words
from bot.trends import draw_trend
from bot.waterfall import cut_at, draw_waterfall
from bot.words import absent, amount, stamped
from bot.words import plain as said
from finops.report import Bars, Drawn, Heat, Report, Trend
from finops.stamp import Stamp

_SIZE, _DPI, _QUICK = (16, 9), 100, 3
_TITLE, _SUBTITLE, _FOOTER, _LINE = 58, 82, 98, 0.042


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
    figure.text(0.04, 0.92, short(part.title, _TITLE), size=_title_size(part.title), color=INK, weight="bold",
                va="center")  # fmt: skip
    figure.text(0.04, 0.83, short(_subtitle(part), _SUBTITLE), size=SMALL, color=MUTED, va="center")
    for place, line in enumerate(_footer(stamp, zone)):
        figure.text(0.04, 0.035 + place * _LINE, line, size=SMALL, color=MUTED, va="center")
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
        (draw_waterfall if part.start else draw_bars)(axes, part)


def _title_size(title: str) -> int:
    """As large as the title leaves room for."""
    return next((size for letters, size in ((40, 38), (48, 33)) if len(title) <= letters), 28)


def alt(part: Drawn) -> str:
    """The figures of the chart in words, for those who do not see it."""
    if isinstance(part, Heat):
        return heat_in_words(part)[:1000]
    said = f"{part.title}. {bar(part) if part.rows else 'no rows'}" if isinstance(part, Bars) else trend_in_words(part)
    return " ".join(said.replace("█", "").split())[:1000]


def _subtitle(part: Drawn) -> str:
    if isinstance(part, Heat):
        total = f" · total {amount(sum(part.row_totals, Decimal(0)), part.unit)}" if part.adds else ""
        return f"{part.about or part.unit}{total} · the more, the darker"
    if isinstance(part, Bars) and part.start:
        cut = f" · bars begin at {amount(cut_at(part), part.unit)}" if cut_at(part) else ""
        return f"{part.about or part.unit}, and what moved it{cut}"
    if isinstance(part, Bars) and part.shares:
        return f"{part.about} · each bar is out of 100 %"
    if isinstance(part, Bars):
        total = f" · total {amount(part.total, part.unit)}" if part.total is not None else ""
        more = f" · {hidden(part)} more below" if hidden(part) else ""
        return f"{part.about or part.unit}{total}{more}"
    limit = f" · dashed: budget {amount(part.limit, part.unit)}" if part.limit is not None else ""
    ahead = any(line.ahead for line in part.lines)
    band = f" · shaded: {'80 % band' if ahead else 'usual range'}" if part.band else ""
    hatched = " · hatched: not complete yet" if part.provisional_from else ""
    more = f" · one scale{_left_out(part)}" if part.apart else ""
    return f"{part.about or f'{part.unit} a day'}{more}{limit}{band}{hatched}"


def _left_out(part: Trend) -> str:
    return f" · {left_out(part)} more below" if left_out(part) else ""


def _plain(axes: Axes) -> None:
    axes.set_facecolor(GROUND)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(colors=INK, labelsize=LABEL, length=0)
