"""What to say when somebody names a budget, a request or an incident that there is not."""

from collections.abc import Sequence
from difflib import get_close_matches

from finops.errors import Unclear


def no_budget(team: str, teams: Sequence[str]) -> Unclear:
    """The refusal for *team*, with the nearest of the *teams* that have a budget."""
    if not teams:
        return Unclear("No team has a budget yet; the operators name them in the configuration.", example="help")
    near = _nearest(team, teams)
    hint = f" Did you mean {near}?" if near else f" These have one: {', '.join(sorted(teams))}."
    return Unclear(f"{team} has no budget.{hint}", example=f"budget {near or sorted(teams)[0]}", field="team")


def no_request(id: str, ids: Sequence[str]) -> Unclear:
    """The refusal for the request *id*, with the nearest of *ids* (newest first), else the newest."""
    if not ids:
        return Unclear(f"There is no request {id}; nobody has asked for a change yet.", example="budget", field="id")
    return Unclear(f"There is no request {id}.", example=f"approve {_nearest(id, ids) or ids[0]}", field="id")


def no_incident(id: str, ids: Sequence[str]) -> Unclear:
    """The refusal for the incident *id*, with the nearest of *ids* (newest first), else the newest."""
    near = _nearest(id, ids) or (ids[0] if ids else "")
    return Unclear(f"There is no incident {id}.", example=f"anomalies {near}".strip(), field="id")


def _nearest(word: str, known: Sequence[str]) -> str | None:
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_fold, n=1)
    return by_fold[near[0]] if near else None
