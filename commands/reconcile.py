"""`/finops reconcile`: the bill beside the meter."""

from finops.command import Words, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.period import Period, month_of
from finops.reconciling.report import report
from finops.reconciling.sides import compared
from finops.report import Report
from finops.when import months_back, period


@command("reconcile [2026-10]", Words)
def reconcile(ask: Ask, arguments: Words) -> Report:
    """What providers billed beside what was metered, and what explains the gap; bare, of last month."""
    asked = _period(ask, arguments.words.split())
    return report(compared(ask.desk.ledger, asked), asked)


def _period(ask: Ask, words: list[str]) -> Period:
    if not words:
        return month_of(months_back(ask.today.replace(day=1), 1))
    taken = period(words, ask.today)
    left = words[taken[1] :] if taken else words
    if not taken or left:
        raise Unclear(f"“{left[0]}” is no period.", example="reconcile 2026-10")
    return taken[0]
