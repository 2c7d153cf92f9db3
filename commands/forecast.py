"""`/finops forecast`: where the month, or the quarter, ends."""

from collections.abc import Sequence
from decimal import Decimal

from finops import when
from finops.ask import question
from finops.command import Words, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.forecasting.accuracy import accuracy
from finops.forecasting.outlook import Asked, outlooks
from finops.forecasting.report import Told, report
from finops.period import month_of, quarter_of
from finops.question import AI, Dimension, Filter, Measure, Question
from finops.report import Report, say
from finops.understanding import understood

_EXAMPLE = "forecast team:search month"
_SPANS = {"month": 1, "quarter": 3}
_FILLERS = frozenset({"this", "end", "of", "the", "by"})


@command("forecast [team:search] [month|quarter]", Words)
def forecast(ask: Ask, arguments: Words) -> Report:
    """Where the month (or the quarter) ends, with the range of four cases in five, by team or what you name."""
    months, words = _span(arguments.words.split())
    asked = _asked(ask, " ".join(words))
    period, reach = quarter_of(ask.today) if months == 3 else month_of(ask.today), ask.desk.reach(ask.now)
    scoped = any(each.dimension is Dimension.SCOPE for each in asked.where)
    about = Asked(period, asked.where if scoped else (*AI, *asked.where))
    by = asked.by[0] if asked.by else Dimension.TEAM
    whole = outlooks(ask.desk.ledger, about, reach)
    if not whole:
        return Report("Forecast of AI cost", say("No cost is known of this in the last twenty weeks, so nothing can "
                      "be forecast."), private=True)  # fmt: skip
    parts = outlooks(ask.desk.ledger, Asked(period, about.where, by), reach)
    last = month_of(ask.today).before
    right = accuracy(ask.desk.forecasts, ask.desk.ledger, last, reach)
    limits = {} if scoped else _limits(ask, asked.where, months, by)
    stamp = ask.desk.ledger.answer(about.past(reach)).stamp
    return report(
        Told(whole[0], parts if len(parts) > 1 or asked.by else (), by, asked.where, limits, right, last, stamp)
    )


def _span(words: Sequence[str]) -> tuple[int, list[str]]:
    """How many months it is about, and the other words."""
    named = [place for place, word in enumerate(words) if word.lower() in _SPANS]
    if len(named) > 1:
        raise Unclear("I read two periods in that; please name one.", example=_EXAMPLE)
    if not named:
        return 1, list(words)
    before = list(words[: named[0]])
    while before and before[-1].lower() in _FILLERS - {"by"}:
        before.pop()
    after = [word for word in words[named[0] + 1 :] if word.lower() != "end"]
    return _SPANS[words[named[0]].lower()], [*before, *after]


def _asked(ask: Ask, words: str) -> Question:
    """The filters and the cut that are named; nothing else is a forecast's."""
    rest = words.split()
    if any(when.period(rest[place:], ask.today) for place in range(len(rest))):
        raise Unclear("A forecast is of this month or this quarter.", example=_EXAMPLE)
    asked = understood(
        ask.desk.ledger, lambda known: question(words, (Measure.COST,), known, ask.today, example=_EXAMPLE)
    )
    if asked.versus or asked.grain or asked.top or asked.ledger or asked.shares or len(asked.by) > 1:
        raise Unclear("A forecast takes filters, one dimension to be cut by, and month or quarter.", example=_EXAMPLE)
    if {Dimension.WEEKDAY, Dimension.HOUR} & {*asked.by, *(each.dimension for each in asked.where)}:
        raise Unclear("A forecast is of whole weeks, not of a weekday or an hour.", example=_EXAMPLE)
    return asked


def _limits(ask: Ask, where: Sequence[Filter], months: int, by: Dimension) -> dict[str, Decimal]:
    """The budgets of so many months: of teams by name, and by the empty one what the whole may cost."""
    teams = {held.state.team: held.state.amount.amount * months for held in ask.desk.budgets.budgets()}
    if not where and teams:
        whole = {"": sum(teams.values(), Decimal(0))}
    else:
        named = where[0].values if len(where) == 1 and where[0].dimension is Dimension.TEAM else ()
        one = [] if len(named) != 1 or where[0].negated else [teams[name] for name in named if name in teams]
        whole = {"": one[0]} if one else {}
    return whole | (teams if by is Dimension.TEAM else {})
