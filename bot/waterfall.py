"""Waterfalls: what a figure was, the steps that moved it, and what it came to; up in vermilion, down in blue."""

from __future__ import annotations

from decimal import Decimal

from matplotlib.axes import Axes

from bot.figures import stepped
from bot.ink import COLOURS, INK, LABEL, MUTED, OTHER, SMALL, called
from finops.report import Bars

_NAME, _LARGE, _HEIGHT, _MOST, _ASIDE = 28, 21, 0.62, 10, 9
_UP, _DOWN = COLOURS[5], COLOURS[0]
_CUT = Decimal("0.4")
Step = tuple[str, Decimal, Decimal]


def draw_waterfall(axes: Axes, part: Bars) -> None:
    """From the top: what was, each step from where the last one ended, and what it came to."""
    shown, base = _shown(part), cut_at(part)
    for place, (name, a, b) in enumerate(shown):
        _bar(axes, part, place, (name, base if _is_end(place, shown) else a, b), shown)
    for place, (_, _, end) in enumerate(shown[:-1]):
        axes.plot(
            [float(end)] * 2, [place - _HEIGHT / 2, place + 1 + _HEIGHT / 2], color=MUTED, linewidth=1.5, zorder=1
        )
    axes.set_yticks(range(len(shown)), [called(name, _NAME) for name, _, _ in shown])
    for label in axes.get_yticklabels():
        label.set_fontsize(LABEL if len(label.get_text()) <= _LARGE else SMALL)
    axes.tick_params(axis="y", pad=_ASIDE)
    axes.set_ylim(max(len(shown), 4) - 0.5, -0.5)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    if min(end for _, _, end in shown) < 0:
        axes.axvline(0, color=INK, linewidth=2, zorder=1)
    _widened(axes, shown, base)
    axes.set_position((0.33, 0.1, 0.63, 0.67))


def _shown(part: Bars) -> list[Step]:
    """The steps; the smallest of too many as one."""
    steps = list(part.steps)
    if len(steps) <= _MOST:
        return steps
    kept, rest = steps[: _MOST - 2], steps[_MOST - 2 : -1]
    return [*kept, (f"other ({len(rest)})", rest[0][1], rest[-1][2]), steps[-1]]


def _is_end(place: int, shown: list[Step]) -> bool:
    return place in (0, len(shown) - 1)


def cut_at(part: Bars) -> Decimal:
    """Where the bars of the ends begin: above zero where the steps are too small beside them to be seen."""
    ends = [end for _, _, end in part.steps]
    low, high = min(ends), max(ends)
    if low <= 0 or high - low >= high * _CUT or high == low:
        return Decimal(0)
    base = low - (high - low)
    return max(base.quantize(Decimal(1).scaleb((high - low).adjusted())), Decimal(0))


def _bar(axes: Axes, part: Bars, place: int, step: Step, shown: list[Step]) -> None:
    _, a, b = step
    is_end = _is_end(place, shown)
    colour = OTHER if is_end else _UP if b > a else _DOWN
    axes.barh(place, float(b - a), left=float(a), height=_HEIGHT, color=colour, zorder=2)
    if a == b and not is_end:
        axes.plot([float(a)] * 2, [place - _HEIGHT / 2, place + _HEIGHT / 2], color=INK, linewidth=3, zorder=3)
    told = stepped(Decimal(0) if is_end else a, b, part.unit, not is_end).replace("$", r"\$")
    axes.annotate(told, (float(max(a, b)), place), (12, 0), textcoords="offset points", va="center", size=LABEL,
                  color=INK, weight="bold", zorder=4)  # fmt: skip


def _widened(axes: Axes, shown: list[Step], base: Decimal) -> None:
    """Room for every figure to the right of its bar."""
    ends = [float(end) for _, _, end in shown]
    low, high = min(*ends, float(base)), max(*ends, float(base))
    room = (high - low) or 1.0
    axes.set_xlim(low - (room * 0.02 if low < 0 else 0), high + room * 0.3)
