"""The worker: takes one effect after the other and makes it true. Any number may run, any may die."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from threading import Event

from slack_sdk.errors import SlackClientError

from bot.bugs import Caught, noted
from bot.limits import Limits, Unreached
from bot.showing import Showing
from finops.decision import Effect, Must
from finops.errors import FinopsError, Late, Unclear
from storage.effects import Claim, Effects

log = logging.getLogger(__name__)

MESSAGES = frozenset(Must) - {Must.LIMIT}
LIMITS = frozenset({Must.LIMIT})
ENOUGH = 300  # attempts: about a day
_LONGEST = timedelta(minutes=5)
_KNOWN = (SlackClientError, HTTPException, Unreached, OSError, FinopsError)


@dataclass(frozen=True)
class Worker:
    """Claims effects, and makes them true by *showing* them in Slack or setting them as *limits*. *holding* are those
    it is at, whose leases must be renewed."""

    effects: Effects
    showing: Showing
    limits: Limits
    clock: Callable[[], datetime]
    stopping: Event = field(default_factory=Event)
    holding: dict[int, Claim] = field(default_factory=dict)

    def work(self, only: frozenset[Must] = frozenset(Must)) -> int:
        """How many effects (of these kinds) were taken on; it goes on until none is due, or until it is *stopping*."""
        taken = 0
        while not self.stopping.is_set() and (claim := self.effects.claimed(self.clock(), only)):
            self.holding[claim.id] = claim
            try:
                self._made(claim)
            finally:
                del self.holding[claim.id]
            taken += 1
        return taken

    def renew(self) -> None:
        """Keep every effect that is being worked on."""
        for claim in list(self.holding.values()):
            self.effects.renewed(claim, self.clock())

    def _made(self, claim: Claim) -> None:
        with Caught() as caught:
            self._make(claim.effect, claim.attempts)
        error = caught.error
        if isinstance(error, Late | Unclear):
            log.warning("%s %s is nothing to be done any more: %s", claim.effect.must, claim.effect.subject, error)
        elif error:
            self._failed(claim, error)
            return
        if not self.effects.done(claim):
            log.warning("%s took longer than its lease and was claimed again", claim.effect.subject)

    def _make(self, effect: Effect, attempts: int) -> None:
        match effect.must:
            case Must.SHOW:
                self.showing.show(effect.subject)
            case Must.DIGEST:
                self.showing.digest(effect.subject)
            case Must.TELL:
                self.showing.tell(effect.subject)
            case Must.LIMIT:
                self.limits.apply(effect.subject, attempts)

    def _failed(self, claim: Claim, error: Exception) -> None:
        what, why = f"{claim.effect.must} {claim.effect.subject}", str(error)
        if not isinstance(error, _KNOWN):
            why = f"bug {noted(what, error)}"
        if claim.attempts >= ENOUGH:
            self._park(claim, f"{what} was tried {claim.attempts} times and is given up until the next start: {why}")
            return
        wait = _wait(claim.attempts, error)
        log.warning("%s failed, again in %s: %s", what, wait, why)
        self.effects.again(claim, self.clock() + wait)

    def _park(self, claim: Claim, sentence: str) -> None:
        log.error("%s", sentence)
        news = None if claim.effect.must is Must.TELL else telling(sentence)
        self.effects.park(claim, self.clock(), news)


def telling(sentence: str) -> Effect:
    """The effect that the operators know *sentence*."""
    return Effect(Must.TELL, sentence[:600])


def _wait(attempts: int, error: Exception) -> timedelta:
    wait = min(timedelta(seconds=2 ** min(attempts, 9)), _LONGEST)
    asked = getattr(getattr(error, "response", None), "headers", {}).get("Retry-After")
    return max(wait, timedelta(seconds=int(asked))) if asked else wait
