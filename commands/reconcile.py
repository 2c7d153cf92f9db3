"""`/finops reconcile`: the bill beside the meter."""

from finops.command import Words, command
from finops.desk import Ask
from finops.reconciling.asked import asked
from finops.reconciling.report import report
from finops.reconciling.sides import compared
from finops.report import Report


@command("reconcile [2026-10]", Words)
def reconcile(ask: Ask, arguments: Words) -> Report:
    """What providers billed beside what was metered, and what explains the gap; bare, of last month."""
    period = asked(arguments.words, ask.today, "reconcile 2026-10")
    return report(compared(ask.desk.ledger, period), period)
