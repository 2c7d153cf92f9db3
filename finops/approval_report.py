"""A budget request as a card: what is asked, on which facts, and where it stands in its life."""

from __future__ import annotations

from finops.approval import Applied, Approved, BudgetRequest, Denied, Failed, Proposed
from finops.budget import Standing
from finops.decision import Held
from finops.desk import Company
from finops.report import Choice, Choices, Facts, Moment, Note, Part, Progress, Report, Share, Text, Tone, say


def card(held: Held[BudgetRequest], stands: Standing, company: Company) -> Report:
    """The request as it stands; buttons carry the version that is shown."""
    state = held.state
    proposed = state if isinstance(state, Proposed) else state.proposed
    parts: list[Part] = [_facts(proposed, stands), Note(say(proposed.change.reason), quoted=True)]
    parts.append(Progress(f"{proposed.change.team} this month", stands.spent.amount, stands.budget.amount.amount,
                          stands.spent.currency, stands.gone))  # fmt: skip
    if isinstance(state, Proposed):
        parts += [Note(say("Expires ", Moment(state.expires_at), ".")), _choices(held, state)]
    return Report(f"Budget request {proposed.id}", _verdict(state, company), tuple(parts), tone=_tone(state),
                  subject=state.subject)  # fmt: skip


def _facts(proposed: Proposed, stands: Standing) -> Facts:
    change = proposed.change
    growth = change.new.amount / change.old.amount - 1 if change.old.amount else None
    pairs: list[tuple[str, Text]] = [
        ("Budget a month", say(f"{change.old.cents} → {change.new.cents}")),
        ("Change", say(Share(growth, signed=True)) if growth is not None else say("new")),
        ("Spent this month", say(stands.spent, " (", Share(stands.used), ")")),
        ("Month end at this pace", say(stands.month_end)),
        ("Asked by", say(proposed.by, " ", Moment(proposed.at))),
    ]
    if stands.runs_out:
        pairs.append(("Runs out", say(stands.runs_out)))
    return Facts(tuple(pairs))


def _verdict(state: BudgetRequest, company: Company) -> Text:
    match state:
        case Proposed(change=change):
            return say(f"{change.team} asks for ", change.new, " a month instead of ", change.old, ".")
        case Approved():
            return say("Approved by ", state.by, "; the limit is being set.")
        case Applied(read_back=None):
            new = state.proposed.change.new.cents
            return say("Approved by ", state.approved.by, f". {new} is in force for alerts; no gateway holds it.")
        case Applied():
            limit = state.read_back.cents if state.read_back else ""
            return say("Approved by ", state.approved.by, f"; the limit is {limit}, read back ", Moment(state.at), ".")
        case Failed():
            return _failed(state)
        case Denied(by=None):
            return say("Expired: ", state.why)
    return say("Denied by ", state.by or "nobody", f": {state.why}")


def _failed(state: Failed) -> Text:
    new, old = state.proposed.change.new.cents, state.proposed.change.old.cents
    if state.says is not None:
        return say(
            f"Approved for {new}, but the gateway says {state.says.cents}. Tell an operator; nothing else changed."
        )
    return say(f"Approved for {new}, but not in force, {old} holds: {state.why} Ask again when that is mended.")


def _tone(state: BudgetRequest) -> Tone:
    return {Proposed: Tone.WARNING, Applied: Tone.GOOD, Failed: Tone.ALARM}.get(type(state), Tone.PLAIN)


def _choices(held: Held[BudgetRequest], state: Proposed) -> Choices:
    seen = {"id": state.id, "seen": str(held.version)}
    sure = f"Sets the budget of {state.change.team} to {state.change.new.cents} a month, at its gateway too."
    return Choices((Choice("Approve", "approve", seen, Tone.GOOD, sure), Choice("Deny…", "deny", seen)))
