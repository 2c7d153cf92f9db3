"""An incident as a card, in the voice of whoever reads it: what changed, why, so what, what next."""

from __future__ import annotations

from datetime import timedelta

from finops.decision import Held
from finops.desk import Company
from finops.detector import Sight
from finops.incident import Incident, Stage
from finops.people import Audience
from finops.period import Period
from finops.question import Ledger, Measure, Question, Values
from finops.report import (
    Choice,
    Choices,
    Facts,
    Line,
    Mark,
    Moment,
    Part,
    Quantity,
    Report,
    Share,
    Text,
    Tone,
    Trend,
    say,
)
from finops.usual import daily, named, usual

_SHOWN, _HISTORY = timedelta(days=27), timedelta(days=60)


def card(held: Held[Incident], ledger: Ledger, company: Company, audience: Audience) -> Report:
    """The incident as it stands; where amounts are not shown, there are none in it."""
    incident = held.state
    verdict = (*_changed(incident, audience), *_fate(incident))
    parts: list[Part] = [_facts(incident, ledger, audience)]
    if audience.sees_amounts:
        parts.append(_trend(incident, ledger))
    if incident.is_open:
        parts.append(_choices(held))
    return Report(f"Unusual: {incident.name}", verdict, tuple(parts), tone=_tone(incident), subject=incident.subject,
                  audience=audience, stamp=ledger.answer(_question(incident)).stamp)  # fmt: skip


def _changed(incident: Incident, audience: Audience) -> Text:
    times = f"{incident.ratio:.1f}× its usual" if incident.ratio else "more than ever"
    if incident.sight is Sight.NEWCOMER:
        start = say(f"{incident.name} is new since ", incident.day)
        return (*start, *(say(" and cost ", incident.actual, " that day.") if audience.sees_amounts else say(".")))
    if not audience.sees_amounts:
        return say(f"{incident.name} behaved unlike itself on ", incident.day, f": {times}.")
    return say(f"{incident.name} cost {times} on ", incident.day, ": ", incident.actual, " instead of about ",
               incident.expected, ".")  # fmt: skip


def _fate(incident: Incident) -> Text:
    match incident.stage:
        case Stage.ACKNOWLEDGED:
            return say(" Acknowledged by ", incident.by or "somebody", ".")
        case Stage.EXPECTED:
            return say(" Marked as planned by ", incident.by or "somebody", ".")
        case Stage.RESOLVED:
            return say(" Back to normal.")
    return ()


def _facts(incident: Incident, ledger: Ledger, audience: Audience) -> Facts:
    answer = ledger.answer(_question(incident))
    pairs: list[tuple[str, Text]] = []
    if audience.sees_amounts:
        pairs.append(("Above usual so far", say(incident.excess)))
        pairs.append(("Usual on such a day", say(incident.low, " to ", incident.high)))
    if answer.previous:
        pairs += _factors(answer.total, answer.previous)
    pairs.append(("Team", say(incident.team or "nobody owns it")))
    pairs.append(("Seen", say(Moment(incident.opened_at))))
    return Facts(tuple(pairs))


def _question(incident: Incident) -> Question:
    day = Period(incident.day, incident.day + timedelta(days=1))
    week_before = Period(day.start - timedelta(days=7), day.end - timedelta(days=7))
    where = (named(incident.dimension, incident.name),)
    return Question((Measure.COST, Measure.TOKENS, Measure.REQUESTS), day, where=where, versus=week_before)


def _factors(now: Values, before: Values) -> list[tuple[str, Text]]:
    """Which factor moved: how many calls, and how many tokens a call."""
    pairs: list[tuple[str, Text]] = []
    if before[Measure.REQUESTS]:
        change = Share(now[Measure.REQUESTS] / before[Measure.REQUESTS] - 1, signed=True)
        pairs.append(("Calls, on a week before", say(Quantity(now[Measure.REQUESTS]), " (", change, ")")))
    if before[Measure.REQUESTS] and now[Measure.REQUESTS] and before[Measure.TOKENS]:
        a, b = (each[Measure.TOKENS] / each[Measure.REQUESTS] for each in (now, before))
        pairs.append(("Tokens per call", say(Quantity(a), " (", Share(a / b - 1, signed=True), ")")))
    return pairs


def _trend(incident: Incident, ledger: Ledger) -> Trend:
    costs = daily(ledger, incident.dimension, incident.name,
                  Period(incident.day - _HISTORY, incident.last_day + timedelta(days=1)))  # fmt: skip
    days = tuple(day for day in costs if day >= incident.day - _SHOWN)
    normal = [usual(costs, day, incident.day) for day in days]
    band = tuple((each.low, each.high) for each in normal)
    ratio = f"{incident.ratio:.1f}× its usual" if incident.ratio else "new"
    line = Line(incident.name, tuple(costs[day] for day in days))
    return Trend(f"{incident.name}: {ratio}", days, (line,), incident.actual.currency, band,
                 marks=(Mark(incident.day, f"{incident.actual.short}, {ratio}", ring=True),))  # fmt: skip


def _choices(held: Held[Incident]) -> Choices:
    def settle(action: str) -> dict[str, str]:
        return {"id": held.state.id, "action": action, "seen": str(held.version)}

    acknowledge = () if held.state.stage is Stage.ACKNOWLEDGED else (
        Choice("Acknowledge", "anomalies", settle("acknowledge"), Tone.GOOD),)  # fmt: skip
    planned = Choice("Mark as planned", "anomalies", settle("planned"), confirm="Nothing more is said about it.")
    return Choices((*acknowledge, planned))


def _tone(incident: Incident) -> Tone:
    return {Stage.OPEN: Tone.ALARM, Stage.ACKNOWLEDGED: Tone.WARNING}.get(incident.stage, Tone.GOOD)
