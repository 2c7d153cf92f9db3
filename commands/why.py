"""`/finops why`: what moved a cost, or the cost of one ticket, order or whatever else is counted."""

from typing import Annotated

from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.moving import cost, per_driver
from finops.moving.counted import named, unknown
from finops.question import Dimension, Grain
from finops.report import Report
from finops.understanding import understood

_FILLERS = (
    *("did", "has", "have", "does", "is", "was", "the", "our", "ai", "up", "down"),
    *("rise", "risen", "rose", "go", "gone", "went", "fall", "fallen", "fell", "drop", "dropped"),
    *("change", "changed", "move", "moved", "increase", "increased"),
)
_COSTS = ("cost", "costs", "spend", "spending")
_CUTS = (*Dimension, *(f"{each}s" for each in Dimension), *Grain)
_EXAMPLE = "why cost by model last 30d"


class WhyArguments(Arguments):
    """What moved: a cost, or a cost per driver, and the rest of a question in words."""

    what: Annotated[str, Rest] = ""


@command("why [cost by model] [last 30d] [team:search] [vs previous]", WhyArguments)
def why(ask: Ask, arguments: WhyArguments) -> Report:
    """Why a cost moved, in parts that add up: price, mix, volume; `why cost per ticket` tells its factors."""
    driver, words = _read(arguments.what.rstrip("?").split(), ask)
    asked = understood(ask.desk.ledger, lambda known: cost.asked(" ".join(words), known, ask.today, _EXAMPLE))
    if driver is None:
        return cost.report(ask.desk.ledger, asked)
    if asked.by:
        raise Unclear("A cost per driver is split into its factors; what is cut is the cost itself.",
                      example="why cost by team last 30d")  # fmt: skip
    return per_driver.report(ask.desk.ledger, asked, driver)


def _read(words: list[str], ask: Ask) -> tuple[str | None, list[str]]:
    """The driver, if the cost per one is asked about, and the words that are left."""
    while words and words[0].lower() in _FILLERS:
        words = words[1:]
    if not words:
        return None, []
    if words[0].lower() not in _COSTS:
        raise Unclear("I can say why cost moved, or the cost per driver.", example=_EXAMPLE)
    return _driver([word for word in words[1:] if word.lower() not in _FILLERS], ask)


def _driver(words: list[str], ask: Ask) -> tuple[str | None, list[str]]:
    if len(words) < 2 or words[0].lower() != "per":
        return None, words
    drivers = ask.desk.ledger.known().values.get(Dimension.DRIVER, ())
    for count in (4, 3, 2, 1):
        found = named(" ".join(words[1 : 1 + count]), drivers)
        if found and len(words) > count:
            return found, words[1 + count :]
    if words[1].lower() in _CUTS and words[1].lower() not in ("driver", "drivers"):
        return None, words
    raise unknown(words[1], drivers)
