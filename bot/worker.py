"""The worker: takes one effect after the other and makes it true. Any number may run, any may die."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from slack_sdk.errors import SlackClientError

from bot.limits import Limits, Unreached
from bot.showing import Showing
from finops.decision import Effect, Must
from finops.errors import FinopsError, Late
from storage.effects import Claim, Effects

log = logging.getLogger(__name__)

_LONGEST = timedelta(minutes=5)


@dataclass(frozen=True)
class Worker:
    """Claims effects, and makes them true by *showing* them in Slack or setting them as *limits*."""

    effects: Effects
    showing: Showing
    limits: Limits
    clock: Callable[[], datetime]
    stopping: Event = field(default_factory=Event)

    def work(self) -> int:
        """How many effects were taken on; it goes on until none is due, or until it is *stopping*."""
        taken = 0
        while not self.stopping.is_set() and (claim := self.effects.claimed(self.clock())):
            self._made(claim)
            taken += 1
        return taken

    def _made(self, claim: Claim) -> None:
        try:
            self._make()[claim.effect.must](claim.effect, claim.attempts)
        except Late:
            log.info("%s was made true by somebody faster", claim.effect.subject)
        except (SlackClientError, Unreached, OSError, FinopsError) as error:
            self._again(claim, error)
            return
        if not self.effects.done(claim):
            log.warning("%s took longer than its lease and was claimed again", claim.effect.subject)

    def _make(self) -> Mapping[Must, Callable[[Effect, int], None]]:
        return {
            Must.SHOW: lambda effect, _: self.showing.show(effect.subject),
            Must.DIGEST: lambda effect, _: self.showing.digest(effect.subject),
            Must.LIMIT: lambda effect, attempts: self.limits.apply(effect.subject, attempts),
        }

    def _again(self, claim: Claim, error: Exception) -> None:
        wait = min(timedelta(seconds=2 ** min(claim.attempts, 9)), _LONGEST)
        asked = getattr(getattr(error, "response", None), "headers", {}).get("Retry-After")
        wait = max(wait, timedelta(seconds=int(asked))) if asked else wait
        log.warning("%s %s failed, again in %s: %s", claim.effect.must, claim.effect.subject, wait, error)
        self.effects.again(claim, self.clock() + wait)
