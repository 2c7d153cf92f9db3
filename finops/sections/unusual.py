"""Everybody: incidents that go on."""

from collections.abc import Sequence

from finops.people import Audience
from finops.report import Code, Note, Part, say
from finops.section import Briefing, section


@section(50, *Audience)
def unusual(briefing: Briefing) -> Sequence[Part]:
    """What is unusual since when, and how to see the whole story."""
    parts = []
    for held in briefing.desk.incidents.incidents(open=True):
        each = held.state
        above = say(", ", each.excess, " above usual so far") if briefing.audience.sees_amounts else ()
        show = Code(f"{briefing.desk.company.command} anomalies {each.id}")
        parts.append(Note((*say("Unusual: ", each.name, " since ", each.day), *above, ". ", show)))
    return tuple(parts)
