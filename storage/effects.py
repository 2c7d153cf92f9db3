"""Effects that are waiting to become true: claimed by one worker at a time, with leases that cannot be outlived."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, Engine, Update, and_, case, delete, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from finops.decision import Effect, Must
from storage.database import Turn, reading, take
from storage.tables import EffectRow
from storage.writing import changed

LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Claim:
    """An effect that is ours until the lease ends; *attempts* counts this one too."""

    id: int
    effect: Effect
    fence: int
    attempts: int


def row_of(effect: Effect) -> EffectRow:
    """*effect* as a row that waits for a worker."""
    return EffectRow(must=effect.must.value, subject=effect.subject, not_before=effect.not_before)


@dataclass(frozen=True)
class Effects:
    """What must become true and is not yet."""

    engine: Engine

    def claimed(self, now: datetime, only: Collection[Must] = tuple(Must), lease: timedelta = LEASE) -> Claim | None:
        """The next effect of these kinds that is due, ours until *lease* is over; None if nothing is. Limits come
        before messages, then the oldest first; a subject of which another effect is in flight waits."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            take(session, Turn.CLAIM)
            row = session.exec(_next(now, only)).first()
            if row is None:
                return None
            row.leased_until, row.fence, row.attempts = now + lease, row.fence + 1, row.attempts + 1
            session.add(row)
        return _claim(row)

    def renewed(self, claim: Claim, now: datetime, lease: timedelta = LEASE) -> bool:
        """Keep an effect that takes long; False if the lease ended and somebody else has it now."""
        return self._changed(update(EffectRow).where(_ours(claim)).values(leased_until=now + lease))

    def done(self, claim: Claim) -> bool:
        """Forget an effect that has become true, and its like that are parked; False if the lease ended and somebody
        else has it now."""
        with Session(self.engine) as session, session.begin():
            ours = changed(session, delete(EffectRow).where(_ours(claim))) == 1
            if ours:
                like = (col(EffectRow.must) == claim.effect.must.value, col(EffectRow.subject) == claim.effect.subject)
                changed(session, delete(EffectRow).where(*like, col(EffectRow.parked_at).is_not(None)))
            return ours

    def again(self, claim: Claim, at: datetime) -> bool:
        """Give an effect back, to be tried not before *at*; False if somebody else has it now."""
        return self._changed(update(EffectRow).where(_ours(claim)).values(not_before=at, leased_until=None))

    def park(self, claim: Claim, now: datetime, news: Effect | None) -> bool:
        """Keep an effect without trying it any more, and require *news* of it; False if somebody else has it now."""
        parked = update(EffectRow).where(_ours(claim)).values(parked_at=now, leased_until=None)
        with Session(self.engine) as session, session.begin():
            ours = changed(session, parked) == 1
            if ours and news:
                session.add(row_of(news))
            return ours

    def revive(self) -> int:
        """How many effects were parked; they are tried again from now on."""
        fresh = {"parked_at": None, "not_before": None, "attempts": 0}
        with Session(self.engine) as session, session.begin():
            return changed(session, update(EffectRow).where(col(EffectRow.parked_at).is_not(None)).values(**fresh))

    def waiting(self) -> int:
        """How many effects are not true yet, those in flight among them."""
        return self._count(col(EffectRow.parked_at).is_(None))

    def parked(self) -> int:
        """How many effects are not tried any more."""
        return self._count(col(EffectRow.parked_at).is_not(None))

    def require(self, effect: Effect) -> None:
        """Add one that follows from no decision."""
        with Session(self.engine) as session, session.begin():
            session.add(row_of(effect))

    def _count(self, which: ColumnElement[bool]) -> int:
        with Session(reading(self.engine)) as session:
            return session.exec(select(func.count()).select_from(EffectRow).where(which)).one()

    def _changed(self, statement: Update | Delete) -> bool:
        with Session(self.engine) as session, session.begin():
            return changed(session, statement) == 1


def _next(now: datetime, only: Collection[Must]) -> SelectOfScalar[EffectRow]:
    ready = (
        select(EffectRow)
        .where(col(EffectRow.must).in_([must.value for must in only]), _ready(now))
        .order_by(_rank(), col(EffectRow.id))
    )
    return ready.limit(1).with_for_update()  # an old claim may be done at this very moment


def _ready(now: datetime) -> ColumnElement[bool]:
    other = aliased(EffectRow)
    in_flight = select(other).where(col(other.subject) == col(EffectRow.subject), col(other.leased_until) > now)
    return and_(
        col(EffectRow.parked_at).is_(None),
        or_(col(EffectRow.not_before).is_(None), col(EffectRow.not_before) <= now),
        ~in_flight.exists(),
    )


def _rank() -> ColumnElement[int]:
    return case((col(EffectRow.must) == Must.LIMIT.value, 0), else_=1)


def _ours(claim: Claim) -> ColumnElement[bool]:
    return and_(col(EffectRow.id) == claim.id, col(EffectRow.fence) == claim.fence)


def _claim(row: EffectRow) -> Claim:
    assert row.id is not None  # it was read from the table
    return Claim(row.id, Effect(Must(row.must), row.subject, row.not_before), row.fence, row.attempts)
