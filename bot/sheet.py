"""A chart's exact figures as a CSV file; no cell of it begins a formula."""

from __future__ import annotations

import csv
import io
import re

from finops.money import plain
from finops.report import Drawn, Figures, Report
from storage.columns import GUARDED

_MOST = 50_000


def sheet(report: Report) -> str | None:
    """The figures of a report with a chart, a row each, largest or earliest first; None without a chart or figures."""
    figures, drawn = report.figures, any(isinstance(part, Drawn) for part in report.parts)
    return _written(figures) if figures and figures.rows and drawn else None


def _written(figures: Figures) -> str:
    rows = figures.rows[:_MOST]
    names = list(dict.fromkeys(name for key, _ in rows for name in key))
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([*names, "value", "unit"])
    for key, value in rows:
        said = "" if value is None else plain(value)
        lines.writerow([*(guarded(key.get(name, "")) for name in names), said, guarded(figures.unit)])
    return out.getvalue()


def guarded(text: str) -> str:
    """*text* with an apostrophe before it where a spreadsheet would take it for a formula, as exports have it."""
    return f"'{text}" if re.search(GUARDED, text) else text
