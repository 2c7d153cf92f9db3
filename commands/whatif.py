"""`/finops whatif`: what a month would cost if models, caches, batches or prompts changed."""

from datetime import date
from typing import Annotated

from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.period import Period
from finops.question import Dimension, Filter
from finops.reach import Reach
from finops.report import Report
from finops.stamp import LedgerName
from finops.whatif import inverse
from finops.whatif.composed import composed
from finops.whatif.listed import Listed
from finops.whatif.mix import Mix, measured
from finops.whatif.report import note, report
from finops.whatif.spoken import Knows, dated, filters, spoken

_DAYS = 28


class Levers(Arguments):
    """The levers, as people say them."""

    levers: Annotated[str, Rest] = ""


@command("whatif swap gpt-4o to gpt-4o-mini [team:search] [, cache 60%] [, batch 30% team:evals] [last 8w]", Levers)
def whatif(ask: Ask, arguments: Levers) -> Report:
    """What a month would cost if you swapped a model, cached, batched, trimmed, capped, routed or self-hosted.
    `whatif fits $4k team:search` says how much fits, `whatif new 20k requests/day like app:x` what more would cost."""
    first, _, rest = arguments.levers.partition(" ")
    reach = ask.desk.reach(ask.now, first=LedgerName.METERED)
    knows = Knows(ask.desk.ledger.known(), Listed(ask.desk.prices, reach.last, ask.desk.company.currency), ask.today)
    if first.lower() in ("fits", "new"):
        return _turned(ask, reach, knows, first.lower(), rest)
    words = rest if first.lower() == "note" else arguments.levers
    said = spoken(words, knows)
    mix = _mix(ask, reach, said.period, said.by, said.where)
    plan = composed(mix, said.levers, knows.listed)
    if first.lower() == "note":
        return note(plan, knows.listed, words)
    return report(plan, knows.listed, words, _team(ask, said.where))


def _turned(ask: Ask, reach: Reach, knows: Knows, verb: str, text: str) -> Report:
    """What fits in an amount, or what a new use would cost."""
    words, period = dated(text.split(), knows.today)
    where, rest = filters(words, knows, inverse.FITS if verb == "fits" else inverse.NEW)
    if verb == "fits":
        most = inverse.amount(rest, ask.desk.company.currency)
        return inverse.fits(_mix(ask, reach, period, (), where), most, knows.listed)
    count = inverse.volume(rest)
    like = f"like {' '.join(map(str, where))}" if where else "like all there are"
    return inverse.new(_mix(ask, reach, period, (), where), count, knows.listed, like)


def _mix(ask: Ask, reach: Reach, named: Period | None, by: tuple[Dimension, ...], where: tuple[Filter, ...]) -> Mix:
    period = _over(named or reach.days(_DAYS), reach.until)
    return measured(ask.desk.ledger, period, reach.ledger, by, where)


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
