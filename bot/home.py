"""The App Home: the budgets as they stand, what waits for a decision, and what is unusual."""

from __future__ import annotations

from typing import Any

from bot import render
from bot.asking import narrowed
from finops.approval import Proposed
from finops.budget import Standing, standing
from finops.desk import Ask
from finops.report import Choice, Choices, Note, Part, Progress, Report, say

_VIEW_BLOCKS = 100


def report(ask: Ask) -> Report:
    """What a person sees first."""
    desk = ask.desk
    reach = desk.reach(ask.now)
    stands = [standing(held.state, desk.ledger, reach) for held in desk.budgets.budgets()]
    waiting = [held for held in desk.requests.requests(waiting=True) if isinstance(held.state, Proposed)]
    unusual = desk.incidents.incidents(open=True)
    parts: list[Part] = [_progress(each) for each in stands]
    parts += [_waiting(held.state) for held in waiting if isinstance(held.state, Proposed)]
    parts += [Note(say(f"Unusual: {held.state.name}, ", held.state.excess, " above usual.")) for held in unusual]
    choices = Choices((Choice("Ask for a budget change…", "request"), Choice("What is unusual", "anomalies"),
                       Choice("What can I ask?", "help")))  # fmt: skip
    verdict = say(f"{len(stands)} budgets, {len(waiting)} waiting for a decision, {len(unusual)} unusual.")
    return narrowed(Report("Tuppence", verdict, (*parts, choices)), desk.teams)


def view(shown: Report, zone: str) -> dict[str, Any]:
    """The report as a Home tab."""
    return {"type": "home", "blocks": render.render(shown, zone, {})[:_VIEW_BLOCKS]}


def _progress(each: Standing) -> Progress:
    return Progress(each.budget.team, each.spent.amount, each.budget.amount.amount, each.spent.currency, each.gone)


def _waiting(proposed: Proposed) -> Note:
    asked = proposed.change
    return Note(say(f"Waiting for a decision: {proposed.id}, {asked.team} asks for ", asked.new, " a month."))
