"""`/finops budget`: how the budgets stand."""

from finops.budgets.budget import Standing
from finops.budgets.card import ends, progress
from finops.command import Arguments, command
from finops.desk import Ask
from finops.forecasting.foreseen import foreseen
from finops.report import Choice, Choices, Facts, Part, Report, Share, Table, Text, Tone, say


class BudgetArguments(Arguments):
    """One team, or all of them."""

    team: str = ""


@command("budget [search]", BudgetArguments)
def budget(ask: Ask, arguments: BudgetArguments) -> Report:
    """How the budgets stand: spent, where the month ends by the forecast, and the day they run out."""
    reach = ask.desk.reach(ask.now)
    if arguments.team:
        held = ask.desk.budgets.budget(arguments.team.removeprefix("team:"))
        return _one(*foreseen([held.state], ask.desk.ledger, reach))
    found = foreseen([held.state for held in ask.desk.budgets.budgets()], ask.desk.ledger, reach)
    if len(found) == 1:
        return _one(found[0])
    if not found:
        return Report("Budgets", say("No budget is configured yet; name them in config.yaml."), private=True)
    return _all(sorted(found, key=lambda each: each.used, reverse=True))


def _one(each: Standing) -> Report:
    facts = Facts((
        ("Spent", say(each.spent)),
        (ends(each), say(each.month_end)),
        ("Budget", say(each.budget.amount)),
        ("Limit set at", say(each.budget.target or "nowhere")),
    ))  # fmt: skip
    ask_for = Choice("Ask for a change…", "request", {"team": each.budget.team})
    parts = (facts, progress(each), Choices((ask_for,)))
    return Report(f"Budget of {each.budget.team}, {_to(each)}", _verdict(each), parts,
                  stamp=each.stamp, tone=Tone.WARNING if each.runs_out else Tone.PLAIN)  # fmt: skip


def _to(each: Standing) -> str:
    return f"to {each.last:%a} {each.last.day} {each.last:%b}"


def _verdict(each: Standing) -> Text:
    start = say(f"{each.budget.team} has used ", Share(each.used), " of ", each.budget.amount, f" for {each.month}")
    if each.used >= 1:
        return (*start, "; the budget is spent.")
    if each.runs_out is None:
        return (*start, f"; {_by(each)} it lasts.")
    early = (each.month.last - each.runs_out).days
    said = f", {early} {'day' if early == 1 else 'days'} early." if early else ", the last day of the month."
    return (*start, f"; {_by(each)} it runs out ", each.runs_out, said)


def _by(each: Standing) -> str:
    return "by the forecast" if each.forecast else "at this pace"


def _runs_out(each: Standing) -> Text:
    if each.used >= 1:
        return say("it is spent")
    return say(each.runs_out) if each.runs_out else say("lasts")


def _all(found: list[Standing]) -> Report:
    early = [each for each in found if each.runs_out]
    names = ", ".join(each.budget.team for each in early)
    verdict = f"{len(early)} of {len(found)} budgets run out before the month does: {names}." if early else \
        f"All {len(found)} budgets last the month."  # fmt: skip
    rows = tuple((say(each.budget.team), say(each.spent), say(each.budget.amount), say(Share(each.used)),
                  _runs_out(each)) for each in found)  # fmt: skip
    table = Table(("Team", "Spent", "Budget", "Used", "Runs out"), rows)
    parts: tuple[Part, ...] = (*(progress(each) for each in found[:5]), table)
    return Report(
        f"Budgets, {found[0].month}, {_to(found[0])}",
        say(verdict),
        parts,
        stamp=found[0].stamp,
        tone=Tone.WARNING if early else Tone.GOOD,
    )
