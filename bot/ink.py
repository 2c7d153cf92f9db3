"""How bars and trends are put on axes: colours, labels that name things directly, hatching, rings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bot.escape import clean
from bot.words import amount
from finops.report import Bars, Line, Trend

GROUND, INK, MUTED, GRID = "#f4f4f1", "#1d2733", "#5d6875", "#d5d7d2"
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a7a00")
OTHER = "#9aa2aa"
_BARS, _LINES = 10, 7


def short(text: str, most: int) -> str:
    """*text* without what fonts cannot draw, cut to *most* letters."""
    said = "".join(letter for letter in clean(text) if ord(letter) < 0x2E80).replace("$", r"\$")
    return said if len(said) <= most else said[: most - 1] + "…"


def draw_bars(axes: Axes, part: Bars) -> None:
    """Largest first from the top; the rest as *other (n)*; what was before as a thin mark."""
    rows = topped(part.rows, _BARS)
    values = [float(value) for _, value in rows]
    places = range(len(rows))
    colours = [OTHER if name.startswith("other (") else COLOURS[0] for name, _ in rows]
    axes.barh(places, values, height=0.62, color=colours)
    axes.set_yticks(list(places), [short(name, 22) for name, _ in rows])
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(min(0.0, *values, 0.0), (max([*values, *_before(part), 0.0]) or 1.0) * 1.18)
    axes.set_position((0.24, 0.09, 0.7, 0.73))
    for place, (name, value) in zip(places, rows, strict=True):
        said = amount(value, part.unit).replace("$", r"\$")
        end = max(float(value), float(part.previous.get(name, 0)), 0.0)
        axes.annotate(said, (end, place), (12, 0), textcoords="offset points", va="center", size=20, color=INK,
                      weight="bold")  # fmt: skip
        if name in part.previous:
            mark = float(part.previous[name])
            axes.plot([mark, mark], [place - 0.38, place + 0.38], color=INK, linewidth=3)
    if part.previous:
        axes.annotate("▏before", (0.995, 0.01), xycoords="axes fraction", ha="right", size=17, color=MUTED)


def _before(part: Bars) -> list[float]:
    return [float(value) for value in part.previous.values()]


def topped(rows: Sequence[tuple[str, Decimal]], most: int) -> list[tuple[str, Decimal]]:
    """The *most* largest rows, and the sum of the others as one more."""
    shown, rest = list(rows[:most]), rows[most:]
    return [*shown, (f"other ({len(rest)})", sum((v for _, v in rest), Decimal(0)))] if rest else shown


def draw_trend(axes: Axes, part: Trend) -> None:
    """Lines (or stacked bars) over days, each named where it ends; budget dashed, usual range shaded, marks ringed."""
    lines = _largest(part)
    if part.stacked:
        _stack(axes, part, lines)
    else:
        _lines(axes, part, lines)
    if part.band:
        _band(axes, part)
    if part.limit is not None:
        axes.axhline(float(part.limit), color=INK, linewidth=2, linestyle=(0, (6, 4)))
    _axes(axes, part)
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
    return OTHER if line.name.startswith("other (") else COLOURS[number % len(COLOURS)]


def _stack(axes: Axes, part: Trend, lines: list[Line]) -> None:
    floor = [0.0] * len(part.days)
    width = 0.82 * min((b - a).days for a, b in zip(part.days, part.days[1:], strict=False)) if part.days[1:] else 0.8
    for number, line in enumerate(lines):
        values = [0.0 if value != value else value for value in _floats(line)]
        hatch = ["//" if _is_open(part, day) else "" for day in part.days]
        axes.bar(_places(part.days), values, width, bottom=floor, color=_colour(number, line, part), hatch=hatch,
                 edgecolor=GROUND, linewidth=0.6)  # fmt: skip
        floor = [under + value for under, value in zip(floor, values, strict=True)]
    _named(
        axes, [(line.name, _middle(lines, number), _colour(number, line, part)) for number, line in enumerate(lines)]
    )


def _middle(lines: list[Line], number: int) -> float:
    under = sum(float(line.values[-1] or 0) for line in lines[:number])
    return under + float(lines[number].values[-1] or 0) / 2


def _lines(axes: Axes, part: Trend, lines: list[Line]) -> None:
    for number, line in enumerate(lines):
        matters = not part.matters or line.name in part.matters
        axes.plot(_places(part.days), _floats(line), color=_colour(number, line, part), linewidth=4 if matters else 2.5,
                  linestyle=(0, (1, 2)) if line.ahead else "-", dash_capstyle="round", solid_capstyle="round",
                  marker="o" if len(part.days) < 3 else "", zorder=3 if matters else 2)  # fmt: skip
    if len(lines) > 1:
        _name_lines(axes, part, lines)


def _name_lines(axes: Axes, part: Trend, lines: list[Line]) -> None:
    """Names at the right edge; a line that ends early is named where it ends."""
    ends = [(line.name, *_end(line, part), _colour(number, line, part)) for number, line in enumerate(lines)]
    _named(axes, [(name, value, colour) for name, day, value, colour in ends if day == part.days[-1]])
    for name, day, value, colour in (end for end in ends if end[1] != part.days[-1]):
        axes.annotate(short(name, 20), (day.toordinal(), value), (0, -30), textcoords="offset points", size=19,
                      color=colour, weight="bold", va="center")  # fmt: skip


def _end(line: Line, part: Trend) -> tuple[date, float]:
    """The last day that the line knows, and its value then."""
    known = [(day, float(value)) for day, value in zip(part.days, line.values, strict=True) if value is not None]
    return known[-1] if known else (part.days[-1], 0.0)


def _named(axes: Axes, names: list[tuple[str, float, str]]) -> None:
    """Names at the right edge, moved apart so that none covers another."""
    axes.set_position((0.08, 0.12, 0.74, 0.68))
    low, high = axes.get_ylim()
    gap, last = (high - low) * 0.062, low - (high - low)
    for name, at, colour in sorted(names, key=lambda each: each[1]):
        last = max(at, last + gap)
        axes.annotate(short(name, 20), (1.01, last), xycoords=("axes fraction", "data"), color=colour, size=19,
                      va="center", weight="bold", annotation_clip=False)  # fmt: skip


def _band(axes: Axes, part: Trend) -> None:
    known = [(day, edge) for day, edge in zip(part.days, part.band, strict=True) if edge]
    axes.fill_between(_places([day for day, _ in known]), [float(edge[0]) for _, edge in known],
                      [float(edge[1]) for _, edge in known], color=COLOURS[4], alpha=0.3, linewidth=0)  # fmt: skip


def _axes(axes: Axes, part: Trend) -> None:
    axes.set_ylim(bottom=min(0.0, axes.dataLim.y0), top=axes.get_ylim()[1] * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: amount(Decimal(str(round(v, 9))), part.unit.split(" ")[0]
                                                                      if part.unit[:3].isupper() else "")
                                                 .replace("$", r"\$")))  # fmt: skip
    axes.grid(axis="y", color=GRID, linewidth=1.2)
    axes.set_axisbelow(True)
    ticks = _ticks(part.days)
    axes.set_xticks(_places(ticks), [_dated(day, part.days) for day in ticks])
    axes.set_xlim(part.days[0].toordinal() - 1, part.days[-1].toordinal() + 1)


def _places(days: Sequence[date]) -> list[float]:
    return [float(day.toordinal()) for day in days]


def _ticks(days: Sequence[date]) -> list[date]:
    """At most eight days to be named: Mondays or firsts of a month where there are many."""
    firsts = [day for day in days if day.day == 1]
    mondays = [day for day in days if day.weekday() == 0]
    few = next((ticks for ticks in (days, mondays, firsts) if 2 <= len(ticks) <= 8), list(days))
    return list(few)[:: -(-len(few) // 8)]


def _dated(day: date, days: Sequence[date]) -> str:
    long = (days[-1] - days[0]).days > 200
    return f"{day:%b} {day.year}" if long else f"{day.day} {day:%b}"


def _marks(axes: Axes, part: Trend) -> None:
    totals = _tops(part)
    _, high = axes.get_ylim()
    for mark in part.marks:
        at = totals.get(mark.day, 0.0)
        if mark.ring:
            axes.plot([mark.day.toordinal()], [at], marker="o", markersize=26, markerfacecolor="none",
                      markeredgewidth=4, color=COLOURS[5], clip_on=False)  # fmt: skip
        late = mark.day > part.days[len(part.days) // 2]
        axes.annotate(short(mark.text, 44), (mark.day.toordinal(), min(at, high)), (-24 if late else 24, 6),
                      textcoords="offset points", ha="right" if late else "left", size=20, color=INK,
                      weight="bold", annotation_clip=False)  # fmt: skip


def _tops(part: Trend) -> dict[date, float]:
    marked = [line for line in part.lines if line.name in part.matters] or part.lines
    columns = list(zip(*(line.values for line in marked), strict=True))
    pick = sum if part.stacked else max
    return {day: float(pick([v or Decimal(0) for v in column])) for day, column in zip(part.days, columns, strict=True)}


def _is_open(part: Trend, day: date) -> bool:
    return part.provisional_from is not None and day >= part.provisional_from
