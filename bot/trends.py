"""Trends: lines or stacked bars over days, named where they end; budget dashed, usual range shaded, marks ringed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, MultipleLocator

from bot.ink import BESIDE, COLOURS, GRID, INK, LABEL, OTHER, SPACE, as_letters, called, is_rest, short, tick
from bot.stacks import draw_stack, middles
from finops.report import Line, Trend

_LINES = 7


def draw_trend(axes: Axes, part: Trend) -> None:
    """Lines (or stacked bars) over days, each named where it ends; budget dashed, usual range shaded, marks ringed."""
    lines = _largest(part)
    if part.stacked:
        draw_stack(axes, part, lines, _colours(part, lines), _step(part.days))
    else:
        _lines(axes, part, lines)
    if part.band:
        _band(axes, part)
    if part.provisional_from and not part.stacked:
        _open(axes, part, part.provisional_from)
    if part.limit is not None:
        axes.axhline(float(part.limit), color=INK, linewidth=2, linestyle=(0, (6, 4)))
    _axes(axes, part)
    if len(lines) > 1:
        (_name_stack if part.stacked else _name_lines)(axes, part, lines)
    _marks(axes, part)


def _largest(part: Trend) -> list[Line]:
    by_size = sorted(part.lines, key=lambda line: -sum(abs(v) for v in line.values if v is not None))
    shown, rest = by_size[:_LINES], by_size[_LINES:]
    if not rest or not part.stacked:
        return shown
    summed = tuple(
        sum((v for v in day if v is not None), Decimal(0)) for day in zip(*(r.values for r in rest), strict=True)
    )
    return [*shown, Line(f"other ({len(rest)})", summed)]


def _floats(line: Line) -> list[float]:
    return [float("nan") if value is None else float(value) for value in line.values]


def _colour(number: int, line: Line, part: Trend) -> str:
    if line.ahead:
        return COLOURS[0]
    if part.matters:
        return COLOURS[part.matters.index(line.name) % len(COLOURS)] if line.name in part.matters else OTHER
    return OTHER if is_rest(line.name) else COLOURS[number % len(COLOURS)]


def _colours(part: Trend, lines: list[Line]) -> list[str]:
    return [_colour(number, line, part) for number, line in enumerate(lines)]


def _name_stack(axes: Axes, part: Trend, lines: list[Line]) -> None:
    named = zip(lines, middles(lines), _colours(part, lines), strict=True)
    _named(axes, [(line.name, at, colour) for line, at, colour in named if line.values[-1]])


def _lines(axes: Axes, part: Trend, lines: list[Line]) -> None:
    for number, line in enumerate(lines):
        matters = not part.matters or line.name in part.matters
        axes.plot(_places(part.days), _floats(line), color=_colour(number, line, part), linewidth=4 if matters else 2.5,
                  linestyle=(0, (1, 2)) if line.ahead else "-", dash_capstyle="round", solid_capstyle="round",
                  marker="o" if len(part.days) < 3 else "", markersize=16, zorder=3 if matters else 2)  # fmt: skip


def _name_lines(axes: Axes, part: Trend, lines: list[Line]) -> None:
    """Names at the right edge; a line that ends before the others is named where it ends."""
    ends = [(line.name, *_end(line, part), _colour(number, line, part)) for number, line in enumerate(lines)]
    last = max(day for _, day, _, _ in ends)
    _named(axes, [(name, value, colour) for name, day, value, colour in ends if day == last])
    for name, day, value, colour in (end for end in ends if end[1] != last):
        axes.annotate(called(name, BESIDE), (day.toordinal(), value), (0, -36), textcoords="offset points", size=LABEL,
                      color=as_letters(colour), weight="bold", va="center")  # fmt: skip


def _end(line: Line, part: Trend) -> tuple[date, float]:
    """The last day that the line knows, and its value then."""
    known = [(day, float(value)) for day, value in zip(part.days, line.values, strict=True) if value is not None]
    return known[-1] if known else (part.days[-1], 0.0)


def _named(axes: Axes, names: list[tuple[str, float, str]]) -> None:
    """Names at the right edge, moved apart so that none covers another, and back into the picture."""
    axes.set_position((SPACE[0], SPACE[1], 0.64, SPACE[3]))
    low, high = axes.get_ylim()
    ordered = sorted(names, key=lambda each: each[1])
    places = apart([at for _, at, _ in ordered], (high - low) * 0.095, high)
    for (name, _, colour), at in zip(ordered, places, strict=True):
        axes.annotate(called(name, BESIDE), (1.01, at), xycoords=("axes fraction", "data"), color=as_letters(colour),
                      size=LABEL, va="center", weight="bold", annotation_clip=False)  # fmt: skip


def apart(places: Sequence[float], gap: float, high: float) -> list[float]:
    """The *places*, lowest first, at least *gap* from one another, and none above *high*."""
    risen: list[float] = []
    for at in places:
        risen.append(max(at, risen[-1] + gap) if risen else at)
    for number, most in enumerate(high - gap * under for under in range(len(risen) - 1, -1, -1)):
        risen[number] = min(risen[number], most)
    return risen


def _band(axes: Axes, part: Trend) -> None:
    known = [(day, edge) for day, edge in zip(part.days, part.band, strict=True) if edge]
    axes.fill_between(_places([day for day, _ in known]), [float(edge[0]) for _, edge in known],
                      [float(edge[1]) for _, edge in known], color=COLOURS[4], alpha=0.3, linewidth=0)  # fmt: skip


def _open(axes: Axes, part: Trend, since: date) -> None:
    """The days that are not complete yet, hatched."""
    half = 0.5 * _step(part.days)
    axes.axvspan(since.toordinal() - half, part.days[-1].toordinal() + half, facecolor="none", edgecolor=OTHER,
                 hatch="//", linewidth=0, zorder=1)  # fmt: skip


def _axes(axes: Axes, part: Trend) -> None:
    nothing = axes.dataLim.y0 == axes.dataLim.y1 == 0
    top = axes.dataLim.y1 if part.shares else axes.get_ylim()[1] * 1.08
    axes.set_ylim(bottom=min(0.0, axes.dataLim.y0), top=1.0 if nothing else top)
    axes.tick_params(axis="x", pad=12)
    few = MultipleLocator(25) if part.shares else MaxNLocator(4)
    axes.yaxis.set_major_locator(FixedLocator([0.0]) if nothing else few)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, part.unit)))
    axes.grid(axis="y", color=GRID, linewidth=1.2)
    axes.set_axisbelow(True)
    ticks = _ticks(part.days)
    axes.set_xticks(_places(ticks), [_dated(day, part.days) for day in ticks])
    aside = 0.7 * _step(part.days) if part.stacked else max(1, len(part.days) / 30)
    axes.set_xlim(part.days[0].toordinal() - aside, part.days[-1].toordinal() + aside)


def _step(days: Sequence[date]) -> int:
    """How many days lie between one and the next, at least."""
    return min((after - day).days for day, after in pairwise(days)) if days[1:] else 1


def _places(days: Sequence[date]) -> list[float]:
    return [float(day.toordinal()) for day in days]


def _ticks(days: Sequence[date]) -> list[date]:
    """At most six days to be named: Mondays or firsts of a month where there are many."""
    firsts = [day for day in days if day.day == 1]
    mondays = [day for day in days if day.weekday() == 0]
    few = next((ticks for ticks in (days, mondays, firsts) if 2 <= len(ticks) <= 6), list(days))
    return list(few)[:: -(-len(few) // 6)]


def _dated(day: date, days: Sequence[date]) -> str:
    if _step(days) < 28:
        return f"{day.day} {day:%b}"
    return f"{day:%b}" if (days[-1] - days[0]).days < 360 else f"{day:%b %Y}"


def _marks(axes: Axes, part: Trend) -> None:
    totals = _tops(part)
    _, high = axes.get_ylim()
    for mark in part.marks:
        at = totals.get(mark.day, 0.0)
        if mark.ring:
            axes.plot([mark.day.toordinal()], [at], marker="o", markersize=26, markerfacecolor="none",
                      markeredgewidth=4, color=COLOURS[5], clip_on=False)  # fmt: skip
        late = mark.day > part.days[len(part.days) // 3]
        off = (-28, 8) if late else (28, 8 if part.limit is None else -40)
        axes.annotate(short(mark.text, 44), (mark.day.toordinal(), min(at, high)), off,
                      textcoords="offset points", ha="right" if late else "left", size=LABEL, color=INK,
                      weight="bold", annotation_clip=False)  # fmt: skip


def _tops(part: Trend) -> dict[date, float]:
    """How high each day is; what matters first, the others where that says nothing."""
    marked = [line for line in part.lines if line.name in part.matters[:1]] or part.lines
    pick, tops = (sum if part.stacked else max), {}
    for at, day in enumerate(part.days):
        known = [line.values[at] for line in marked] if any(line.values[at] is not None for line in marked) else [
                 line.values[at] for line in part.lines]  # fmt: skip
        tops[day] = float(pick([value or Decimal(0) for value in known]))
    return tops
