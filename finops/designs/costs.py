"""What a planned use would cost at list prices, beside what its app costs now, in the company's currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finops.charge import TokenClass
from finops.designs.planned import Workload
from finops.desk import Desk
from finops.normalise import provider_name
from finops.prices import BATCH, PRICED_IN, STANDARD, Offer, at_step
from finops.question import AI_USED, Dimension, Filter, Measure, Question
from finops.reach import Reach
from finops.stamp import LedgerName
from finops.whatif.listed import TYPICAL_BATCH
from finops.whatif.mix import FEWEST_DAYS, FEWEST_REQUESTS, MONTH

DAYS = 28


@dataclass(frozen=True)
class Now:
    """What a *call* of an app cost, and a *month* of it, measured."""

    call: Decimal
    month: Decimal


@dataclass(frozen=True)
class Costs:
    """What *desk* knows of prices, rates and use within *reach*."""

    desk: Desk
    reach: Reach

    @property
    def dollar(self) -> Decimal | None:
        """What a dollar of list price is in the company's currency on the last complete day; None if nobody says."""
        currency = self.desk.company.currency
        return Decimal(1) if currency == PRICED_IN else self.desk.exchange.rate(PRICED_IN, currency, self.reach.last)

    def offers(self, plan: Workload) -> tuple[Offer, ...]:
        """What price lists say of its model."""
        whom = plan.provider or provider_name("", plan.model.lower())
        return self.desk.prices.offers(whom, (plan.model.lower(),), self.reach.last)

    def call(self, plan: Workload) -> Decimal | None:
        """What a call costs at list prices; None where a price, or the rate of its currency, is missing."""
        size, kinds = int(plan.input_tokens), (TokenClass.UNCACHED_INPUT, TokenClass.OUTPUT)
        plain, batch = (next((said for offer in self.offers(plan) if (said := at_step(_tier(offer, tier), size))), {})
                        for tier in (STANDARD, BATCH))  # fmt: skip
        half = {kind: rate * TYPICAL_BATCH for kind, rate in plain.items()}
        rates, dollar = plain if not plan.batch else batch or half, self.dollar
        if dollar is None or not all(kind in rates for kind in kinds):
            return None
        tokens = zip(kinds, (plan.input_tokens, plan.output_tokens), strict=True)
        return sum((rates[kind] * count for kind, count in tokens), Decimal(0)) * dollar

    def added(self, plan: Workload) -> Decimal | None:
        """What it adds to a month: its calls, less those of the app that it changes; None where either is not known."""
        call, now = self.call(plan), self.now(plan.changes)
        if call is None or (plan.changes and now is None):
            return None
        return call * plan.requests_per_day * MONTH - (now.month if now else 0)

    def now(self, app: str) -> Now | None:
        """What *app* costs now; None where too little is known."""
        period, where = self.reach.days(DAYS), (*AI_USED, Filter(Dimension.APP, (app,)))
        asked = Question((Measure.COST, Measure.REQUESTS), period, (Dimension.APP,), where, ledger=LedgerName.METERED)
        total, days = self.desk.ledger.answer(asked).total, self._days
        cost, requests = total[Measure.COST], total[Measure.REQUESTS]
        if not app or requests < FEWEST_REQUESTS or not cost or days < FEWEST_DAYS:
            return None
        return Now(cost / requests, cost * MONTH / days)

    @property
    def _days(self) -> int:
        """How many of the days that are measured the ledger reaches back."""
        known, period = self.desk.ledger.known().days, self.reach.days(DAYS)
        return max(1, min(DAYS, (period.end - known.start).days)) if known else DAYS


def _tier(offer: Offer, tier: str) -> Offer:
    return tuple(rates for rates in offer if rates.tier == tier)
