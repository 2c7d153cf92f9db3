"""`/finops anomalies`: what is unusual, and what was done about it."""

from finops.anomalies.card import card, reasons
from finops.anomalies.incident import Incident, Stage, settled
from finops.command import Arguments, command, never
from finops.decision import Held
from finops.desk import Ask
from finops.errors import NotAllowed, Unclear
from finops.people import Audience, Place, Role
from finops.report import Report, Table, Text, Tone, say

_ACTIONS = {"acknowledge": Stage.ACKNOWLEDGED, "planned": Stage.EXPECTED}


class AnomalyArguments(Arguments):
    """Nothing for the list; an incident to show it; `why` for its causes; an action, with the version seen, to settle
    it."""

    id: str = ""
    action: str = ""
    seen: int = 0


@command("anomalies [i-20261123-support-prod]", AnomalyArguments, amounts=never, decides=True)
def anomalies(ask: Ask, arguments: AnomalyArguments) -> Report:
    """What is unusual now; with an id, the whole story of one."""
    if not arguments.id:
        return _list(ask.desk.incidents.incidents()[:20], ask.place)
    held = ask.desk.incidents.incident(arguments.id)
    audience = ask.place.audience or Audience.ENGINEERING
    if arguments.action == "why":
        return reasons(held.state, ask.desk.ledger, audience)
    if not arguments.action or not arguments.seen:
        return card(held, ask.desk.ledger, ask.desk.company, audience).privately()
    return _settle(ask, held, arguments)


def _settle(ask: Ask, held: Held[Incident], arguments: AnomalyArguments) -> Report:
    stage = _ACTIONS.get(arguments.action)
    if stage is None:
        raise Unclear(f"I can't “{arguments.action}” an incident.", example=f"anomalies {arguments.id}")
    if not ask.desk.people.may(ask.who, Role.REQUESTER):
        raise NotAllowed("Settling incidents is not open to you here.")
    ask.desk.book.keep(settled(held, arguments.seen, stage, ask.who, ask.now))
    done = "You have it now" if stage is Stage.ACKNOWLEDGED else "Marked as planned"
    return Report(held.state.name, say(f"{done}; the card says so."), private=True)


def _list(found: tuple[Held[Incident], ...], place: Place) -> Report:
    open_ones = [held.state for held in found if held.state.is_open]
    if not found:
        return Report("Anomalies", say("Nothing unusual has been seen yet."), tone=Tone.GOOD)
    verdict = (
        f"{len(open_ones)} open: {', '.join(each.name for each in open_ones)}." if open_ones else "Nothing is open."
    )
    table = Table(("Incident", "What", "Since", "State", *(("Above usual",) if place.sees_amounts else ())),
                  tuple(_row(held.state, place) for held in found))  # fmt: skip
    return Report("Anomalies", say(verdict), (table,), tone=Tone.WARNING if open_ones else Tone.GOOD)


def _row(each: Incident, place: Place) -> tuple[Text, ...]:
    above = (say(each.excess),) if place.sees_amounts else ()
    return say(each.id), say(each.name), say(each.day), say(each.stage.said), *above
