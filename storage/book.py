"""The book: the one place where state is written, together with its audit entry and its effects."""

from dataclasses import dataclass, field

from sqlalchemy import Engine, update
from sqlmodel import Session, col

from finops.anomalies.incident import Incident
from finops.budgets.approval import Applied, BudgetRequest, Failed
from finops.decision import Decision
from finops.errors import Late
from finops.people import Member
from storage import codec
from storage.chain import append
from storage.effects import row_of
from storage.tables import StateRow
from storage.writing import added, changed


@dataclass(frozen=True)
class StoredBook:
    """Keeps decisions in the database behind *engine*; *key* seals the audit chain."""

    engine: Engine
    key: bytes = field(repr=False)

    def keep(self, decision: Decision) -> int:
        """The new version, once state, entry and effects are written in one transaction; Late if the subject moved
        on since the version that was seen (0: it was new), and then nothing is written."""
        with Session(self.engine) as session, session.begin():
            if not _swapped(session, decision):
                raise _late(session, decision.subject)
            for effect in decision.effects:
                session.add(row_of(effect))
                session.flush()  # one by one, so that their numbers follow the decision's order
            append(session, self.key, decision.entry)
        return decision.seen_version + 1


def _swapped(session: Session, decision: Decision) -> bool:
    state, seen = decision.state, decision.seen_version
    values = {"kind": codec.kind(state), "version": seen + 1, "body": codec.body(state), "at": decision.entry.at}
    if seen == 0:
        return added(session, StateRow, subject=decision.subject, **values)
    same = (col(StateRow.subject) == decision.subject, col(StateRow.version) == seen)
    return changed(session, update(StateRow).where(*same).values(values)) == 1


def _late(session: Session, subject: str) -> Late:
    row = session.get(StateRow, subject)
    who = _decider(codec.state(row.kind, row.body)) if row else None
    first = f"{who.name or who.id} was faster." if who else "This has changed since you saw it."
    return Late(f"{first} Here is how it stands.", subject=subject)


def _decider(state: BudgetRequest | Incident) -> Member | None:
    if isinstance(state, Applied | Failed):
        return state.approved.by
    return state.by
