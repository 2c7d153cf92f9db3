"""Budgets, budget requests and incidents as they stand, read from what the book kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from finops.approval import Applied, BudgetRequest
from finops.budget import Budget
from finops.decision import Held
from finops.incident import Incident
from storage import codec, in_force, unknown
from storage.counters import following
from storage.database import reading
from storage.tables import StateRow


@dataclass(frozen=True)
class States:
    """The ports Budgets, Requests and Incidents. *configured* are the budgets as they are before any change."""

    engine: Engine
    configured: tuple[Budget, ...] = ()

    def budgets(self) -> tuple[Held[Budget], ...]:
        """All of them, by team: as last applied, else as configured."""
        states = (codec.request(row.kind, row.body) for row in self._rows({"applied"}))
        return in_force.budgets(self.configured, [state for state in states if isinstance(state, Applied)])

    def budget(self, team: str) -> Held[Budget]:
        """The budget of *team*; Unclear names the nearest team if it has none."""
        for held in self.budgets():
            if held.state.team == team:
                return held
        raise unknown.no_budget(team, [budget.team for budget in self.configured])

    def request(self, id: str) -> Held[BudgetRequest]:
        """The one with this id; Unclear names one that there is."""
        row = self._row(f"request/{id}")
        if row is None:
            raise unknown.no_request(id, [in_force.proposal(held.state).id for held in self.requests()])
        return Held(codec.request(row.kind, row.body), row.version)

    def requests(self, *, waiting: bool = False) -> tuple[Held[BudgetRequest], ...]:
        """All of them, newest first; only those waiting for somebody if *waiting*."""
        rows = self._rows({"proposed"} if waiting else codec.REQUEST_KINDS)
        return in_force.newest_first(Held(codec.request(row.kind, row.body), row.version) for row in rows)

    def new_id(self) -> str:
        """An id that no request has yet: `n1`, `n2` … It is taken from a counter at once, so that two who ask at the
        same time never get the same; an id that is not used leaves a gap."""
        return f"n{following(self.engine, 'request')}"

    def incident(self, id: str) -> Held[Incident]:
        """The one with this id; Unclear names one that there is."""
        row = self._row(f"incident/{id}")
        if row is None:
            raise unknown.no_incident(id, [held.state.id for held in self.incidents()])
        return Held(codec.incident(row.kind, row.body), row.version)

    def incidents(self, *, open: bool = False) -> tuple[Held[Incident], ...]:
        """All of them, newest first; only those going on if *open*."""
        rows = self._rows(codec.OPEN_KINDS if open else codec.INCIDENT_KINDS)
        held = [Held(codec.incident(row.kind, row.body), row.version) for row in rows]
        return tuple(sorted(held, key=lambda each: (each.state.opened_at, each.state.id), reverse=True))

    def _row(self, subject: str) -> StateRow | None:
        with Session(reading(self.engine)) as session:
            return session.get(StateRow, subject)

    def _rows(self, kinds: Collection[str]) -> Sequence[StateRow]:
        with Session(reading(self.engine)) as session:
            return session.exec(select(StateRow).where(col(StateRow.kind).in_(kinds))).all()
