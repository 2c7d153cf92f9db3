"""A made-up use of models for what-ifs: prices of a list of its own, and facts of so many days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from finops.charge import TokenClass
from finops.prices import BATCH, Offer, Rates
from tests.finops.fakes_ledger import TODAY, Fact, fact

FRESH, READ, WRITE, OUT = (TokenClass.UNCACHED_INPUT, TokenClass.CACHE_READ, TokenClass.CACHE_WRITE, TokenClass.OUTPUT)
MILLION = Decimal(1_000_000)


def offer(fresh: str, read: str, write: str, out: str) -> Offer:
    said = {kind: Decimal(rate) / MILLION for kind, rate in zip((FRESH, READ, WRITE, OUT), (fresh, read, write, out),
                                                                 strict=True)}  # fmt: skip
    half = {kind: rate / 2 for kind, rate in said.items() if kind in (FRESH, OUT)}
    return Rates(said, "made-up 1"), Rates(half, "made-up 1", tier=BATCH)


LIST: Mapping[str, Offer] = {
    "big": offer("10", "1", "12.5", "40"),
    "small": offer("1", "0.1", "1.25", "4"),
    "halfknown": (Rates({FRESH: Decimal("0.000001")}, "made-up 1"),),
}


class MadeUpPrices:
    """A list of three models."""

    lists: Sequence[str] = ("made-up",)

    def offers(self, provider: str, models: Sequence[str], day: date) -> tuple[Offer, ...]:
        """What the list says of the first it knows."""
        return tuple(LIST[model] for model in models if model in LIST)[:1]


def rate(model: str, kind: TokenClass) -> Decimal:
    return LIST[model][0].per_token[kind]


def calls(
    day: date, model: str, tokens: Mapping[TokenClass, int], requests: int = 100, **labels: str
) -> Iterator[Fact]:
    """The facts of a day of *requests*, at list prices."""
    named = {"team": "search", "app": "ranker", "provider": "acme", "model": model} | labels
    for kind, count in tokens.items():
        yield fact(day, rate(model, kind) * count, tokens=count, token_class=str(kind), **named)
    yield fact(day, 0, requests=requests, token_class="", **named)


def steady(days: int = 28) -> list[Fact]:
    """A million fresh and a hundred thousand output tokens of the big model a day; as much of the small in evals."""
    found: list[Fact] = []
    for ago in range(1, days + 1):
        day = TODAY - timedelta(days=ago)
        found += calls(day, "big", {FRESH: 1_000_000, OUT: 100_000})
        found += calls(day, "small", {FRESH: 1_000_000, OUT: 100_000}, team="evals", app="judge")
    return found
