"""`/finops deny`: say no to a budget change, with a reason."""

from collections.abc import Mapping
from typing import Annotated

from finops.budgets import approval
from finops.budgets.card import card
from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.report import Blank, Form, Report, say


class DenyArguments(Arguments):
    """Which request, the version of it that was seen, and why not."""

    id: str
    seen: int = 0
    why: Annotated[str, Rest] = ""


def _lacks(values: Mapping[str, str]) -> bool:
    return bool(values.get("seen")) and not values.get("why")


def _form(ask: Ask, values: Mapping[str, str]) -> Form:
    fixed = {"id": values["id"], "seen": values["seen"]}
    return Form("deny", "Deny the request", "Deny", (Blank("why", "Why not", long=True),), fixed)


@command("deny n7", DenyArguments, lacks=_lacks, opens=_form, decides=True)
def deny(ask: Ask, arguments: DenyArguments) -> Report:
    """Say no to a budget change, with a reason; typed, it shows you the request first."""
    held = ask.desk.requests.request(arguments.id)
    if not arguments.seen:
        change = held.state.proposed.change
        return card(held, ask.desk.facts(change.team, ask.now), ask.desk.company).privately()
    if not 3 <= len(arguments.why) <= 500:
        raise Unclear("Say why in 3 to 500 characters.", example=f"deny {arguments.id}", field="why")
    decision = approval.deny(held, arguments.seen, ask.who, ask.desk.people, ask.now, arguments.why)
    ask.desk.book.keep(decision)
    return Report(f"Request {arguments.id}", say("You denied it; the card shows why."), private=True)
