"""The App Home: the budgets as they stand, what waits for a decision, and what is unusual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot import render
from bot.asking import narrowed
from bot.words import absent
from finops.anomalies.incident import Incident
from finops.anomalies.words import so_far
from finops.budgets.approval import Proposed
from finops.budgets.budget import Standing
from finops.budgets.card import progress
from finops.desk import Ask
from finops.forecasting.foreseen import foreseen
from finops.report import Choice, Choices, Note, Part, Report, say

_MOST = 8


def report(ask: Ask) -> Report:
    """What a person sees first: the fullest budgets, what waits longest, what is newest."""
    desk = ask.desk
    reach = desk.reach(ask.now)
    stands = foreseen([held.state for held in desk.budgets.budgets()], desk.ledger, reach)
    stands.sort(key=lambda each: each.used, reverse=True)
    found = [held.state for held in desk.requests.requests(waiting=True)]
    waiting = [state for state in reversed(found) if isinstance(state, Proposed)]
    unusual = [held.state for held in desk.incidents.incidents(open=True)]
    parts = [*_budgets(stands), *_requests(waiting), *_incidents(unusual)]
    choices = Choices((Choice("Ask for a budget change…", "request"), Choice("What is unusual", "anomalies"),
                       Choice("What can I ask?", "help")))  # fmt: skip
    verdict = say(f"{len(stands)} budgets, {len(waiting)} waiting for a decision, {len(unusual)} unusual.")
    return narrowed(Report("Tuppence", verdict, (*parts, choices)), desk.teams)


def view(shown: Report, zone: str) -> dict[str, Any]:
    """The report as a Home tab."""
    return {"type": "home", "blocks": render.render(shown, zone, {})}


def _budgets(stands: list[Standing]) -> Iterator[Part]:
    for each in stands[:_MOST]:
        yield progress(each)
    if len(stands) > _MOST:
        more = Choice("Show all budgets", "budget")
        yield from (Note(say(f"{len(stands) - _MOST} more budgets are less used.")), Choices((more,)))
    stamp = stands[0].stamp if stands else None
    if stamp and stamp.absent:
        yield Note(absent(stamp))


def _requests(waiting: list[Proposed]) -> Iterator[Part]:
    for each in waiting[:_MOST]:
        asked = each.change
        yield Note(say(f"Waiting for a decision: {each.id}, {asked.team} asks for ", asked.new, " a month."))
        yield Choices((Choice(f"Show {each.id}", "approve", {"id": each.id}),))
    if len(waiting) > _MOST:
        yield Note(say(f"{len(waiting) - _MOST} more requests are waiting."))


def _incidents(unusual: list[Incident]) -> Iterator[Part]:
    for each in unusual[:_MOST]:
        yield Note(say(f"Unusual: {each.name}, ", *so_far(each), "."))
    shown = [Choice(f"Show {each.name}"[:75], "anomalies", {"id": each.id}) for each in unusual[:_MOST]]
    if shown:
        yield Choices(tuple(shown))
