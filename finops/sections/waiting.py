"""Finance: budget requests that wait for a second person."""

from collections.abc import Sequence

from finops.approval import Proposed
from finops.people import Audience
from finops.report import Code, Note, Part, say
from finops.section import Briefing, section


@section(40, Audience.FINANCE)
def waiting(briefing: Briefing) -> Sequence[Part]:
    """What waits for a decision, and how to see it."""
    states = [held.state for held in briefing.desk.requests.requests(waiting=True)]
    command = briefing.desk.company.command
    return tuple(
        Note(say("Waiting for you: ", state.change.team, " asks for ", state.change.new, " a month. ",
                 Code(f"{command} approve {state.id}")))
        for state in states if isinstance(state, Proposed)
    )  # fmt: skip
