"""`/finops request`: ask for a change of a budget."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import field_validator

from finops.budgets.amount import Amount, amount_of
from finops.budgets.approval import Change, Seen, propose
from finops.budgets.budget import Budget, Standing
from finops.budgets.card import card
from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import NotAllowed, Unclear
from finops.money import Money
from finops.people import Role
from finops.report import Blank, Form, Report, Text, say


class RequestArguments(Arguments):
    """Which team, how much a month, and why."""

    team: str
    amount: Amount
    reason: Annotated[str, Rest]

    @field_validator("amount", mode="before")
    @classmethod
    def _amount(cls, written: str) -> Amount:
        return amount_of(str(written))

    @field_validator("reason")
    @classmethod
    def _reason(cls, written: str) -> str:
        if not 3 <= len(written) <= 500:
            raise ValueError("Say why in 3 to 500 characters.")
        return written


def _lacks(values: Mapping[str, str]) -> bool:
    return not (values.get("amount") and values.get("reason"))


def _form(ask: Ask, values: Mapping[str, str]) -> Form:
    currencies = {held.state.team: held.state.amount.currency for held in ask.desk.budgets.budgets()}
    currency = currencies.get(values.get("team", ""), ask.desk.company.currency)
    return Form("request", "Ask for a change", "Ask", (
        Blank("team", "Team", value=values.get("team", ""), options=tuple(currencies)),
        Blank("amount", "New budget a month", value=values.get("amount", ""),
              hint=f"In {currency}, for example 6500 or 6.5k"),
        Blank("reason", "Why", hint="Whoever decides will read this", long=True),
    ))  # fmt: skip


@command("request search 6.5k evaluation runs for the new ranking", RequestArguments, lacks=_lacks, opens=_form)
def request(ask: Ask, arguments: RequestArguments) -> Report:
    """Ask for a change of a team's budget; somebody else decides."""
    if not ask.desk.people.may(ask.who, Role.REQUESTER):
        raise NotAllowed("Asking for budget changes is not open to you here.")
    budget = ask.desk.budgets.budget(arguments.team.removeprefix("team:")).state
    new = _money(arguments.amount, budget)
    if new == budget.amount:
        raise Unclear(f"{budget.team} has {new} already.", example=f"request {budget.team} 6.5k why", field="amount")
    stands = ask.desk.facts(budget.team, ask.now)
    decision = propose(ask.desk.requests.new_id(), Change(budget.team, budget.amount, new, arguments.reason),
                       ask.who, ask.now, seen(stands, ask))  # fmt: skip
    ask.desk.book.keep(decision)
    return Report(f"Request {decision.subject.removeprefix('request/')}", _verdict(ask, budget.team), private=True,
                  parts=card(ask.desk.requests.request(decision.subject.removeprefix("request/")), stands,
                             ask.desk.company).parts[:1])  # fmt: skip


def _money(amount: Amount, budget: Budget) -> Money:
    currency = budget.amount.currency
    if not amount.fits(currency):
        raise Unclear(f"The budget of {budget.team} is in {currency}, not in {amount.currency}; nothing is converted.",
                      example=f"request {budget.team} 6.5k why", field="amount")  # fmt: skip
    return Money(amount.number, currency)


def seen(stands: Standing, ask: Ask) -> Seen:
    """The facts that a request is made on, as they stand."""
    return Seen(stands.budget.amount, stands.spent, stands.month_end, ask.now)


def _verdict(ask: Ask, team: str) -> Text:
    others = [member for member in ask.desk.people.holders(Role.APPROVER, team) if member.id != ask.who.id]
    if not others:
        return say(f"Asked for {team}, but nobody else may approve it: name an approver in config.yaml.")
    between = [piece for member in others for piece in (", ", member)][1:]
    return say(f"Asked for {team}. Waiting for: ", *between, ".")
