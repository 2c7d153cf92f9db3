"""What a subject looks like now: `request/n7` and `incident/i-…` as the card that shows them; `incident/i-…@<date>`
is the card that told an incident anew on that date."""

from __future__ import annotations

from datetime import datetime

from finops import approval_report, incident_report
from finops.approval import Proposed
from finops.desk import Desk
from finops.errors import FinopsError
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
    raise FinopsError(f"Nothing shows {subject}.")


def _request(id: str, desk: Desk, now: datetime) -> Report:
    held = desk.requests.request(id)
    proposed = held.state if isinstance(held.state, Proposed) else held.state.proposed
    return approval_report.card(held, desk.facts(proposed.change.team, now), desk.company)


def audiences_of(subject: str) -> tuple[Audience, ...]:
    """Where a subject is shown when it is new: budget requests to finance, incidents to everybody."""
    return (Audience.FINANCE,) if subject.startswith("request/") else tuple(Audience)
