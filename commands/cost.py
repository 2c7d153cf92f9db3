"""`/finops cost`: what we spent, and on what."""

from finops.command import Words, command
from finops.desk import Ask
from finops.report import Report
from finops.telling import asked, told


@command("cost [by model] [last 30d] [team:search] [vs previous]", Words)
def cost(ask: Ask, arguments: Words) -> Report:
    """What we spent, and on what: effective cost, cut and filtered as you like, as shares or cumulated."""
    return told(ask, asked(ask, arguments.words, "cost"))
