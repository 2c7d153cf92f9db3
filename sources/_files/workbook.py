"""Workbooks: the first sheet of an .xlsx as a CSV file; further sheets are named."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from finops.errors import BadFile
from sources._files.found import Piece, unique

_MOST = 512 * 1024 * 1024
"""A sheet is held in memory while it is read, so a larger one is refused."""

Cell = int | float | str | bool | time | date | datetime | timedelta


def first_sheet(piece: Piece, folder: Path) -> tuple[Piece, tuple[str, ...]]:
    """The first sheet as a CSV file in *folder*, and what is to be said of the others; BadFile if there is none."""
    try:
        with zipfile.ZipFile(piece.path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > _MOST:
            raise BadFile(f"{piece.name} is a workbook of more than 512 MB. Save its sheet as CSV and import that.")
        book = CalamineWorkbook.from_path(str(piece.path))
        sheets = [each.name for each in book.sheets_metadata
                  if each.typ is SheetTypeEnum.WorkSheet and each.visible is SheetVisibleEnum.Visible]  # fmt: skip
        if not sheets:
            raise BadFile(f"{piece.name} is a workbook with no sheet that can be seen.")
        path = unique(folder, piece.name)
        with path.open("x", encoding="utf-8", newline="") as out:
            sheet = csv.writer(out, lineterminator="\n")
            sheet.writerows([_text(cell) for cell in row] for row in book.get_sheet_by_name(sheets[0]).iter_rows())
    except (CalamineError, zipfile.BadZipFile, OSError):
        raise BadFile(f"{piece.name} is a damaged or protected workbook. Save it as CSV and import that.") from None
    others = ", ".join(sheets[1:])
    said = f"{piece.name}: the sheet {sheets[0]} was read; not read: {others}." if others else ""
    return Piece(piece.name, path, made=True), ((said,) if said else ())


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else repr(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
