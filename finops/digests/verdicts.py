"""Verdicts: the one sentence of a digest that a busy person can act on."""

from __future__ import annotations

from finops.digests.heavier import NOTICED, daily_tokens_per_call, heaviest, since
from finops.digests.keyring import keyring
from finops.digests.section import Briefing
from finops.digests.weekly import Month, change, money, month, week
from finops.people import Audience
from finops.question import Measure
from finops.report import Quantity, Share, Text, say

NEWS = 3


def verdict(briefing: Briefing) -> Text:
    """What changed for this audience; that nothing did, if so."""
    says = {Audience.FINANCE: _finance, Audience.ENGINEERING: _engineering, Audience.SECURITY: _security}
    return says[briefing.audience](briefing)


def _finance(briefing: Briefing) -> Text:
    answer = week(briefing, Measure.COST)
    if not answer.rows:
        return say("No AI cost is known for this week.")
    moved = change(answer, Measure.COST)
    start = say("AI cost ", money(briefing, answer.total[Measure.COST]), " this week")
    on = say(", ", Share(moved, signed=True), " on last week") if moved is not None else ()
    return (*start, *on, *_month(briefing), ".")


def _month(briefing: Briefing) -> Text:
    found = month(briefing)
    if not found.limit:
        return ()
    early = [each.budget.team for each in found.stands if each.runs_out]
    said = say(f"; {found.period.start:%B} ends at ", money(briefing, found.end), *_sure(briefing, found), ", ")
    where = (money(briefing, abs(found.over)), " over budget" if found.over > 0 else " within budget")
    if found.over > 0 or not early:
        return (*said, *where)
    return (*said, *where, f", but the budget of {' and '.join(early[:NEWS])} does not last the month")


def _sure(briefing: Briefing, found: Month) -> Text:
    """Between what it ends in four of five cases; else that it is a pace."""
    if not found.outlook:
        return say(" at this pace")
    low, high = (money(briefing, each) for each in found.outlook.band)
    return say(" (80 %: ", low, " to ", high, ")")


def _engineering(briefing: Briefing) -> Text:
    answer = week(briefing, Measure.COST, Measure.REQUESTS)
    if not answer.previous or not answer.previous[Measure.REQUESTS] or not answer.total[Measure.REQUESTS]:
        return say("No calls are known for two weeks, so nothing can be compared.")
    each = heaviest(briefing)
    if each is None:
        return say("Tokens per call are steady: no app moved by ", Share(NOTICED), " or more.")
    begun = since(daily_tokens_per_call(briefing, each.app), each, briefing.week)
    more = "more" if each.moved > 0 else "fewer"
    start = say(f"{each.app} sends ", Share(abs(each.moved)), f" {more} tokens per call than last week")
    size = say(" (", Quantity(each.now), " each", *(say(", since ", begun) if begun else ()), ")")
    total = money(briefing, answer.total[Measure.COST])
    if each.cost > 0:
        return (*start, *size, "; that is ", money(briefing, each.cost), " of this week's ", total, ".")
    return (*start, *size, "; that takes ", money(briefing, -each.cost), " off this week's ", total, ".")


def _security(briefing: Briefing) -> Text:
    unusual = [held.state for held in briefing.desk.incidents.incidents(open=True)]
    odd = [f"{each.name} behaves unlike itself since {each.day:%a} {each.day.day} {each.day:%b}" for each in unusual]
    news = [*odd, *keyring(briefing).news()]
    if not news:
        return say("No key behaved unlike itself, no key or model is new, and every key has an owner.")
    more = f"; {len(news) - NEWS} more below" if len(news) > NEWS else ""
    return say(f"{'; '.join(news[:NEWS])}{more}.")
