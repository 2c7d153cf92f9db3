"""`/finops cost`: what we spent, and on what."""

from finops.answers.figure import summed
from finops.answers.report import report
from finops.ask import question
from finops.command import Words, command
from finops.desk import Ask
from finops.question import Measure
from finops.report import Report

_KINDS = {"billed": Measure.BILLED_COST, "list": Measure.LIST_COST, "effective": Measure.COST}


@command("cost [by model] [last 30d] [team:search] [vs previous]", Words, before=tuple(_KINDS))
def cost(ask: Ask, arguments: Words) -> Report:
    """What we spent, and on what: effective cost, cut and filtered as you like."""
    measure, words = _measure(arguments.words)
    ledger, known = ask.desk.ledger, ask.desk.ledger.known()
    asked = question(words, (measure,), known, ask.today, example="cost by model last 30d")
    answer = ledger.answer(asked)
    return report(answer, summed(measure, answer.stamp.currency), known.days)


def _measure(words: str) -> tuple[Measure, str]:
    first, _, rest = words.partition(" ")
    kind = _KINDS.get(first.lower())
    return (kind, rest) if kind and not rest.startswith("ledger") else (Measure.COST, words)
