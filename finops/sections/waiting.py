"""Finance: budget requests that wait for a second person."""

from collections.abc import Sequence

from finops.budgets.approval import Proposed
from finops.digests.section import Briefing, section
from finops.people import Audience
from finops.report import Choice, Choices, Note, Part, Strong, say

_MOST = 5


@section(40, Audience.FINANCE)
def waiting(briefing: Briefing) -> Sequence[Part]:
    """What waits for a decision, and a button to each request."""
    found = [held.state for held in briefing.desk.requests.requests(waiting=True)]
    states = [state for state in found if isinstance(state, Proposed)][:_MOST]
    buttons = tuple(Choice(f"Show request {state.id}", "approve", {"id": state.id}) for state in states)
    return (*(_note(state) for state in states), Choices(buttons)) if states else ()


def _note(state: Proposed) -> Note:
    change = state.change
    return Note(say(Strong("Waiting for you"), f"  {change.team} asks for ", change.new, " a month instead of ",
                    change.old, "."))  # fmt: skip
