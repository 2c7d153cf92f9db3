"""What a subject looks like now: `request/n7` and `incident/i-…` as the card that shows them; `incident/i-…@<date>`
is the card that told an incident anew on that date."""

from __future__ import annotations

from datetime import datetime

from finops.anomalies import card as incident_report
from finops.budgets import card as approval_report
from finops.budgets.approval import Change
from finops.budgets.budget import Budget, Standing
from finops.desk import Desk
from finops.errors import Unclear
from finops.people import Audience
from finops.report import Report


def shown(subject: str, desk: Desk, audience: Audience | None, now: datetime) -> Report:
    """The card of *subject* as it stands, in the voice of *audience*."""
    kind, _, id = subject.partition("/")
    if kind == "request":
        return _request(id, desk, now)
    if kind == "incident":
        id, _, date = id.partition("@")
        held, reader = desk.incidents.incident(id), audience or Audience.FINANCE
        return incident_report.card(held, desk.ledger, desk.company, reader, anew=bool(date))
    raise Unclear(f"Nothing shows {subject}.")


def _request(id: str, desk: Desk, now: datetime) -> Report:
    held = desk.requests.request(id)
    return approval_report.card(held, _standing(held.state.proposed.change, desk, now), desk.company)


def _standing(change: Change, desk: Desk, now: datetime) -> Standing:
    """How the budget stands that *change* is about; as it was before, if it is not configured any more."""
    try:
        return desk.facts(change.team, now)
    except Unclear:
        return desk.stands(Budget(change.team, change.old), now)


def audiences_of(subject: str) -> tuple[Audience, ...]:
    """Where a subject is shown when it is new: budget requests to finance, incidents to everybody."""
    return (Audience.FINANCE,) if subject.startswith("request/") else tuple(Audience)
