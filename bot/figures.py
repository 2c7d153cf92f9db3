"""Figures in words and fixed-width text: bars, tables, progress and trends for those who do not see the chart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from bot.escape import clean, escaped
from bot.words import amount, exact, share
from finops.money import Money
from finops.report import Bars, Progress, Quantity, Share, Table, Text, Trend

_CELLS, _NAME, _MOST, _TRACE = 20, 28, 20, Decimal("0.0001")


def listed(text: str) -> str:
    """A label or title, escaped."""
    return escaped(text)


def bar(part: Bars) -> str:
    """The bars as lines: name, bar, value; for mrkdwn's fixed width."""
    if part.start:
        return _way(part)
    rows = topped(part, _MOST)
    largest = max((abs(value) for _, value in rows), default=Decimal(0)) or Decimal(1)
    width = min(_NAME, max(_width(name) for name, _ in rows))
    lines = []
    for name, value in rows:
        cells = "█" * max(int(abs(value) / largest * _CELLS), 1 if value else 0)
        lines.append(f"{_padded(name, width)} {cells} {amount(value, part.unit)}")
    return _quiet("\n".join(lines))


def _way(part: Bars) -> str:
    """What was, each step with its sign, and what it came to."""
    width = min(_NAME, max(_width(name) for name, _, _ in part.steps))
    last = len(part.steps) - 1
    said = [stepped(a, b, part.unit, 0 < n < last) for n, (_, a, b) in enumerate(part.steps)]
    return _quiet(
        "\n".join(f"{_padded(each[0], width)}  {value}" for each, value in zip(part.steps, said, strict=True))
    )


def stepped(a: Decimal, b: Decimal, unit: str, step: bool) -> str:
    """What a bar from *a* to *b* says: a *step* with its sign, or that it is next to nothing; the ends as they are."""
    if step and 0 < abs(b - a) < max(abs(a), abs(b)) * _TRACE:
        return f"about {amount(Decimal(0), unit)}"
    return f"{'+' if step and b > a else ''}{amount(b - a, unit)}"


def topped(part: Bars, most: int) -> list[tuple[str, Decimal]]:
    """The *most* largest rows; where they are parts of a total, the sum of the others as one more. All of those that
    stand in their own order."""
    if part.ordered or len(part.rows) <= most + 1:
        return list(part.rows)
    shown, rest = list(part.rows[:most]), part.rows[most:]
    if part.total is None:
        return shown
    return [*shown, (f"other ({len(rest)})", sum((value for _, value in rest), Decimal(0)))]


def tabled(part: Table, zone: str, widest: int = _NAME) -> str:
    """The table in columns of fixed width, at most *widest*; figures exact and to the right."""
    cells = [list(map(clean, part.columns)), *([exact(cell, zone) for cell in row] for row in part.rows)]
    widths = [min(widest, max(_width(row[n]) for row in cells)) for n in range(len(part.columns))]
    right = [n > 0 and _of_figures([row[n] for row in part.rows]) for n in range(len(part.columns))]
    lines = ["  ".join(map(_padded, row, widths, right)) for row in cells]
    return _quiet("\n".join(line.rstrip() for line in lines))


def _of_figures(column: Sequence[Text]) -> bool:
    return any(isinstance(piece, Money | Quantity | Share) for cell in column for piece in cell)


def progress(part: Progress) -> str:
    """How much of the limit is used, as a bar of text; `|` marks how much of the period has gone by."""
    used = part.used / part.limit if part.limit else Decimal(0)
    filled = min(_CELLS, max(0, int(used * _CELLS)))
    cells = ["█"] * filled + ["░"] * (_CELLS - filled)
    if part.pace is not None:
        cells[min(_CELLS - 1, int(part.pace * _CELLS))] = "|"
    said = f"{amount(part.used, part.unit)} of {amount(part.limit, part.unit)}, {share(used)}"
    return f"{escaped(part.label)}  `{''.join(cells)}`  {said}"


def trend_in_words(part: Trend) -> str:
    """The title, and the lines in words."""
    return f"{escaped(part.title)}: {lines_in_words(part)}"


def lines_in_words(part: Trend) -> str:
    """First, last and highest of each line, and what is marked."""
    said = [_line(line.name, line.values, part) for line in part.lines[:8]]
    more = [f"and {len(part.lines) - 8} more"] if part.lines[8:] else []
    marks = [f"{mark.day.day} {mark.day:%b}: {escaped(mark.text)}" for mark in part.marks]
    return "\n".join([*said, *more, *marks])


def _line(name: str, values: Sequence[Decimal | None], part: Trend) -> str:
    known = [(day, value) for day, value in zip(part.days, values, strict=True) if value is not None]
    if not known:
        return f"{escaped(name)} no data"
    (first, start), (last, end), (high_day, high) = known[0], known[-1], max(known, key=lambda each: each[1])
    return (f"{escaped(name)} {amount(start, part.unit)} on {first.day} {first:%b}, {amount(end, part.unit)} on "
            f"{last.day} {last:%b}, highest {amount(high, part.unit)} on {high_day.day} {high_day:%b}")  # fmt: skip


def _quiet(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "ˋ")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in clean(text))


def _padded(text: str, width: int, right: bool = False) -> str:
    shown = clean(text)
    while _width(shown) > width:
        shown = shown.removesuffix("…")[:-1] + "…"
    space = " " * (width - _width(shown))
    return space + shown if right else shown + space
