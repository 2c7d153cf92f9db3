"""`/finops tokens`: how many tokens we used, and of which class."""

from finops.command import Words, command, never
from finops.desk import Ask
from finops.report import Report
from finops.telling import asked, told


@command("tokens [by token_class] [last 30d] [app:support-chat]", Words, amounts=never)
def tokens(ask: Ask, arguments: Words) -> Report:
    """How many tokens we used: by class, model, team, key or day."""
    return told(ask, asked(ask, arguments.words, "tokens"))
