"""What is said of an incident in one or two sentences, in each voice: what changed, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from finops.causes import Causes
from finops.detector import Sight
from finops.incident import Incident, Stage
from finops.people import Audience
from finops.question import Dimension
from finops.report import Quantity, Share, Text, say

_LASTED = 7
_CAUSE = Decimal("0.2")


def what_changed(incident: Incident, why: Causes, audience: Audience) -> Text:
    """What is unlike itself since when; the reason first where engineers read, no amounts where none are shown."""
    if audience is Audience.SECURITY:
        return _security(incident, why)
    if incident.sight is Sight.NEWCOMER:
        return say(f"{incident.name} is new since ", incident.day, " and cost ", incident.actual, " that day.")
    heavier = why.heavier()
    if audience is Audience.ENGINEERING and incident.sight is Sight.UP and heavier and abs(heavier) >= _CAUSE:
        return _tokens(incident, why, heavier)
    return _cost(incident)


def _cost(incident: Incident) -> Text:
    start = say(f"{incident.name} cost ", *times(incident), *_when(incident), ": ", incident.actual)
    return (*start, *say(" instead of about ", incident.expected, "."))


def _tokens(incident: Incident, why: Causes, heavier: Decimal) -> Text:
    more = say(f"{1 + heavier:.1f}×") if heavier >= 1 else say(Share(heavier, signed=True))
    start = say(f"{incident.name} sent ", *more, " tokens per call", *_when(incident))
    each = say(" (", Quantity(why.tokens_per_call() or Decimal(0)), " each)")
    return (*start, *each, *say("; it cost ", *times(incident), ", ", incident.excess, " too much so far."))


def _security(incident: Incident, why: Causes) -> Text:
    if incident.sight is Sight.NEWCOMER:
        start = say(f"{incident.name} is new since ", incident.day)
    else:
        start = say(f"{incident.name} behaved unlike itself", *_when(incident), ": it used ", *times(incident))
    fresh = [*why.fresh(Dimension.KEY), *why.fresh(Dimension.MODEL)]
    return (*start, f"; first seen with it: {', '.join(fresh[:3])}." if fresh else "; no key and no model is new.")


def times(incident: Incident) -> Text:
    """`3.4× its usual`, or `12 % of its usual` where it fell."""
    if incident.ratio is None:
        return say("what it never used")
    return (
        say(f"{incident.ratio:.1f}× its usual") if incident.ratio >= 1 else say(Share(incident.ratio), " of its usual")
    )


def _when(incident: Incident) -> Text:
    return say(" on ", incident.day) if incident.last_day == incident.day else say(" since ", incident.day)


def fate(incident: Incident, audience: Audience) -> Text:
    """Who has it, or how it ended; nothing while it is simply open."""
    match incident.stage:
        case Stage.ACKNOWLEDGED:
            return say("Acknowledged by ", incident.by or "somebody", *_after(incident), ". ")
        case Stage.EXPECTED:
            return say("Marked as planned by ", incident.by or "somebody", ". ")
        case Stage.RESOLVED:
            return _ended(incident, audience)
    return ()


def _after(incident: Incident) -> Text:
    if incident.at is None:
        return ()
    minutes = max(0, int((incident.at - incident.opened_at).total_seconds()) // 60)
    size, unit = (minutes // 60, "hour") if minutes >= 60 else (minutes, "minute")
    return say(f" after {size} {unit}{'' if size == 1 else 's'}")


def _ended(incident: Incident, audience: Audience) -> Text:
    days = (incident.last_day - incident.day).days + 1
    over = f"{days} days" if days > 1 else "1 day"
    if days >= _LASTED:
        start = say(f"It has lasted {over} and counts as usual from now on. ")
    else:
        start = say("Back to normal since ", incident.last_day + timedelta(days=1), ". ")
    if not audience.sees_amounts:
        return start
    more, less = (incident.excess, "above") if incident.excess.amount >= 0 else (-incident.excess, "below")
    return (*start, *say("It cost ", more, f" {less} expectation over {over}. "))
