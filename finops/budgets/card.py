"""A budget request as a card: what is asked, on which facts, and where it stands in its life."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from finops.budgets.applying import OTHER
from finops.budgets.approval import Applied, Approved, BudgetRequest, Change, Denied, Failed, Proposed
from finops.budgets.budget import Standing
from finops.company import Company
from finops.decision import Held
from finops.report import Choice, Choices, Code, Facts, Moment, Note, Part, Progress, Report, Share, Text, Tone, say

_MONTHS = 12


def card(held: Held[BudgetRequest], stands: Standing, company: Company) -> Report:
    """The request as it stands; buttons carry the version that is shown."""
    state = held.state
    proposed = state.proposed
    parts: list[Part] = [
        Facts((*_facts(state, proposed, stands), *(_approved(proposed.change, stands) if proposed is state else ()))),
        Note(say(proposed.change.reason), quoted=True),
    ]
    if not _unknown(state):
        parts.append(progress(stands, f"{proposed.change.team}, {stands.month}"))
    if isinstance(state, Proposed):
        parts += [_until(state, company), _choices(held, state, stands)]
    return Report(f"Budget request {proposed.id}", verdict(state), tuple(parts), stamp=stands.stamp, tone=_tone(state),
                  subject=state.subject)  # fmt: skip


def progress(stands: Standing, label: str = "") -> Progress:
    """How much of the budget is spent, beside how much of the month is over; called by its team if not by a *label*."""
    return Progress(label or stands.budget.team, stands.spent.amount, stands.budget.amount.amount,
                    stands.spent.currency, stands.gone)  # fmt: skip


def verdict(state: BudgetRequest) -> Text:
    """Where the request stands, in a sentence."""
    match state:
        case Proposed():
            return _asked(state.change)
        case Approved():
            return say("Approved by ", state.by, f"; the limit of {_limit(state)} is being set.")
        case Applied():
            return _applied(state)
        case Failed():
            return _failed(state)
        case Denied(by=None):
            return say(f"Expired: {state.why} {state.proposed.change.team} keeps {_old(state)} a month.")
    return say("Denied by ", state.by or "nobody", f": {state.why}")


def _asked(change: Change) -> Text:
    start = say(f"{change.team} asks for ", change.new, " a month instead of ", change.old, ", from now on")
    yearly = (change.new - change.old) * _MONTHS
    sign = "+" if yearly.amount > 0 else ""
    return (*start, *say(f" ({sign}", yearly, " a year)."))


def _applied(state: Applied) -> Text:
    start = say("Approved by ", state.approved.by)
    if state.read_back is None:
        return (*start, f". {_limit(state)} a month is in force, but no gateway holds this budget; it only alerts.")
    before = f" Until then {state.before.cents} was in force, not {_old(state)}." if state.before else ""
    return (*start, f"; the limit is {state.read_back.cents}, read back ", Moment(state.at), f".{before}")


def _failed(state: Failed) -> Text:
    start = say("Approved by ", state.approved.by, f" for {_limit(state)}, ")
    if state.instead:
        return (*start, f"but not set: {state.instead} of the same budget was approved later, and counts.")
    if state.says is None:
        return (*start, f"but not known to be in force: {state.why} The gateway may hold {_old(state)} or "
                        f"{_limit(state)}. An operator has to look.")  # fmt: skip
    if state.why == OTHER:
        return (*start, f"but the gateway says {state.says.cents}. An operator has to look; {_old(state)} was before.")
    return (
        *start,
        f"but not in force: {state.why} The gateway says {state.says.cents}. Ask again when that is mended.",
    )


def _unknown(state: BudgetRequest) -> bool:
    """Whether it is not known which budget is in force."""
    return isinstance(state, Failed) and state.says is None and not state.instead


def _limit(state: Approved | Applied | Failed) -> str:
    return state.proposed.change.new.cents


def _old(state: Applied | Failed | Denied) -> str:
    return state.proposed.change.old.cents


def _facts(state: BudgetRequest, proposed: Proposed, stands: Standing) -> list[tuple[str, Text]]:
    """What there is to decide on; where it is not known what is in force, nothing is said that rests on it."""
    change = proposed.change
    rests = [] if _unknown(state) else [("Runs out", _runs_out(stands))]
    share = () if _unknown(state) else (" (", Share(stands.used), ")")
    return [
        ("Budget a month", say(f"{change.old.cents} → {change.new.cents}")),
        ("Change", say(Share(_growth(change), signed=True)) if change.old.amount else say("new")),
        (f"Spent in {stands.last:%B}", say(stands.spent, *share)),
        (ends(stands), say(stands.month_end)),
        *rests,
        ("Asked by", say(proposed.by, ", ", Moment(proposed.at))),
    ]


def ends(stands: Standing) -> str:
    """What the end of the month rests on."""
    return "Month end, forecast" if stands.forecast else "Month end at this pace"


def _growth(change: Change) -> Decimal:
    return change.new.amount / change.old.amount - 1


def _approved(change: Change, stands: Standing) -> list[tuple[str, Text]]:
    """What would become of the month with the new budget."""
    after = _after(change, stands)
    if after.used < 1:
        return [("If approved", _runs_out(after) if not after.runs_out else say("runs out ", *_runs_out(after)))]
    return [("If approved", say(f"already spent: {_at_once(stands)}"))]


def _after(change: Change, stands: Standing) -> Standing:
    return replace(stands, budget=replace(stands.budget, amount=change.new))


def _at_once(stands: Standing) -> str:
    return "calls are refused at once" if stands.budget.target else "no gateway holds it to that"


def _runs_out(stands: Standing) -> Text:
    return say(stands.runs_out) if stands.runs_out else say("it lasts the month")


def _until(state: Proposed, company: Company) -> Note:
    typed = Code(f"{company.command} approve {state.id}")
    when = say("A second person has to decide by ", Moment(state.expires_at))
    return Note((*when, ", here or with ", typed, "."))


def _choices(held: Held[BudgetRequest], state: Proposed, stands: Standing) -> Choices:
    seen = {"id": state.id, "seen": str(held.version)}
    return Choices((Choice("Approve", "approve", seen, Tone.GOOD, _consequence(state.change, stands)),
                    Choice("Deny…", "deny", seen)))  # fmt: skip


def _consequence(change: Change, stands: Standing) -> str:
    sure = f"{change.team} may spend {change.new.cents} a month instead of {change.old.cents}"
    where = f"; {stands.budget.target} is told at once." if stands.budget.target else "; no gateway holds it to that."
    refused = f": {_at_once(stands)}" if stands.budget.target else ""
    spent = _after(change, stands).used >= 1
    return f"{sure}{where}" + (f" {stands.spent.cents} is already spent{refused}." if spent else "")


def _tone(state: BudgetRequest) -> Tone:
    return {Proposed: Tone.WARNING, Applied: Tone.GOOD, Failed: Tone.ALARM}.get(type(state), Tone.PLAIN)
