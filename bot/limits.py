"""Limits: what was approved last of a budget is set at its target, once, and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from finops.budgets.applying import confirm, fail, give_way, waiting
from finops.budgets.approval import Approved, BudgetRequest, Requests
from finops.budgets.budget import Budget, Budgets
from finops.decision import Book, Held
from finops.errors import Late, SourceAway, SourceError, TargetError, Unclear
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
    """It is not settled yet; try again later."""


class _NotSet(Exception):
    """The target does not hold what was approved: it *says* what it holds, if that is known. *again*: it may yet."""

    def __init__(self, why: str, says: Money | None = None, *, again: bool = False) -> None:
        super().__init__(why)
        self.says, self.again = says, again


@dataclass(frozen=True)
class Limits:
    """Sets approved limits. Before it writes it reads back: what is there already is not written again."""

    requests: Requests
    budgets: Budgets
    book: Book
    targets: Mapping[str, Target]
    clock: Callable[[], datetime]

    def apply(self, subject: str, attempts: int) -> None:
        """Of what is approved of the budget *subject*, the last is Applied or Failed, and the rest gives way to it;
        Unreached while the target is away, and patience lasts, or if something changed meanwhile."""
        approved = self._waiting(subject)
        if not approved:
            return
        (held, newest), *older = approved
        try:
            for other, state in older:
                self.book.keep(give_way(other, state, newest, self.clock()))
            self._settle(subject, held, newest, attempts)
        except Late as late:
            raise Unreached(str(late)) from late

    def _settle(self, subject: str, held: Held[BudgetRequest], approved: Approved, attempts: int) -> None:
        try:
            budget = self._budget(approved)
            read_back = self._set(budget, approved.proposed.change.new)
        except _NotSet as error:
            if error.again and attempts < _PATIENCE:
                raise Unreached(str(error)) from error
            self.book.keep(fail(held, approved, error.says, str(error), self.clock()))
            return
        if self._waiting(subject)[:1] != [(held, approved)]:
            raise Unreached("another request of this budget was approved meanwhile")
        self.book.keep(confirm(held, approved, read_back, self.clock(), budget.amount))

    def _budget(self, approved: Approved) -> Budget:
        try:
            return self.budgets.budget(approved.proposed.change.team).state
        except Unclear as error:
            raise _NotSet(str(error)) from error

    def _set(self, budget: Budget, limit: Money) -> Money | None:
        if not budget.target:
            return None
        if budget.target not in self.targets:
            raise _NotSet(f"No target called {budget.target} is configured.")
        target = self.targets[budget.target]
        try:
            held = target.read_back(budget.target_id)
        except (SourceError, TargetError) as error:
            raise _NotSet(str(error), again=isinstance(error, SourceAway)) from error
        return held if held == limit else self._written(target, budget, limit, held)

    def _written(self, target: Target, budget: Budget, limit: Money, held: Money | None) -> Money:
        try:
            target.apply(budget.target_id, limit)
        except SourceAway as error:
            raise _NotSet(f"{error} It may have taken the change.", again=True) from error
        except (SourceError, TargetError) as error:
            raise _NotSet(str(error), held) from error
        try:
            read_back = target.read_back(budget.target_id)
        except (SourceError, TargetError) as error:
            raise _NotSet(f"{budget.target} took the change, but cannot be read back: {error}", again=True) from error
        if read_back is None:
            raise _NotSet(f"{budget.target} took the limit, but says that it holds none.")
        return read_back

    def _waiting(self, subject: str) -> list[tuple[Held[BudgetRequest], Approved]]:
        return waiting(self.requests.requests(), self._team(subject))

    def _team(self, subject: str) -> str:
        """The team whose budget *subject* is; effects from before this was so name a request instead."""
        kind, _, name = subject.partition("/")
        if kind == "budget":
            return name
        return self.requests.request(name).state.proposed.change.team
