"""A LiteLLM gateway: budgets of teams and of virtual keys."""

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from finops.errors import SourceChanged, TargetError
from finops.money import Money
from targets._base import Target
from web.client import Web
from web.pages import rows

_MONTH = "30d"  # LiteLLM resets it on the first of the month


class LiteLLM(Target):
    """LiteLLM proxy. *key* is the master key or an admin's. Ids are `team/<id>` (or just the id) and `key/<alias>`."""

    name: ClassVar[str] = "LiteLLM"

    def apply(self, web: Web, id: str, limit: Money) -> None:
        """Set the budget of a calendar month; it is in force at once."""
        if limit.currency != "USD":
            raise TargetError(f"LiteLLM counts in USD; a limit of {limit} cannot be set there.")
        kind, name = _kind(id)
        field, whom = ("key", self._key(web, name).get("token")) if kind == "key" else ("team_id", name)
        if not isinstance(whom, str):
            raise SourceChanged(f"LiteLLM names no token of the key {name}.")
        budget = {"max_budget": float(limit.amount), "budget_duration": _MONTH}  # the gateway's own type is a float
        try:
            web.write(f"{kind}/update", {field: whom, **budget})
        except SourceChanged as error:
            raise TargetError(f"LiteLLM did not take {limit} for {id}: {error}") from None

    def read_back(self, web: Web, id: str) -> Money | None:
        """The budget that the gateway holds now, in USD; None if it holds none."""
        kind, name = _kind(id)
        found = self._key(web, name) if kind == "key" else self._team(web, name)
        budget = found.get("max_budget")
        if budget is None:
            return None
        amount = _amount(budget)
        if amount is None:
            raise TargetError(f"LiteLLM says {budget!r} for the budget of {id}, which is no amount.")
        return Money(amount, "USD")

    def _team(self, web: Web, team: str) -> dict[str, Any]:
        try:
            answer = web.read("team/info", {"team_id": team})
        except SourceChanged as error:
            raise TargetError(f"LiteLLM does not know the team {team}: {error}") from None
        return _object(answer.get("team_info", answer) if isinstance(answer, dict) else answer)

    def _key(self, web: Web, alias: str) -> dict[str, Any]:
        answer = _object(web.read("key/list", {"key_alias": alias, "return_full_object": "true"}))
        keys = [each for each in rows(web, answer, "keys") if isinstance(each, dict)]
        found = [each for each in keys if alias in (each.get("key_alias"), each.get("token"))]
        if len(found) != 1:
            raise TargetError(f"LiteLLM knows {len(found)} keys called {alias}; there must be one.")
        return dict(found[0])


def _kind(id: str) -> tuple[str, str]:
    kind, _, name = id.partition("/")
    return (kind, name) if name and kind in ("team", "key") else ("team", id)


def _amount(said: object) -> Decimal | None:
    """The amount that *said* is; None if it is none."""
    try:
        amount = Decimal(str(said))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _object(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise SourceChanged("LiteLLM answered in another shape.")
    return answer
