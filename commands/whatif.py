"""`/finops whatif`: what a month would cost if models, caches, batches or prompts changed."""

from datetime import date, timedelta
from functools import partial
from typing import Annotated

from finops.charge import Scope
from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.period import Period
from finops.question import Dimension, Filter, Measure, Question
from finops.reach import Reach
from finops.report import Report
from finops.stamp import LedgerName
from finops.whatif import inverse
from finops.whatif.composed import composed
from finops.whatif.gpus import gpus
from finops.whatif.listed import Listed
from finops.whatif.mix import Mix, measured
from finops.whatif.report import Asking, note, report
from finops.whatif.spoken import Knows, dated, filters, spoken

_DAYS = 28


class Levers(Arguments):
    """The levers, as people say them, and what a button had *seen* a month to cost."""

    levers: Annotated[str, Rest] = ""
    seen: str = ""


@command("whatif swap gpt-4o to gpt-4o-mini [team:search] [, cache 60%] [, batch 30% team:evals] [last 8w]", Levers)
def whatif(ask: Ask, arguments: Levers) -> Report:
    """What a month would cost if you swapped a model, cached, batched, trimmed, capped, routed or self-hosted.
    `whatif fits 4k team:search` says how much fits, `whatif new 20k requests/day like app:x` what more would cost."""
    first, _, rest = arguments.levers.partition(" ")
    reach = ask.desk.reach(ask.now, first=LedgerName.METERED)
    knows = Knows(ask.desk.ledger.known(), Listed(ask.desk.prices, reach.last, ask.desk.company.currency), ask.today,
                  partial(gpus, ask.desk.ledger, reach.days(_DAYS)))  # fmt: skip
    if first.lower() in ("fits", "new"):
        return _turned(ask, reach, knows, first.lower(), rest)
    words = rest if first.lower() == "note" else arguments.levers
    said = spoken(words, knows)
    mix = _mix(ask, reach, said.period, said.by, said.where)
    plan = composed(mix, said.levers, knows.listed)
    if first.lower() == "note":
        return note(plan, knows.listed, words, arguments.seen)
    return report(plan, knows.listed, _pinned(words, knows, mix.period), _asking(ask, said.where, mix))


def _pinned(words: str, knows: Knows, period: Period) -> str:
    """*words* with the days that they were answered for, so that they mean the same tomorrow."""
    rest = " ".join(dated(words.split(), knows.today)[0]).rstrip(" ,;")
    return f"{rest} {period.start}..{period.end - timedelta(days=1)}"


def _turned(ask: Ask, reach: Reach, knows: Knows, verb: str, text: str) -> Report:
    """What fits in an amount, or what a new use would cost."""
    words, period = dated(text.split(), knows.today)
    where, rest = filters(words, knows, inverse.FITS if verb == "fits" else inverse.NEW)
    rest = rest.strip(" ,;")
    if verb == "fits":
        most = inverse.amount(rest, ask.desk.company.currency)
        return inverse.fits(_mix(ask, reach, period, (), where), most, knows.listed)
    count = inverse.volume(rest)
    like = f"like {' '.join(map(str, where))}" if where else "like all there are"
    return inverse.new(_mix(ask, reach, period, (), where), count, knows.listed, like)


def _mix(ask: Ask, reach: Reach, named: Period | None, by: tuple[Dimension, ...], where: tuple[Filter, ...]) -> Mix:
    period = _over(named or reach.days(_DAYS), reach.until)
    return measured(ask.desk.ledger, period, reach.ledger, by, where, ask.desk.exchange)


def _over(period: Period, until: date) -> Period:
    """*period*, as far as its days are complete."""
    end = min(period.end, until)
    if end <= period.start:
        raise Unclear("Nothing is complete yet in that period.", example="whatif trim 20% last 28d")
    return Period(period.start, end)


def _asking(ask: Ask, where: tuple[Filter, ...], mix: Mix) -> Asking | None:
    """The one team whose whole use this is, if it has a budget, and what else counts towards that."""
    budgeted = [held.state.team for held in ask.desk.budgets.budgets()]
    team = next((team for team in budgeted if where == (Filter(Dimension.TEAM, (team,)),)), "")
    if not team:
        return None
    saas = Filter(Dimension.SCOPE, (Scope.SAAS,))
    seats = Question((Measure.COST,), mix.period, where=(saas, *where), ledger=ask.desk.reach(ask.now).ledger)
    return Asking(team, round(ask.desk.ledger.answer(seats).total[Measure.COST] * mix.monthly, 2))
