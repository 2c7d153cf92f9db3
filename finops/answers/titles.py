"""Titles: what was asked, as an answer repeats it, with filters in canonical words."""

from __future__ import annotations

from finops.answers.figure import Figure
from finops.asked import LICENSED, filtered
from finops.question import Question


def title(asked: Question, figure: Figure) -> str:
    """`Cost by model, October 2026, team:search`."""
    cuts = [*([asked.grain] if asked.grain else []), *(each.replace("_", " ") for each in asked.by)]
    cut = f" by {' and '.join(cuts)}" if cuts else ""
    where = [filtered(each) for each in asked.where if each not in LICENSED.values()]
    top = [f"{'bottom' if asked.least else 'top'} {asked.top}"] if asked.top else []
    return ", ".join((f"{_label(asked, figure)}{cut}", f"{asked.period}", *where, *top))


def _label(asked: Question, figure: Figure) -> str:
    if asked.cumulative:
        return f"Cumulative {figure.lowered}"
    return f"Share of {figure.lowered}" if asked.shares else figure.label
