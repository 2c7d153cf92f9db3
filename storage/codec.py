"""States as text and back: JSON with exact figures, and the word for where in its life a subject is."""

from typing import Any

from pydantic import TypeAdapter

from finops.approval import Applied, Approved, BudgetRequest, Denied, Failed, Proposed
from finops.decision import State
from finops.incident import Incident, Stage

REQUEST_KINDS: dict[str, type[BudgetRequest]] = {
    "proposed": Proposed,
    "approved": Approved,
    "applied": Applied,
    "failed": Failed,
    "denied": Denied,
}
INCIDENT_KINDS = frozenset(stage.value for stage in Stage)
OPEN_KINDS = frozenset({Stage.OPEN.value, Stage.ACKNOWLEDGED.value})

_REQUEST: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(form) for kind, form in REQUEST_KINDS.items()}
_INCIDENT: TypeAdapter[Incident] = TypeAdapter(Incident)
_KIND_OF = {form: kind for kind, form in REQUEST_KINDS.items()}


def kind(state: State) -> str:
    """Where in its life *state* is: `proposed`, `applied`, `open` …; TypeError for what is no state of ours."""
    if isinstance(state, Incident):
        return state.stage.value
    if isinstance(state, BudgetRequest):
        return _KIND_OF[type(state)]
    raise TypeError(f"a {type(state).__name__} cannot be kept")


def body(state: State) -> str:
    """*state* as JSON, each amount as a string with every digit."""
    adapter: TypeAdapter[Any] = _INCIDENT if isinstance(state, Incident) else _REQUEST[kind(state)]
    return adapter.dump_json(state).decode()


def state(kind: str, body: str) -> BudgetRequest | Incident:
    """The state that *body* says, which is of this *kind*."""
    return incident(body) if kind in INCIDENT_KINDS else request(kind, body)


def request(kind: str, body: str) -> BudgetRequest:
    """The budget request that *body* says."""
    state: BudgetRequest = _REQUEST[kind].validate_json(body)
    return state


def incident(body: str) -> Incident:
    """The incident that *body* says."""
    return _INCIDENT.validate_json(body)
