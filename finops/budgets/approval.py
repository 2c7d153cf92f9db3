"""A budget request and its life: Proposed → Approved → Applied (or Failed), or Denied, or Expired; four eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from finops.audit import Entry
from finops.decision import Decision, Effect, Held, Must
from finops.errors import Late, NotAllowed
from finops.money import Money
from finops.people import Member, People, Role

LIFETIME = timedelta(hours=72)
_MOVED_SHARE, _MOVED_AMOUNT = Decimal("0.05"), Decimal(200)


@dataclass(frozen=True)
class Change:
    """From what to what, for which team's budget, and why."""

    team: str
    old: Money
    new: Money
    reason: str


@dataclass(frozen=True)
class Seen:
    """The facts that a request was made on: the limit then, and what was spent of the month."""

    limit: Money
    spent: Money
    month_end: Money
    at: datetime

    def moved(self, now: Seen) -> bool:
        """Whether the facts differ so much that an approval of the old ones means nothing."""
        drift = abs((now.spent - self.spent).amount)
        spent_moved = drift > max(_MOVED_AMOUNT, self.spent.amount * _MOVED_SHARE)
        return now.limit != self.limit or spent_moved


@dataclass(frozen=True)
class Proposed:
    """Asked for, and waiting for somebody else."""

    id: str
    change: Change
    by: Member
    at: datetime
    seen: Seen

    @property
    def proposed(self) -> Proposed:
        """Itself: every state of a request knows what was asked for."""
        return self

    @property
    def subject(self) -> str:
        """`request/<id>`."""
        return f"request/{self.id}"

    @property
    def expires_at(self) -> datetime:
        """When it is denied by itself."""
        return self.at + LIFETIME


@dataclass(frozen=True)
class Approved:
    """A second person said yes; the limit has still to be set."""

    proposed: Proposed
    by: Member
    at: datetime

    def __post_init__(self) -> None:
        if self.by.id == self.proposed.by.id:
            raise NotAllowed("You asked for this change, so somebody else has to decide on it.")

    @property
    def subject(self) -> str:
        """That of the proposal."""
        return self.proposed.subject


@dataclass(frozen=True)
class Applied:
    """The change is in force: *read_back* is what the target said (None: no target, it only alerts). *before* is what
    was in force until then, where that was no longer what the request named."""

    approved: Approved
    read_back: Money | None
    at: datetime
    before: Money | None = None

    @property
    def proposed(self) -> Proposed:
        """What was asked for."""
        return self.approved.proposed

    @property
    def subject(self) -> str:
        """That of the proposal."""
        return self.proposed.subject


@dataclass(frozen=True)
class Failed:
    """Approved, but not known to be in force: *says* is what the target holds (None: that is not known). *instead* is
    the id of a request of the same budget that was approved later, and so took its place."""

    approved: Approved
    says: Money | None
    why: str
    at: datetime
    instead: str = ""

    @property
    def proposed(self) -> Proposed:
        """What was asked for."""
        return self.approved.proposed

    @property
    def subject(self) -> str:
        """That of the proposal."""
        return self.proposed.subject


@dataclass(frozen=True)
class Denied:
    """Somebody said no (*by* None: nobody answered in time)."""

    proposed: Proposed
    by: Member | None
    at: datetime
    why: str

    @property
    def subject(self) -> str:
        """That of the proposal."""
        return self.proposed.subject


BudgetRequest = Proposed | Approved | Applied | Failed | Denied


class Requests(Protocol):
    """The budget requests as they stand."""

    def request(self, id: str) -> Held[BudgetRequest]:
        """The one with this id; Unclear if there is none."""
        ...

    def requests(self, *, waiting: bool = False) -> tuple[Held[BudgetRequest], ...]:
        """All of them, newest first; only those waiting for somebody if *waiting*."""
        ...

    def new_id(self) -> str:
        """An id that no request has yet: `n1`, `n2` …"""
        ...


def propose(id: str, change: Change, who: Member, now: datetime, seen: Seen) -> Decision:
    """The decision to ask for *change*."""
    proposed = Proposed(id, change, who, now, seen)
    return kept(0, proposed, who.id, "propose", now, Effect(Must.SHOW, proposed.subject))


def approve(held: Held[BudgetRequest], seen: int, who: Member, people: People, now: datetime, facts: Seen) -> Decision:
    """The decision of *who* to say yes; NotAllowed, or Late if the request or its facts moved on."""
    proposed = _open(held, seen, who, people, now)
    if proposed.seen.moved(facts):
        raise Late(
            "The figures have moved since this was asked for; ask anew with today's.", subject=held.state.subject
        )
    approved = Approved(proposed, who, now)
    show, limit = Effect(Must.SHOW, approved.subject), Effect(Must.LIMIT, f"budget/{proposed.change.team}")
    return kept(held.version, approved, who.id, "approve", now, limit, show)


def deny(held: Held[BudgetRequest], seen: int, who: Member, people: People, now: datetime, why: str) -> Decision:
    """The decision of *who* to say no, with a reason; NotAllowed, or Late if the request moved on."""
    denied = Denied(_open(held, seen, who, people, now), who, now, why)
    return kept(held.version, denied, who.id, "deny", now, Effect(Must.SHOW, denied.subject))


def expire(held: Held[BudgetRequest], now: datetime) -> Decision | None:
    """The decision to deny a request that nobody answered in time; None if it is not due."""
    if not isinstance(held.state, Proposed) or now < held.state.expires_at:
        return None
    denied = Denied(held.state, None, now, "Nobody decided within 72 hours.")
    return kept(held.version, denied, "tuppence", "expire", now, Effect(Must.SHOW, denied.subject))


def _open(held: Held[BudgetRequest], seen: int, who: Member, people: People, now: datetime) -> Proposed:
    state = held.state
    if not isinstance(state, Proposed):
        raise Late(f"{_fate(state, now)} Here is how it stands.", subject=state.subject)
    if held.version != seen or now >= state.expires_at:
        raise Late("This has changed since you saw it. Here is how it stands.", subject=state.subject)
    _four_eyes(state, who, people)
    return state


def _four_eyes(proposed: Proposed, who: Member, people: People) -> None:
    team = proposed.change.team
    others = tuple(each.id for each in people.holders(Role.APPROVER, team) if each.id not in (who.id, proposed.by.id))
    if who.id == proposed.by.id:
        nobody = "" if others else " Nobody else may yet: name an approver in config.yaml."
        raise NotAllowed(f"You asked for this change, so somebody else has to decide on it.{nobody}", waiting=others)
    if not people.may(who, Role.APPROVER):
        raise NotAllowed(
            f"Budget changes of {team} are decided by its approvers; you are not one of them.", waiting=others
        )


def _fate(state: BudgetRequest, now: datetime) -> str:
    if isinstance(state, Denied):
        return f"{state.by.name or state.by.id} denied this before you." if state.by else "This has expired."
    approved = state if isinstance(state, Approved) else state.approved if isinstance(state, Applied | Failed) else None
    if approved is None:
        return "This is still open."
    ago = max(0, int((now - approved.at).total_seconds()))
    return f"{approved.by.name or approved.by.id} approved this {_spell(ago)} before you."


def _spell(seconds: int) -> str:
    size, unit = next(
        ((s, u) for s, u in ((86400, "day"), (3600, "hour"), (60, "minute")) if seconds >= s), (1, "second")
    )
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def kept(seen: int, state: BudgetRequest, who: str, what: str, now: datetime, *effects: Effect) -> Decision:
    """The decision of *who* that a request is in *state*, with its audit entry."""
    change = state.proposed.change
    details = {"team": change.team, "old": change.old.exact, "new": change.new.exact, "currency": change.new.currency}
    read_back = state.read_back if isinstance(state, Applied) else state.says if isinstance(state, Failed) else None
    extra = {"read_back": read_back.exact} if read_back else {}
    return Decision(seen, state, Entry(now, who, what, state.subject, details | extra), effects)
