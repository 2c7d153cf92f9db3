"""`/finops cost`: what we spent, and on what."""

from finops.command import Words, command
from finops.desk import Ask
from finops.report import Report
from finops.telling import asked, told

_KINDS = {"billed": "billed_cost", "list": "list_cost", "effective": "cost"}


@command("cost [by model] [last 30d] [team:search] [vs previous]", Words, before=tuple(_KINDS))
def cost(ask: Ask, arguments: Words) -> Report:
    """What we spent, and on what: effective cost, cut and filtered as you like, as shares or cumulated."""
    name, words = _kind(arguments.words)
    return told(ask, asked(ask, words, name))


def _kind(words: str) -> tuple[str, str]:
    first, _, rest = words.partition(" ")
    kind = _KINDS.get(first.lower())
    return (kind, rest) if kind and not rest.startswith("ledger") else ("cost", words)
