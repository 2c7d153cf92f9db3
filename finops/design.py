"""A design: which models are planned to be called how often, read strictly, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from fnmatch import fnmatch
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from finops.charge import TokenClass
from finops.desk import Desk
from finops.money import Money
from finops.normalise import provider_name
from finops.prices import BATCH, STANDARD, Offer, at_step
from finops.question import AI, AI_USED, Dimension, Filter, Measure, Question
from finops.reach import Reach
from finops.stamp import LedgerName
from finops.whatif.listed import PRICED_IN, TYPICAL_BATCH
from finops.whatif.mix import FEWEST_DAYS, FEWEST_REQUESTS, MONTH

Rule = Literal["unknown-model", "forbidden-model", "retiring-model", "no-output-cap", "not-batched", "growth", "budget"]
_SOON, _DAYS = timedelta(days=90), 28
_NOT_USD = "lists are in USD, and costs here are not"
_NAMED = Field(min_length=1, max_length=200)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Workload(_Strict):
    """One use of a model; *changes* is the app that does it now, if there is one."""

    model: str = _NAMED
    provider: str = ""
    requests_per_day: Decimal = Field(ge=0, le=10**12)
    input_tokens: Decimal = Field(ge=0, le=10**9)
    output_tokens: Decimal = Field(ge=0, le=10**9)
    max_output_tokens: int | None = Field(None, gt=0)
    interactive: bool = True
    batch: bool = False
    changes: str = ""


class Exemption(_Strict):
    """A *rule* that does not count for a workload up to a day, and why."""

    workload: str
    rule: Rule
    until: date
    reason: str = Field(min_length=3, max_length=500)


class Design(_Strict):
    """What is planned, for which team, without which models."""

    team: str = ""
    forbidden: tuple[str, ...] = ()
    max_growth: Decimal = Field(Decimal(5), gt=0)
    workloads: Mapping[str, Workload] = Field(min_length=1)
    exemptions: tuple[Exemption, ...] = ()

    @model_validator(mode="after")
    def _named(self) -> Self:
        for each in self.exemptions:
            if each.workload not in (self.workloads if each.rule != "budget" else (self.team,)):
                raise ValueError(
                    f"the exemption from {each.rule} names “{each.workload[:40]}”, which is not planned here"
                )
        return self


class Level(IntEnum):
    """How much a finding weighs: its value is the exit code; what cannot be judged weighs nothing."""

    SKIP = -1
    PASS = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True)
class Found:
    """What a rule says of a workload (or of the whole: the team)."""

    level: Level
    what: str
    rule: Rule
    said: str

    def __str__(self) -> str:
        return f"{self.level.name} {self.what}: {self.rule}: {self.said}"


@dataclass(frozen=True)
class Check:
    """A design before the desk, on *today*."""

    design: Design
    desk: Desk
    reach: Reach
    today: date

    def found(self) -> tuple[Found, ...]:
        """What every rule says of every workload, exemptions taken into account."""
        each = [found for name, plan in self.design.workloads.items() for found in self._of(name, plan)]
        return tuple(self._exempted(found) for found in (*each, self._budget()))

    def _of(self, name: str, plan: Workload) -> Iterator[Found]:
        yield self._known(name, plan)
        yield self._allowed(name, plan)
        yield self._retiring(name, plan)
        capped = plan.max_output_tokens is not None
        yield Found(Level.PASS if capped else Level.WARN, name, "no-output-cap",
                    f"{plan.max_output_tokens} tokens at most" if capped else "set max_output_tokens")  # fmt: skip
        waits = not plan.interactive and not plan.batch
        yield Found(Level.WARN if waits else Level.PASS, name, "not-batched",
                    "nobody waits for it; in batch it costs about half" if waits else "as it should be")  # fmt: skip
        yield self._growth(name, plan)

    def _known(self, name: str, plan: Workload) -> Found:
        origin = next((rates.origin for offer in self._offers(plan) for rates in offer), "")
        said = f"{plan.model} is in {origin}" if origin else f"no price list knows {plan.model}"
        return Found(Level.PASS if origin else Level.FAIL, name, "unknown-model", said)

    def _allowed(self, name: str, plan: Workload) -> Found:
        by = next((each for each in self.design.forbidden if fnmatch(plan.model.lower(), each.lower())), "")
        said = f"{plan.model} is forbidden by “{by}”" if by else f"{plan.model} is not forbidden"
        return Found(Level.FAIL if by else Level.PASS, name, "forbidden-model", said)

    def _retiring(self, name: str, plan: Workload) -> Found:
        day = next((rates.retires for offer in self._offers(plan) for rates in offer if rates.retires), None)
        if day is None:
            return Found(Level.PASS, name, "retiring-model", "no list tells an end")
        level = Level.FAIL if day <= self.today else Level.WARN if day <= self.today + _SOON else Level.PASS
        return Found(level, name, "retiring-model", f"{plan.model} is served until {day}")

    def _growth(self, name: str, plan: Workload) -> Found:
        """What a call will cost, of what one costs now."""
        call, now = self._call(plan), self._measured(plan.changes)
        if not plan.changes or call is None or now is None:
            unpriced = "no price" if self._in_usd else _NOT_USD
            why = "changes names no app" if not plan.changes else unpriced if call is None else "too little measured"
            return Found(Level.SKIP, name, "growth", f"not judged: {why}")
        times = call / now[0]
        level = Level.FAIL if times > self.design.max_growth else Level.PASS
        return Found(level, name, "growth", f"a call costs {times:.1f} times what it does now "
                     f"({_usd(call)} CONFIGURED, {_usd(now[0])} MEASURED)")  # fmt: skip

    def _budget(self) -> Found:
        """What the design adds to a month, beside what the budget leaves at the present rate."""
        team = self.design.team
        added = [self._added(plan) for plan in self.design.workloads.values()]
        held = [each.state for each in self.desk.budgets.budgets() if each.state.team == team]
        if not held or None in added:
            unpriced = "a workload has no price, or its app is not measured" if self._in_usd else _NOT_USD
            why = "the team has no budget" if not held else unpriced
            return Found(Level.SKIP, team or "all", "budget", f"not judged: {why}")
        where = (*AI, Filter(Dimension.TEAM, (team,)))
        spent = self.desk.ledger.answer(Question((Measure.COST,), self.reach.days(_DAYS), where=where,
                                                 ledger=self.reach.ledger)).total[Measure.COST]  # fmt: skip
        left = held[0].amount.amount - spent * MONTH / self._days
        more = sum((each for each in added if each is not None), Decimal(0))
        said = f"adds {Money(more).cents} a month (CONFIGURED) where {Money(left).cents} are left (MEASURED)"
        return Found(Level.FAIL if more > left else Level.PASS, team, "budget", said)

    def _added(self, plan: Workload) -> Decimal | None:
        call, now = self._call(plan), self._measured(plan.changes)
        if call is None or (plan.changes and now is None):
            return None
        return call * plan.requests_per_day * MONTH - (now[1] if now else 0)

    def _call(self, plan: Workload) -> Decimal | None:
        """What a call costs at list prices, USD; None where a price is missing, or another currency is reckoned in."""
        offers = [each for each in self._offers(plan) if self._in_usd]
        size, kinds = int(plan.input_tokens), (TokenClass.UNCACHED_INPUT, TokenClass.OUTPUT)
        plain, batch = (next((said for offer in offers if (said := at_step(_tier(offer, tier), size))), {})
                        for tier in (STANDARD, BATCH))  # fmt: skip
        half = {kind: rate * TYPICAL_BATCH for kind, rate in plain.items()}
        rates = plain if not plan.batch else batch or half
        if not all(kind in rates for kind in kinds):
            return None
        return sum((rates[kind] * count for kind, count in zip(kinds, (plan.input_tokens, plan.output_tokens),
                                                               strict=True)), Decimal(0))  # fmt: skip

    def _measured(self, app: str) -> tuple[Decimal, Decimal] | None:
        """What a call of *app* cost, and a month of it; None where too little is known."""
        period, where = self.reach.days(_DAYS), (*AI_USED, Filter(Dimension.APP, (app,)))
        asked = Question((Measure.COST, Measure.REQUESTS), period, (Dimension.APP,), where, ledger=LedgerName.METERED)
        total = self.desk.ledger.answer(asked).total
        days = self._days
        if not app or total[Measure.REQUESTS] < FEWEST_REQUESTS or not total[Measure.COST] or days < FEWEST_DAYS:
            return None
        return total[Measure.COST] / total[Measure.REQUESTS], total[Measure.COST] * MONTH / days

    @property
    def _days(self) -> int:
        """How many of the days that are measured the ledger reaches back."""
        known, period = self.desk.ledger.known().days, self.reach.days(_DAYS)
        return max(1, min(_DAYS, (period.end - known.start).days)) if known else _DAYS

    @property
    def _in_usd(self) -> bool:
        """Whether the company reckons in what lists are in: no rate is guessed here."""
        return self.desk.company.currency == PRICED_IN

    def _offers(self, plan: Workload) -> tuple[Offer, ...]:
        whom = plan.provider or provider_name("", plan.model.lower())
        return self.desk.prices.offers(whom, (plan.model.lower(),), self.today)

    def _exempted(self, found: Found) -> Found:
        mine = [each for each in self.design.exemptions if (each.workload, each.rule) == (found.what, found.rule)]
        if not mine or found.level <= Level.PASS:
            return found
        last = max(mine, key=lambda each: each.until)
        if last.until < self.today:
            return Found(found.level, found.what, found.rule, f"{found.said} (the exemption ended on {last.until})")
        return Found(Level.PASS, found.what, found.rule, f"{found.said} (exempt until {last.until}: {last.reason})")


def _tier(offer: Offer, tier: str) -> Offer:
    return tuple(rates for rates in offer if rates.tier == tier)


def _usd(price: Decimal) -> str:
    return f"${price:.6f}"
