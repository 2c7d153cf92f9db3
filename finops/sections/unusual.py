"""Everybody: incidents that go on."""

from collections.abc import Sequence

from finops.anomalies.incident import Incident
from finops.anomalies.words import so_far
from finops.digests.section import Briefing, section
from finops.digests.verdicts import NEWS
from finops.people import Audience
from finops.report import Choice, Choices, Note, Part, Strong, say

_MOST = 5


@section(50, *Audience)
def unusual(briefing: Briefing) -> Sequence[Part]:
    """What is unusual since when, and a button to the whole story of each."""
    found = [held.state for held in briefing.desk.incidents.incidents(open=True)[:_MOST]]
    buttons = tuple(Choice(f"Show {each.name}"[:75], "anomalies", {"id": each.id}) for each in found)
    untold = found if briefing.audience.sees_amounts else found[NEWS:]  # the verdict has told the others
    return (*(_note(briefing, each) for each in untold), Choices(buttons)) if found else ()


def _note(briefing: Briefing, each: Incident) -> Note:
    above = (", ", *so_far(each), " so far") if briefing.audience.sees_amounts else ()
    return Note((Strong("Unusual"), *say("  ", each.name, " since ", each.day), *above, "."))
