"""Leading: which row of an answer is the largest (or the smallest, where that is asked for), and how that is said."""

from __future__ import annotations

from decimal import Decimal

from finops.answers.clock import called, of_steps
from finops.answers.figure import Figure
from finops.question import Answer, Row
from finops.report import Share, Text, say

Leader = tuple[str, Decimal]


def leader(answer: Answer, figure: Figure) -> Leader | None:
    """What the leading row is called, and its figure; of one row only where so many are asked for. It is none that is
    a rest, where a part is set beside it, and none that names nobody, where another names somebody."""
    asked, known = answer.question, _known(answer, figure)
    sizes: dict[str, Decimal] = {}
    for row, value in known:
        sizes[called(row, asked)] = sizes.get(called(row, asked), Decimal(0)) + value
    rest = "other " if asked.shares else "other ("
    named = {name: value for name, value in sizes.items() if not name.startswith(rest)}
    sign = -1 if asked.least else 1
    outermost = max((named or sizes).items(), key=lambda each: each[1] * sign, default=None)
    return outermost if len(sizes) > 1 or asked.top else None


def _known(answer: Answer, figure: Figure) -> list[tuple[Row, Decimal]]:
    """The rows that say whose they are, with their figures; all rows where none does."""
    steps = of_steps(answer.question)
    known = [(row, value) for row in answer.rows if (row.key or steps) and (value := figure.of(row.values))]
    return [each for each in known if all(each[0].key.values())] or known


def is_part(value: Decimal, total: Decimal | None) -> bool:
    """Whether *value* can be said in per cents of *total*: credits make parts that are more than their whole."""
    return total is not None and 0 < value <= total


def told(answer: Answer, figure: Figure) -> Text:
    """`; 13 % of it is search`, `, highest for search: $0.30`, as the end of a sentence; empty if nothing leads."""
    asked, total = answer.question, figure.of(answer.total)
    over_time = asked.grain and not of_steps(asked)
    if over_time or (asked.versus and not asked.shares) or not total or not (leading := leader(answer, figure)):
        return ()
    name, value = leading
    if asked.least or not figure.adds or not is_part(value, total):
        return say(f", {_end(answer)} {'on' if of_steps(asked) else 'for'} {name}: ", figure.said(value))
    return say("; ", Share(value / total), f" of {'them are' if figure.counts else 'it is'} {name}")


def finding(answer: Answer, figure: Figure, title: str) -> str:
    """What the chart shows, in a few words; *title* where nothing leads."""
    total, leading = figure.of(answer.total), leader(answer, figure)
    if not leading or not total:
        return title
    name, value = leading
    if answer.question.least or not figure.adds or not is_part(value, total):
        return f"{name}: {_end(answer)} {figure.lowered}"
    return f"{name} is {_percent(value, total)} % of {figure.lowered}"


def _end(answer: Answer) -> str:
    return "lowest" if answer.question.least else "highest"


def _percent(value: Decimal, total: Decimal) -> str:
    """Whole per cents; one digit more below two."""
    percent = value / total * 100
    return f"{percent:.1f}" if percent < 2 else f"{percent:.0f}"
