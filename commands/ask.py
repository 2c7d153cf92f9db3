"""`/finops ask`: a question as you would say it."""

from collections.abc import Mapping

from finops.command import Words, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.report import Report
from finops.telling import asked, tells_amounts, told


def _amounts(ask: Ask, values: Mapping[str, str]) -> bool:
    try:
        return tells_amounts(ask, asked(ask, values.get("words", "")))
    except Unclear:
        return False


@command("ask [how much did we spend last week]", Words, amounts=_amounts)
def ask_(ask: Ask, arguments: Words) -> Report:
    """A question as you would say it; the word “ask” may be left out."""
    return told(ask, asked(ask, arguments.words))
