"""The measured mix: what each model was used for in a window of whole days, by class of token, with what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from finops.charge import TokenClass
from finops.errors import FinopsError
from finops.exchange import Exchange, NoRates
from finops.period import Period
from finops.prices import PRICED_IN
from finops.question import AI_USED, Answer, Dimension, Filter, Grain, Ledger, Measure, Question, Row
from finops.stamp import LedgerName, Stamp

FEWEST_DAYS, FEWEST_REQUESTS = 7, 100
MONTH = Decimal(365) / Decimal(12)
"""How many days a month has."""
_ZERO = Decimal(0)
_MEASURES = (Measure.COST, Measure.TOKEN_COST, Measure.TOKENS, Measure.REQUESTS, Measure.UNPRICED_TOKENS)


class TooLittle(FinopsError):
    """What was measured is too little to say what would be."""


@dataclass(frozen=True)
class Used:
    """Tokens, and what they cost."""

    tokens: Decimal = _ZERO
    cost: Decimal = _ZERO

    def __add__(self, other: Used) -> Used:
        return Used(self.tokens + other.tokens, self.cost + other.cost)

    def times(self, share: Decimal) -> Used:
        """A *share* of it."""
        return Used(self.tokens * share, self.cost * share)


Classes = Mapping[TokenClass, Used]


@dataclass(frozen=True)
class Pool:
    """The use of one model by those whom *labels* name; *beside* is what was paid for tokens above (or below) what
    their classes tell, *other* what was paid for no tokens. What is of *own* capacity costs the same used or not: no
    lever changes it. *daily* is the cost of each day of the window; after levers, its shape. *usd* is what a dollar was
    worth in its currency on those days (None: nobody says). Where a lever put a *ceiling* on the output of a call,
    *wanted* are the output tokens that there would be without it."""

    provider: str
    model: str
    labels: Mapping[Dimension, str] = field(default_factory=dict)
    classes: Classes = field(default_factory=dict)
    other: Decimal = _ZERO
    beside: Decimal = _ZERO
    requests: Decimal = _ZERO
    daily: tuple[Decimal, ...] = ()
    own: bool = False
    usd: Decimal | None = Decimal(1)
    ceiling: int | None = None
    wanted: Decimal = _ZERO

    @property
    def cost(self) -> Decimal:
        """All of it."""
        return sum((each.cost for each in self.classes.values()), self.other + self.beside)

    @property
    def tokens(self) -> Decimal:
        """Of all classes."""
        return sum((each.tokens for each in self.classes.values()), _ZERO)

    def used(self, kind: TokenClass) -> Used:
        """The tokens of *kind*, perhaps none."""
        return self.classes.get(kind, Used())


@dataclass(frozen=True)
class Mix:
    """The pools of a window, the largest first, and what they are: where they come from, and what had no price."""

    pools: tuple[Pool, ...]
    period: Period
    stamp: Stamp
    days: int
    unpriced: Decimal = _ZERO

    @property
    def currency(self) -> str:
        """What costs are in."""
        return self.stamp.currency

    @property
    def requests(self) -> Decimal:
        """How many were counted."""
        return sum((pool.requests for pool in self.pools), _ZERO)

    @property
    def cost(self) -> Decimal:
        """In the whole window."""
        return sum((pool.cost for pool in self.pools), _ZERO)

    @property
    def monthly(self) -> Decimal:
        """What turns a figure of the window into one of a month."""
        return MONTH / self.period.days


def measured(
    ledger: Ledger,
    period: Period,
    name: LedgerName,
    by: Iterable[Dimension],
    where: tuple[Filter, ...],
    exchange: Exchange | None = None,
) -> Mix:
    """What the ledger knows of the models used in *period*, apart by what is named in *by*; TooLittle if that is no
    ground for a guess. *exchange* tells what the dollars of price lists are worth in another currency."""
    cuts = tuple(dict.fromkeys((Dimension.PROVIDER, Dimension.MODEL, Dimension.TOKEN_CLASS, *by)))
    asked = Question(_MEASURES, period, cuts, (*AI_USED, *where), ledger=name)
    total, daily = ledger.answer(asked), _daily(ledger, asked)
    days = len({row.day for row in daily.rows if any(row.values.values())})
    _enough(days, total.total[Measure.REQUESTS], period, where)
    dollars = _dollars(period, total.stamp.currency, exchange or NoRates())
    pools = sorted(_pools(total, daily, period, dollars), key=lambda pool: (-pool.cost, pool.model, pool.provider))
    tokens = total.total[Measure.TOKENS]
    unpriced = total.total[Measure.UNPRICED_TOKENS] / tokens if tokens else _ZERO
    return Mix(tuple(pools), period, total.stamp, days, unpriced)


def _daily(ledger: Ledger, asked: Question) -> Answer:
    cuts = tuple(cut for cut in asked.by if cut is not Dimension.TOKEN_CLASS)
    return ledger.answer(replace(asked, by=cuts, grain=Grain.DAY, measures=(Measure.COST, Measure.TOKENS)))


def _enough(days: int, requests: Decimal, period: Period, where: tuple[Filter, ...]) -> None:
    if not days:
        whose = "".join(f" {each}" for each in where)
        raise TooLittle(f"No use of models is known of{whose} {period.within}; a what-if needs {FEWEST_DAYS} days.")
    if days < FEWEST_DAYS:
        raise TooLittle(f"Of {period} only {days} {'day is' if days == 1 else 'days are'} known; "
                        f"a what-if needs {FEWEST_DAYS}.")  # fmt: skip
    if requests < FEWEST_REQUESTS:
        raise TooLittle(f"Only {requests:.0f} requests were counted {period.within}; a what-if needs "
                        f"{FEWEST_REQUESTS}, from a gateway or a log.")  # fmt: skip


def _dollars(period: Period, currency: str, exchange: Exchange) -> Sequence[Decimal | None]:
    """What a dollar is worth on each day."""
    if currency == PRICED_IN:
        return [Decimal(1)] * period.days
    return [exchange.rate(PRICED_IN, currency, day) for day in period]


def _worth(daily: Sequence[Decimal], dollars: Sequence[Decimal | None]) -> Decimal | None:
    """What a dollar was worth in all: what was paid on the days with a rate, by what that was in dollars."""
    known = [(cost, rate) for cost, rate in zip(daily, dollars, strict=True) if rate]
    spent = sum((cost / rate for cost, rate in known), _ZERO)
    if spent > 0:
        return sum((cost for cost, _ in known), _ZERO) / spent
    return sum((rate for _, rate in known), _ZERO) / len(known) if known else None


def _pools(total: Answer, daily: Answer, period: Period, dollars: Sequence[Decimal | None]) -> Iterable[Pool]:
    rows: dict[tuple[str, ...], list[Row]] = {}
    for row in total.rows:
        rows.setdefault(_key(row), []).append(row)
    spent: dict[tuple[str, ...], dict[object, Decimal]] = {}
    for row in daily.rows:
        spent.setdefault(_key(row), {})[row.day] = row.values[Measure.COST]
    for key, mine in rows.items():
        costs = tuple(spent.get(key, {}).get(day, _ZERO) for day in period)
        yield replace(_pool(mine, costs), usd=_worth(costs, dollars))


def _key(row: Row) -> tuple[str, ...]:
    return tuple(value for cut, value in row.key.items() if cut is not Dimension.TOKEN_CLASS)


def _pool(rows: list[Row], daily: tuple[Decimal, ...]) -> Pool:
    classes: dict[TokenClass, Used] = {}
    other = beside = requests = _ZERO
    for row in rows:
        kind, values = row.key[Dimension.TOKEN_CLASS], row.values
        requests += values[Measure.REQUESTS]
        if kind in tuple(TokenClass):
            classes[TokenClass(kind)] = Used(values[Measure.TOKENS], values[Measure.COST])
        else:
            beside += values[Measure.TOKEN_COST]
            other += values[Measure.COST] - values[Measure.TOKEN_COST]
    labels: dict[Dimension, str] = {
        cut: value for cut, value in rows[0].key.items() if cut is not Dimension.TOKEN_CLASS
    }
    return Pool(labels[Dimension.PROVIDER], labels[Dimension.MODEL], labels, classes, other, beside, requests, daily)
