"""What speaks against a design, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from fnmatch import fnmatch

from finops.budgets.budget import Budget
from finops.designs.costs import DAYS, Costs
from finops.designs.planned import Design, Rule, Workload
from finops.desk import Desk
from finops.money import Money, sign
from finops.period import day_in
from finops.prices import PRICED_IN
from finops.stamp import LedgerName

_SOON = timedelta(days=90)
_TIGHT = Decimal("0.1")


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
    """A design before the desk, *now* (UTC)."""

    design: Design
    desk: Desk
    now: datetime

    @property
    def costs(self) -> Costs:
        """What is known of prices and use."""
        return Costs(self.desk, self.desk.reach(self.now, first=LedgerName.METERED))

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
        origin = next((rates.origin for offer in self.costs.offers(plan) for rates in offer), "")
        said = f"{plan.model} is in {origin}" if origin else f"no price list knows {plan.model}"
        return Found(Level.PASS if origin else Level.FAIL, name, "unknown-model", said)

    def _allowed(self, name: str, plan: Workload) -> Found:
        by = next((each for each in self.design.forbidden if fnmatch(plan.model.lower(), each.lower())), "")
        said = f"{plan.model} is forbidden by “{by}”" if by else f"{plan.model} is not forbidden"
        return Found(Level.FAIL if by else Level.PASS, name, "forbidden-model", said)

    def _retiring(self, name: str, plan: Workload) -> Found:
        today = day_in(self.desk.company.zone, self.now)
        day = next((rates.retires for offer in self.costs.offers(plan) for rates in offer if rates.retires), None)
        if day is None:
            return Found(Level.PASS, name, "retiring-model", "no list tells an end")
        level = Level.FAIL if day <= today else Level.WARN if day <= today + _SOON else Level.PASS
        return Found(level, name, "retiring-model", f"{plan.model} is served until {day}")

    def _growth(self, name: str, plan: Workload) -> Found:
        """What a call will cost, of what one costs now."""
        costs = self.costs
        call, now = costs.call(plan), costs.now(plan.changes)
        if not plan.changes or call is None or now is None:
            unpriced = self._rateless() or "no price"
            why = "changes names no app" if not plan.changes else unpriced if call is None else "too little measured"
            return Found(Level.SKIP, name, "growth", f"not judged: {why}")
        times = call / now.call
        level = Level.FAIL if times > self.design.max_growth else Level.PASS
        return Found(level, name, "growth", f"a call costs {times:.1f} times what it does now ({self._fine(call)} "
                     f"CONFIGURED, {self._fine(now.call)} MEASURED in {DAYS} days to {costs.reach.last})")  # fmt: skip

    def _budget(self) -> Found:
        """What the design adds to a month, beside what its forecast leaves of the budget."""
        team, costs = self.design.team, self.costs
        added = [costs.added(plan) for plan in self.design.workloads.values()]
        held = [each.state for each in self.desk.budgets.budgets() if each.state.team == team]
        if not held or None in added:
            return Found(Level.SKIP, team or "all", "budget", f"not judged: {self._unjudged(bool(held))}")
        return self._headroom(held[0], round(sum((each for each in added if each is not None), Decimal(0)), 2))

    def _unjudged(self, has_budget: bool) -> str:
        if has_budget:
            return self._rateless() or "a workload has no price, or its app is not measured"
        return "the team has no budget" if self.design.team else "the design names no team"

    def _headroom(self, budget: Budget, more: Decimal) -> Found:
        """FAIL where more is added than is left, WARN where less than a tenth of the budget would be; what saves
        passes."""
        stands, currency = self.desk.stands(budget, self.now), budget.amount.currency
        left = budget.amount.amount - stands.month_end.amount
        level = Level.PASS if more <= 0 else Level.FAIL if more > left else Level.WARN
        level = Level.PASS if level is Level.WARN and left - more >= budget.amount.amount * _TIGHT else level
        tight = "; less than a tenth of the budget would be" if level is Level.WARN else ""
        room = f"{Money(left, currency).cents} of {budget.amount.cents} are left" if left >= 0 else (
            f"{budget.amount.cents} are exceeded by {Money(-left, currency).cents}")  # fmt: skip
        return Found(level, budget.team, "budget", f"adds {Money(more, currency).cents} a month (CONFIGURED) where "
                     f"{room} (MEASURED to {stands.until - timedelta(days=1)}, and forecast to the end of the month)"
                     f"{tight}")  # fmt: skip

    def _rateless(self) -> str:
        """Why list prices mean nothing here; empty if they do."""
        if self.costs.dollar is not None:
            return ""
        return (f"lists are in {PRICED_IN}, and no rate says what that is in {self.desk.company.currency}; "
                "name a file of rates as currency.rates")  # fmt: skip

    def _fine(self, price: Decimal) -> str:
        """A price of one call, to the millionth."""
        currency = self.desk.company.currency
        return f"{sign(currency)}{price:.6f}" if sign(currency) else f"{price:.6f} {currency}"

    def _exempted(self, found: Found) -> Found:
        mine = [each for each in self.design.exemptions if (each.workload, each.rule) == (found.what, found.rule)]
        if not mine or found.level <= Level.PASS:
            return found
        last = max(mine, key=lambda each: each.until)
        if last.until < day_in(self.desk.company.zone, self.now):
            return Found(found.level, found.what, found.rule, f"{found.said} (the exemption ended on {last.until})")
        return Found(Level.PASS, found.what, found.rule, f"{found.said} (exempt until {last.until}: {last.reason})")
