"""`/finops whatif`: what a month would cost if models, caches, batches or prompts changed."""

from datetime import date
from typing import Annotated

from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.period import Period
from finops.question import Dimension, Filter
from finops.report import Report
from finops.stamp import LedgerName
from finops.whatif.composed import composed
from finops.whatif.listed import Listed
from finops.whatif.mix import measured
from finops.whatif.report import note, report
from finops.whatif.spoken import Knows, spoken

_DAYS = 28


class Levers(Arguments):
    """The levers, as people say them."""

    levers: Annotated[str, Rest] = ""


@command("whatif swap gpt-4o to gpt-4o-mini [team:search] [, cache 60%] [, batch 30% team:evals] [last 8w]", Levers)
def whatif(ask: Ask, arguments: Levers) -> Report:
    """What a month would cost if you swapped a model, cached, batched, trimmed, capped or routed; in that mix."""
    kept, words = _noted(arguments.levers)
    reach = ask.desk.reach(ask.now, first=LedgerName.METERED)
    listed = Listed(ask.desk.prices, reach.last, ask.desk.company.currency)
    said = spoken(words, Knows(ask.desk.ledger.known(), listed, ask.today))
    period = said.period or reach.days(_DAYS)
    mix = measured(ask.desk.ledger, _over(period, reach.until), reach.ledger, said.by, said.where)
    plan = composed(mix, said.levers, listed)
    return note(plan, listed, words) if kept else report(plan, listed, words, _team(ask, said.where))


def _noted(words: str) -> tuple[bool, str]:
    first, _, rest = words.partition(" ")
    return (True, rest) if first.lower() == "note" else (False, words)


def _over(period: Period, until: date) -> Period:
    """*period*, as far as its days are complete."""
    end = min(period.end, until)
    if end <= period.start:
        raise Unclear("Nothing is complete yet in that period.", example="whatif trim 20% last 28d")
    return Period(period.start, end)


def _team(ask: Ask, where: tuple[Filter, ...]) -> str:
    """The one team whose whole use this is, if it has a budget."""
    budgeted = [held.state.team for held in ask.desk.budgets.budgets()]
    return next((team for team in budgeted if where == (Filter(Dimension.TEAM, (team,)),)), "")
