"""States as text and back: JSON with exact figures, and the word for where in its life a subject is."""

from typing import Any

from pydantic import TypeAdapter

from finops.anomalies.incident import Incident, Stage
from finops.budgets.approval import Applied, Approved, BudgetRequest, Denied, Failed, Proposed
from finops.decision import State

_REQUESTS: dict[type[BudgetRequest], str] = {
    Proposed: "proposed",
    Approved: "approved",
    Applied: "applied",
    Failed: "failed",
    Denied: "denied",
}
REQUEST_KINDS = frozenset(_REQUESTS.values())
INCIDENT_KINDS = frozenset(stage.value for stage in Stage)
OPEN_KINDS = frozenset({Stage.OPEN.value, Stage.ACKNOWLEDGED.value})

_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(form) for form, kind in _REQUESTS.items()}
_ADAPTERS |= dict.fromkeys(INCIDENT_KINDS, TypeAdapter(Incident))


def kind(state: State) -> str:
    """Where in its life *state* is: `proposed`, `applied`, `open` …; TypeError for what is no state of ours."""
    if isinstance(state, Incident):
        return state.stage.value
    if isinstance(state, BudgetRequest):
        return _REQUESTS[type(state)]
    raise TypeError(f"a {type(state).__name__} cannot be kept")


def body(state: State) -> str:
    """*state* as JSON, each amount as a string with every digit."""
    return _ADAPTERS[kind(state)].dump_json(state).decode()


def state(kind: str, body: str) -> BudgetRequest | Incident:
    """The state of this *kind* that *body* says."""
    return incident(kind, body) if kind in INCIDENT_KINDS else request(kind, body)


def request(kind: str, body: str) -> BudgetRequest:
    """The budget request of this *kind* that *body* says."""
    read: BudgetRequest = _ADAPTERS[kind].validate_json(body)
    return read


def incident(kind: str, body: str) -> Incident:
    """The incident of this *kind* that *body* says."""
    read: Incident = _ADAPTERS[kind].validate_json(body)
    return read
