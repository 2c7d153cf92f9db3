"""What is said of an incident in one or two sentences, in each voice: what changed, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from finops.anomalies.causes import Causes
from finops.anomalies.incident import Incident, Stage
from finops.detector import Sight
from finops.money import Money
from finops.people import Audience
from finops.question import Dimension, Measure
from finops.report import Quantity, Share, Text, say

_LASTED = 7
_CAUSE = Decimal("0.2")


def what_changed(incident: Incident, why: Causes, audience: Audience, tokens: Decimal | None) -> Text:
    """What is unlike itself since when; the reason first where engineers read; where no amounts are shown, none, but
    how many times its usual *tokens* it used."""
    if audience is Audience.SECURITY:
        return _security(incident, why, tokens)
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
    what = " its usual tokens per call" if heavier >= 1 else " tokens per call"
    start = say(f"{incident.name} sent ", *more, what, *_when(incident))
    each = say(" (", Quantity(why.tokens_per_call() or Decimal(0)), " each)")
    return (*start, *each, *say("; it cost ", *times(incident), ", "), *so_far(incident), " so far.")


def _security(incident: Incident, why: Causes, tokens: Decimal | None) -> Text:
    if incident.sight is Sight.NEWCOMER:
        start = say(f"{incident.name} is new since ", incident.day)
    else:
        used = say(": it used ", *_of_usual(tokens), " tokens") if tokens is not None else ()
        start = (*say(f"{incident.name} behaved unlike itself", *_when(incident)), *used)
    fresh = [*why.fresh(Dimension.KEY), *why.fresh(Dimension.MODEL)]
    return (*start, f"; first seen with it: {', '.join(fresh[:3])}." if fresh else "; no key and no model is new.")


def times(incident: Incident) -> Text:
    """`3.4× its usual`, or `12 % of its usual` where it fell."""
    return say("what it never used") if incident.ratio is None else _of_usual(incident.ratio)


def _of_usual(ratio: Decimal) -> Text:
    return say(f"{ratio:.1f}× its usual") if ratio >= 1 else say(Share(ratio), " of its usual")


def so_far(incident: Incident) -> Text:
    """`$240 above usual`, or below it where it fell."""
    excess = incident.excess
    return say(-excess, " below usual") if excess.amount < 0 else say(excess, " above usual")


def _when(incident: Incident) -> Text:
    return say(" on ", incident.day) if incident.last_day == incident.day else say(" since ", incident.day)


def moved(incident: Incident, why: Causes) -> Text:
    """Which factor moved: calls, tokens per call, or neither; against the same days of the weeks before."""
    calls, heavier = why.share_of(Measure.REQUESTS), why.heavier()
    if calls is None or heavier is None:
        return say(f"No calls of {incident.name} are known to compare with, so no factor can be named.")
    named = {"calls": calls, "tokens per call": heavier}
    most, least = sorted(named, key=lambda each: -abs(named[each]))
    if abs(named[most]) < _CAUSE:
        return say("Neither calls nor tokens per call moved much; what is left is the price, or the mix of models.")
    return say(f"{most.capitalize()} moved most: ", Share(named[most], signed=True), f"; {least} ",
               Share(named[least], signed=True), ", against the same days of the weeks before.")  # fmt: skip


def doubled(incident: Incident, cost: Money | None) -> Text:
    """That it doubled again while it goes on, and what that day *cost* where amounts are shown."""
    if not (incident.doubled and incident.again and incident.is_open):
        return ()
    return say("It doubled again on ", incident.doubled, *(say(": ", cost) if cost else ()), ". ")


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
