"""Where the price lists disagree on models that were used: class by class, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finops.charge import TokenClass
from finops.period import Period
from finops.prices import STANDARD, Offer, Prices, at_step, differ
from finops.question import Dimension, Ledger, Measure, Question
from finops.stamp import LedgerName

_MILLION = Decimal(1_000_000)
_BY = (Dimension.PROVIDER, Dimension.MODEL, Dimension.TOKEN_CLASS)


@dataclass(frozen=True)
class Disagreement:
    """What two lists say of a model that was used, USD per million tokens by class; *above* how much input it begins;
    *worth* is what the period would have cost more by the second, None where that depends on the size of calls."""

    provider: str
    model: str
    lists: tuple[str, str]
    classes: Mapping[TokenClass, tuple[Decimal, Decimal]]
    above: int = 0
    worth: Decimal | None = None

    def __str__(self) -> str:
        whom = f"{self.model} of {self.provider}" if self.provider else self.model
        step = f" from {self.above:,} tokens of input" if self.above else ""
        said = ", ".join(f"{kind.replace('_', ' ')} {_usd(one)} or {_usd(other)}"
                         for kind, (one, other) in self.classes.items())  # fmt: skip
        return f"{whom}{step}: {said} a million ({' or '.join(self.lists)})"


def disagreements(ledger: Ledger, prices: Prices, period: Period) -> tuple[Disagreement, ...]:
    """Of each model that was metered in *period*: where the list that counts and another one disagree on a class that
    was used; what weighs most comes first."""
    used: dict[tuple[str, str], dict[TokenClass, Decimal]] = {}
    for row in ledger.answer(Question((Measure.TOKENS,), period, _BY, ledger=LedgerName.METERED)).rows:
        provider, model, kind = (row.key[cut] for cut in _BY)
        if kind in tuple(TokenClass) and row.values[Measure.TOKENS]:
            used.setdefault((provider, model), {})[TokenClass(kind)] = row.values[Measure.TOKENS]
    found: list[Disagreement] = []
    for (provider, model), tokens in used.items():
        found += _of_model(provider, model, tokens, prices.offers(provider, (model,), period.last))
    return tuple(sorted(found, key=lambda each: (-abs(each.worth or Decimal(0)), each.model, each.provider)))


def _of_model(
    provider: str, model: str, tokens: Mapping[TokenClass, Decimal], offers: Sequence[Offer]
) -> Iterator[Disagreement]:
    said = [standard for offer in offers if (standard := tuple(rate for rate in offer if rate.tier == STANDARD))]
    for other in said[1:]:
        lists = (said[0][0].origin, other[0].origin)
        for above in sorted({rate.above for rate in (*said[0], *other)}):
            one, two = at_step(said[0], above), at_step(other, above)
            classes = {kind: (one[kind] * _MILLION, two[kind] * _MILLION) for kind in tokens
                       if kind in one and kind in two and differ(one[kind], two[kind])}  # fmt: skip
            worth = None if above else sum((tokens[kind] * (two[kind] - one[kind]) for kind in classes), Decimal(0))
            if classes:
                yield Disagreement(provider, model, lists, classes, above, worth)
                break  # what is above the first step that differs follows from it


def _usd(price: Decimal) -> str:
    return f"${price.normalize():f}"
