"""A forecast told: where it ends, what may be spent, the chart of the way there, and each part's own end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from finops.forecasting.accuracy import Accuracy
from finops.forecasting.outlook import NEEDED, Outlook
from finops.money import Money
from finops.period import Period, month_of
from finops.question import Dimension, Filter
from finops.report import Facts, Line, Note, Part, Report, Share, Table, Text, Tone, Trend, say
from finops.stamp import Stamp

_ROWS = 15


@dataclass(frozen=True)
class Told:
    """What a report on a forecast is made of: the *whole* and its *parts* by a dimension, what may be spent on each by
    name (on the whole: by the empty one), and how right earlier forecasts were."""

    whole: Outlook
    parts: Sequence[Outlook]
    by: Dimension
    where: Sequence[Filter]
    limits: Mapping[str, Decimal]
    accuracy: Accuracy | None
    last: Period
    stamp: Stamp

    @property
    def limit(self) -> Decimal | None:
        """What may be spent on the whole."""
        return self.limits.get("")

    def money(self, amount: Decimal) -> Money:
        """*amount* in the currency of the figures."""
        return Money(amount, self.stamp.currency)


def called(period: Period) -> str:
    """What people call a month or a quarter: `October`, `Q4`."""
    return f"{period.start:%B}" if period == month_of(period.start) else f"Q{(period.start.month + 2) // 3}"


def report(told: Told) -> Report:
    """The whole story; where the days are too few, what there is and when to ask again."""
    title = f"Forecast of AI cost, {told.whole.period}{''.join(f', {each}' for each in told.where)}"
    if not told.whole.told:
        return Report(title, _too_short(told.whole), (*_table(told),), stamp=told.stamp, private=True)
    over = told.limit is not None and told.whole.end > told.limit
    parts = (Facts(tuple(_facts(told))), trend(told.whole, told.limit, told.stamp.currency), *_table(told))
    return Report(title, _verdict(told), parts, stamp=told.stamp, tone=Tone.WARNING if over else Tone.PLAIN)


def _verdict(told: Told) -> Text:
    whole, name = told.whole, called(told.whole.period)
    if not whole.to_come:
        return (*say(f"{name} came to ", told.money(whole.end)), *_against(told), ".")
    low, high = map(told.money, whole.band)
    start = say(f"{name} will end at about ", told.money(whole.end), " (80 %: ", low, " to ", high, ")")
    return (*start, *_against(told), ".")


def _against(told: Told) -> Text:
    if told.limit is None:
        return ()
    over = told.whole.end - told.limit
    return say(", ", told.money(abs(over)), " over budget" if over > 0 else " within budget")


def _too_short(whole: Outlook) -> Text:
    days = "1 complete day" if whole.known == 1 else f"{whole.known} complete days"
    return say(f"There is not enough history: {days} of cost; a forecast needs {NEEDED}. Ask again on ",
               whole.asks_again, ".")  # fmt: skip


def _facts(told: Told) -> list[tuple[str, Text]]:
    whole, low, high = told.whole, *map(told.money, told.whole.band)
    found = [("So far", say(told.money(whole.spent))), ("End, forecast", say(told.money(whole.end))),
             ("In four of five cases", say(low, " to ", high))]  # fmt: skip
    if told.limit is not None:
        found += [("Budget", say(told.money(told.limit))), ("Budget runs out", _out(whole, told.limit))]
    return [*found, *_error(told)]


def _error(told: Told) -> list[tuple[str, Text]]:
    if told.where:
        return []
    label, right = f"Forecast error, {told.last}", told.accuracy
    if right is None:
        return [(label, say("no data; forecasts are kept from the day on which Tuppence began to make them"))]
    teams = "team" if right.teams == 1 else "teams"
    return [(label, say(Share(right.bias, signed=True), ", by team ", Share(right.wape),
                        f"; {right.within} of {right.teams} {teams} within the band"))]  # fmt: skip


def _out(each: Outlook, limit: Decimal | None) -> Text:
    if limit is None:
        return say("no budget")
    if each.spent >= limit:
        return say("it is spent")
    return say(each.runs_out(limit) or "lasts")


def trend(whole: Outlook, limit: Decimal | None, currency: str) -> Trend:
    """The period cumulated by day, on to its end with the band that opens on the way, beside the budget."""
    past, count = list(accumulate(whole.so_far)), whole.to_come
    lines = [Line("so far", (*past, *[None] * count))] if past else []
    band: tuple[tuple[Decimal, Decimal] | None, ...] = ()
    if count:
        begun = past[-1] if past else Decimal(0)
        sums = list(accumulate(whole.forecast, initial=begun))
        gap: list[None] = [None] * max(0, len(past) - 1)
        lines.append(Line("forecast", (*gap, *(sums if past else sums[1:])), ahead=True))
        band = (*gap, *_opening(whole, sums if past else sums[1:]))
    start = whole.period.start
    return Trend(_finding(whole, limit, currency), tuple(whole.period), tuple(lines), currency, band=band, limit=limit,
                 matters=("so far",), about=f"{currency}, AI cost since {start.day} {start:%B}")  # fmt: skip


def _finding(whole: Outlook, limit: Decimal | None, currency: str) -> str:
    said = f"{called(whole.period)} ends at {Money(whole.end, currency).short}"
    if limit is None:
        return said
    where = "over" if whole.end > limit else "within"
    return f"{said}, {Money(abs(whole.end - limit), currency).short} {where} budget"


def _opening(whole: Outlook, sums: Sequence[Decimal]) -> list[tuple[Decimal, Decimal]]:
    """The band, as wide at its end as the forecast says, and on the way as the square root of the time."""
    low, high = whole.band
    first = whole.to_come - len(sums)
    shares = [(Decimal(first + n + 1) / whole.to_come).sqrt() for n in range(len(sums))]
    return [(at - (sums[-1] - low) * share, at + (high - sums[-1]) * share)
            for at, share in zip(sums, shares, strict=True)]  # fmt: skip


def _table(told: Told) -> list[Part]:
    if not told.parts:
        return []
    shown, rest = told.parts[:_ROWS], len(told.parts) - _ROWS
    columns = (told.by.replace("_", " ").capitalize(), "So far", "Forecast", "80 % from", "to", "Budget", "Runs out")
    note = say("Each line is forecast from its own days, so that they need not add up to the whole.")
    more = say(f" {rest} smaller ones are not shown.") if rest > 0 else ()
    return [Table(columns, tuple(_row(told, each) for each in shown)), Note((*note, *more))]


def _row(told: Told, each: Outlook) -> tuple[Text, ...]:
    limit, spent = told.limits.get(each.name) if each.name else None, say(told.money(each.spent))
    budget = say(told.money(limit)) if limit is not None else say("")
    if not each.told:
        few = say(f"needs {NEEDED} days, has {each.known}")
        return (say(each.name), spent, few, say(""), say(""), budget, say(""))
    low, high = map(told.money, each.band)
    out = _out(each, limit) if limit is not None else say("")
    return (say(each.name), spent, say(told.money(each.end)), say(low), say(high), budget, out)
