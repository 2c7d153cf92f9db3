"""Budgets, budget requests and incidents as they stand, read from what the book kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from finops.anomalies.incident import Incident
from finops.budgets import in_force
from finops.budgets.approval import Applied, BudgetRequest
from finops.budgets.budget import Budget
from finops.decision import Held
from finops.people import covers
from finops.period import Period
from storage import codec, unknown
from storage.counters import counted, following, grown
from storage.database import reading
from storage.tables import StateRow

_LOOKED = "looked/"


@dataclass(frozen=True)
class States:
    """The ports Budgets, Requests and Incidents. *configured* are the budgets as they are before any change; *teams*
    narrows everything to what a person may see (none named: all), as if there were nothing else."""

    engine: Engine
    configured: tuple[Budget, ...] = ()
    teams: tuple[str, ...] = ()

    def narrowed(self, teams: tuple[str, ...]) -> States:
        """The same states, holding nothing but *teams*."""
        return replace(self, teams=teams)

    def budgets(self) -> tuple[Held[Budget], ...]:
        """All of them, by team: as last applied, else as configured."""
        states = (codec.request(row.kind, row.body) for row in self._rows({"applied"}))
        mine = [budget for budget in self.configured if self._sees(budget.team)]
        return in_force.budgets(mine, [state for state in states if isinstance(state, Applied)])

    def budget(self, team: str) -> Held[Budget]:
        """The budget of *team*; Unclear names the nearest team if it has none."""
        known = self.budgets()
        for held in known:
            if held.state.team == team:
                return held
        raise unknown.no_budget(team, [held.state.team for held in known])

    def request(self, id: str) -> Held[BudgetRequest]:
        """The one with this id; Unclear names one that there is."""
        row = self._row(f"request/{id}")
        held = Held(codec.request(row.kind, row.body), row.version) if row else None
        if held is None or not self._sees(held.state.proposed.change.team):
            raise unknown.no_request(id, [each.state.proposed.id for each in self.requests()])
        return held

    def requests(self, *, waiting: bool = False) -> tuple[Held[BudgetRequest], ...]:
        """All of them, newest first; only those waiting for somebody if *waiting*."""
        rows = self._rows({"proposed"} if waiting else codec.REQUEST_KINDS)
        held = [Held(codec.request(row.kind, row.body), row.version) for row in rows]
        return in_force.newest_first(h for h in held if self._sees(h.state.proposed.change.team))

    def new_id(self) -> str:
        """An id that no request has yet: `n1`, `n2` … It is taken from a counter at once, so that two who ask at the
        same time never get the same; an id that is not used leaves a gap."""
        return f"n{following(self.engine, 'request')}"

    def incident(self, id: str) -> Held[Incident]:
        """The one with this id; Unclear names one that there is."""
        row = self._row(f"incident/{id}")
        held = Held(codec.incident(row.kind, row.body), row.version) if row else None
        if held is None or not self._sees(held.state.team):
            raise unknown.no_incident(id, [each.state.id for each in self.incidents()])
        return held

    def incidents(self, *, open: bool = False) -> tuple[Held[Incident], ...]:
        """All of them, newest first; only those going on if *open*."""
        rows = self._rows(codec.OPEN_KINDS if open else codec.INCIDENT_KINDS)
        held = [Held(codec.incident(row.kind, row.body), row.version) for row in rows]
        mine = [each for each in held if self._sees(each.state.team)]
        return tuple(sorted(mine, key=lambda each: (each.state.opened_at, each.state.id), reverse=True))

    def looked_at(self) -> frozenset[date]:
        """The days that a detector has looked at, whatever it saw: the same for everybody."""
        return frozenset(map(date.fromisoformat, counted(self.engine, _LOOKED)))

    def look(self, days: Period | None) -> None:
        """Remember that a detector has looked at *days*."""
        for day in sorted(set(days or ()) - self.looked_at()):
            grown(self.engine, f"{_LOOKED}{day}", 1)

    def _sees(self, team: str) -> bool:
        return covers(self.teams, team)

    def _row(self, subject: str) -> StateRow | None:
        with Session(reading(self.engine)) as session:
            return session.get(StateRow, subject)

    def _rows(self, kinds: Collection[str]) -> Sequence[StateRow]:
        with Session(reading(self.engine)) as session:
            return session.exec(select(StateRow).where(col(StateRow.kind).in_(kinds))).all()
