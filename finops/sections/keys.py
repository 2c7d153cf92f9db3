"""Security: keys nobody owns, models never seen before, and which keys call."""

from collections.abc import Sequence
from datetime import date

from finops.people import Audience
from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.report import Facts, Note, Part, Quantity, say
from finops.section import Briefing, section
from finops.stamp import LedgerName
from finops.weekly import AI, days

_BEFORE = 60


@section(10, Audience.SECURITY)
def keys(briefing: Briefing) -> Sequence[Part]:
    """Keys without a team, models first seen this week (and by which key), and the calls of each key. No amounts."""
    unowned, fresh = unowned_keys(briefing), first_seen(briefing)
    facts = Facts((("Keys without owner", say(Quantity.of(len(unowned)))),
                   ("First-seen models", say(Quantity.of(len(fresh))))))  # fmt: skip
    notes = [Note(say(f"{key} has no team.")) for key in unowned[:3]]
    notes += [
        Note(say(f"{model} was first used this week, by {key or 'a key that is not named'}.")) for model, key in fresh
    ]
    chart = days(briefing, "Calls by key", Dimension.KEY, "calls", Measure.REQUESTS)
    return (facts, *notes[:6], *((chart,) if chart else ()))


def unowned_keys(briefing: Briefing) -> list[str]:
    """The keys that were used this week and belong to no team."""
    rows = _used(briefing, briefing.week, Dimension.KEY, Dimension.TEAM)
    return sorted({key for key, team in rows if key and not team})


def first_seen(briefing: Briefing) -> list[tuple[str, str]]:
    """The models used this week and never in the sixty days before, with the key that used them."""
    start = date.fromordinal(briefing.week.start.toordinal() - _BEFORE)
    known = {model for model, _ in _used(briefing, Period(start, briefing.week.start), Dimension.MODEL, Dimension.KEY)}
    if not known:
        return []
    return sorted((model, key) for model, key in _used(briefing, briefing.week, Dimension.MODEL, Dimension.KEY)
                  if model and model not in known)  # fmt: skip


def _used(briefing: Briefing, period: Period, *by: Dimension) -> set[tuple[str, str]]:
    asked = Question((Measure.REQUESTS,), period, by=by, where=AI, ledger=LedgerName.METERED)
    return {(row.key[by[0]], row.key[by[1]]) for row in briefing.desk.ledger.answer(asked).rows}
