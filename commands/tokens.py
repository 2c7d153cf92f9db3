"""`/finops tokens`: how many tokens we used, and of which class."""

from finops.answers.figure import summed
from finops.answers.report import report
from finops.ask import question
from finops.command import Words, command, never
from finops.desk import Ask
from finops.question import Measure
from finops.report import Report


@command("tokens [by token_class] [last 30d] [app:support-chat]", Words, amounts=never)
def tokens(ask: Ask, arguments: Words) -> Report:
    """How many tokens we used: by class, model, team, key or day."""
    ledger, known = ask.desk.ledger, ask.desk.ledger.known()
    example = "tokens by token_class last 30d"
    asked = question(arguments.words, (Measure.TOKENS,), known, ask.today, example=example)
    answer = ledger.answer(asked)
    return report(answer, summed(Measure.TOKENS, answer.stamp.currency), known.days)
