"""`/finops approve`: say yes to a budget change that somebody else asked for."""

from finops.budgets import approval
from finops.budgets.card import card
from finops.command import Arguments, command
from finops.desk import Ask
from finops.report import Report, say


class ApproveArguments(Arguments):
    """Which request, and the version of it that was seen."""

    id: str
    seen: int = 0


@command("approve n7", ApproveArguments, decides=True)
def approve(ask: Ask, arguments: ApproveArguments) -> Report:
    """Say yes to a budget change that somebody else asked for; typed, it shows you the request first."""
    held = ask.desk.requests.request(arguments.id)
    state = held.state
    change = state.proposed.change
    stands = ask.desk.facts(change.team, ask.now)
    if not arguments.seen:
        return card(held, stands, ask.desk.company).privately()
    facts = approval.Seen(stands.budget.amount, stands.spent, stands.month_end, ask.now)
    ask.desk.book.keep(approval.approve(held, arguments.seen, ask.who, ask.desk.people, ask.now, facts))
    verdict = say(
        f"You approved {change.new} a month for {change.team}. The limit is being set; the card will show it."
    )
    return Report(f"Request {arguments.id}", verdict, private=True)
