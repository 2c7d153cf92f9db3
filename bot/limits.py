"""Limits: what was approved is set at its target, once, and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from finops.approval import Approved, BudgetRequest, Requests, confirm, fail
from finops.budget import Budgets
from finops.decision import Book, Held
from finops.errors import SourceAway, SourceError, TargetError
from finops.money import Money

_PATIENCE = 8  # attempts: about four minutes


class Target(Protocol):
    """A place where a limit bites, ready to be spoken to."""

    def apply(self, id: str, limit: Money) -> None:
        """Set the absolute monthly limit; TargetError or SourceError if it does not take it."""
        ...

    def read_back(self, id: str) -> Money | None:
        """The limit it holds now; None if none."""
        ...


class Unreached(Exception):
    """The target does not answer yet; try again later."""


@dataclass(frozen=True)
class Limits:
    """Sets approved limits. Before it writes it reads back: what is there already is not written again."""

    requests: Requests
    budgets: Budgets
    book: Book
    targets: Mapping[str, Target]
    clock: Callable[[], datetime]

    def apply(self, subject: str, attempts: int) -> None:
        """The request *subject* is Applied or Failed; Unreached while the target is away and patience lasts."""
        held = self.requests.request(subject.removeprefix("request/"))
        if not isinstance(held.state, Approved):
            return
        try:
            read_back = self._set(held.state)
        except SourceAway as away:
            if attempts < _PATIENCE:
                raise Unreached(str(away)) from away
            self._failed(held, held.state, str(away))
        except (TargetError, SourceError) as error:
            self._failed(held, held.state, str(error))
        else:
            self.book.keep(confirm(held, held.state, read_back, self.clock()))

    def _set(self, approved: Approved) -> Money | None:
        change = approved.proposed.change
        budget = self.budgets.budget(change.team).state
        if not budget.target:
            return None
        if budget.target not in self.targets:
            raise TargetError(f"No target called {budget.target} is configured.")
        target = self.targets[budget.target]
        if target.read_back(budget.target_id) != change.new:
            target.apply(budget.target_id, change.new)
        read_back = target.read_back(budget.target_id)
        if read_back is None:
            raise TargetError(f"{budget.target} took the limit, but says that it holds none.")
        return read_back

    def _failed(self, held: Held[BudgetRequest], approved: Approved, why: str) -> None:
        self.book.keep(fail(held, approved, None, why, self.clock()))
