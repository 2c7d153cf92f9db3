"""`/finops cost`: what we spent, and on what."""

from finops.answer_report import report, summed
from finops.ask import question
from finops.command import Words, command
from finops.desk import Ask
from finops.question import Measure
from finops.report import Report


@command("cost [by model] [last 30d] [team:search] [vs previous]", Words)
def cost(ask: Ask, arguments: Words) -> Report:
    """What we spent, and on what: effective cost, cut and filtered as you like."""
    measure, words = _measure(arguments.words)
    ledger = ask.desk.ledger
    asked = question(words, (measure,), ledger.known(), ask.today, example="cost by model last 30d")
    answer = ledger.answer(asked)
    return report(answer, summed(measure, answer.stamp.currency))


def _measure(words: str) -> tuple[Measure, str]:
    first, _, rest = words.partition(" ")
    if first.lower() in ("list", "billed") and not (first.lower() == "billed" and rest.startswith("ledger")):
        return (Measure.LIST_COST if first.lower() == "list" else Measure.BILLED_COST), rest
    return Measure.COST, words
