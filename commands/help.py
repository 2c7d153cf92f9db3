"""`/finops help`: what can be asked, with examples on this company's own names."""

import commands
from finops.command import Command, Nothing, command, never
from finops.desk import Ask
from finops.discovery import instances
from finops.question import Dimension
from finops.report import Code, Note, Report, lines, say


@command("help", Nothing, amounts=never)
def help_(ask: Ask, arguments: Nothing) -> Report:
    """What can be asked, with examples that work here."""
    slash = ask.desk.company.command
    known = [each for each in instances(commands, Command).values() if _is_open(ask, each)]
    examples = lines(*(say(Code(f"{slash} {line}")) for line in _examples(ask)))
    every = lines(*(say(Code(each.usage), f" · {each.about.splitlines()[0]}") for each in known))
    verdict = say("Ask about AI cost, tokens and budgets; these work right now.")
    return Report("What you can ask", verdict, (Note(examples), Note(every)), private=True)


def _is_open(ask: Ask, known: Command) -> bool:
    return ask.place.sees_amounts or not known.amounts(ask, {})


def _examples(ask: Ask) -> tuple[str, ...]:
    if not ask.place.sees_amounts:
        return "tokens by key last 7d vs previous", "anomalies", "kpi tokens_per_driver by app", "digest security"
    team = next(iter(ask.desk.ledger.known().values.get(Dimension.TEAM, ())), "")
    budgets = [held.state.team for held in ask.desk.budgets.budgets()]
    daily = f"cost by day team:{team} last 14d" if team else "cost by day last 14d"
    budget = f"budget {budgets[0]}" if budgets else "budget"
    return ("cost by model last 30d vs previous", daily, "tokens by token_class last 7d",
            "kpi tokens_per_driver by app", budget)  # fmt: skip
