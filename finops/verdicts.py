"""Verdicts: the one sentence of a digest that a busy person can act on."""

from __future__ import annotations

from decimal import Decimal

from finops.budget import standing
from finops.people import Audience
from finops.question import Dimension, Measure, Row
from finops.report import Quantity, Share, Text, say
from finops.section import Briefing
from finops.weekly import change, money, per_call, week

_NOTICED = Decimal("0.1")


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
    stands = [standing(held.state, briefing.desk.ledger, briefing.today) for held in briefing.desk.budgets.budgets()]
    if not stands:
        return ()
    end = sum((each.month_end.amount for each in stands), Decimal(0))
    limit = sum((each.budget.amount.amount for each in stands), Decimal(0))
    over = end - limit
    said = say("; ", f"{stands[0].month.start:%B} ends at ", money(briefing, end), " at this pace, ")
    return (*said, money(briefing, abs(over)), " over budget" if over > 0 else " within budget")


def _engineering(briefing: Briefing) -> Text:
    answer = week(briefing, Measure.TOKENS, Measure.REQUESTS, by=(Dimension.APP,))
    unusual = {held.state.name for held in briefing.desk.incidents.incidents(open=True)}
    usual = [row for row in answer.rows if row.key[Dimension.APP] and row.name not in unusual]
    moves = {row.name: moved for row in usual if (moved := _heavier(row)) is not None}
    if not moves:
        return say("No calls are known for two weeks, so nothing can be compared.")
    name = max(moves, key=lambda each: abs(moves[each]))
    if abs(moves[name]) < _NOTICED:
        return say("Tokens per call are steady: no app moved by more than ", Share(abs(moves[name])), ".")
    row = next(row for row in answer.rows if row.name == name)
    more = "more" if moves[name] > 0 else "fewer"
    after = say(" tokens per call than last week: ", Quantity(per_call(row.values) or Decimal(0)), " each.")
    return (*say(f"{name} sends ", Share(abs(moves[name])), f" {more}"), *after)


def _heavier(row: Row) -> Decimal | None:
    now, before = per_call(row.values), per_call(row.previous) if row.previous else None
    return now / before - 1 if now is not None and before else None


def _security(briefing: Briefing) -> Text:
    unusual = [held.state for held in briefing.desk.incidents.incidents(open=True)]
    rows = week(briefing, Measure.REQUESTS, by=(Dimension.KEY, Dimension.TEAM)).rows
    nobody = sorted({row.key[Dimension.KEY] for row in rows if row.key[Dimension.KEY] and not row.key[Dimension.TEAM]})
    news = []
    if unusual:
        news.append(f"{unusual[0].name} behaved unlike itself")
    if nobody:
        news.append(f"{len(nobody)} key{'s' if len(nobody) > 1 else ''} without an owner made calls")
    return say(f"{'; '.join(news)}." if news else "No key behaved unlike itself, and every key has an owner.")
