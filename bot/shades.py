"""A heat map in fixed-width text and in words, for those who do not see it."""

from __future__ import annotations

from decimal import Decimal

from bot.words import amount
from finops.report import Heat

_SHADES, _BUSIEST, _APART = "·░▒▓█", 3, 6


def busiest(part: Heat) -> list[tuple[int, int, Decimal]]:
    """The rows, columns and figures of the cells with the most, if anything is in them."""
    cells = [(row, column, value) for row, line in enumerate(part.cells) for column, value in enumerate(line)
             if value is not None and value > 0]  # fmt: skip
    return sorted(cells, key=lambda cell: (-cell[2], cell[0], cell[1]))[:_BUSIEST]


def named(part: Heat, row: int, column: int) -> str:
    """`Tue 10:00`."""
    return f"{part.rows[row][:3]} {part.columns[column]}"


def shaded(part: Heat) -> str:
    """A line for each row, a letter for each cell, the total behind it where there is one."""
    most = max((value for line in part.cells for value in line if value is not None), default=Decimal(0))
    heads = "".join(name[:2].ljust(_APART) for name in part.columns[::_APART])
    totals = [f" {amount(total, part.unit)}" if part.adds else "" for total in part.row_totals]
    lines = [f"{name[:3]} {''.join(_shade(value, most) for value in cells)}{total}"
             for name, cells, total in zip(part.rows, part.cells, totals, strict=True)]  # fmt: skip
    return "\n".join([f"    {heads}".rstrip(), *lines])


def _shade(value: Decimal | None, most: Decimal) -> str:
    if value is None or value <= 0:
        return _SHADES[0] if value is not None else " "
    return _SHADES[1 + min(3, int(value / most * 4))]


def heat_in_words(part: Heat) -> str:
    """The busiest cells, and the total of each row and column where there is one."""
    top = ", ".join(f"{named(part, row, column)} {amount(value, part.unit)}" for row, column, value in busiest(part))
    said = [f"Busiest: {top or 'none'}."]
    if part.adds:
        for names, totals in ((part.rows, part.row_totals), (part.columns, part.column_totals)):
            each = (f"{name} {amount(total, part.unit)}" for name, total in zip(names, totals, strict=True))
            said.append(f"{', '.join(each)}.")
    return " ".join(said)
