"""What was approved is set once: a retry reads back first, a target that is away is tried again, a mismatch is loud."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.limits import Limits, Unreached
from finops.approval import Applied, Approved, Change, Failed, Proposed, Seen, approve, propose
from finops.budget import Budget
from finops.errors import Late, NotAllowed, SourceAway
from finops.money import Money
from finops.people import Member, People, Role
from storage.book import StoredBook
from storage.database import Engine, database
from storage.states import States

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
OLD, NEW = Money(Decimal(4000), "USD"), Money(Decimal(6500), "USD")
ERIK, FIONA, RAJ = Member("U1", "Erik"), Member("U2", "Fiona"), Member("U3", "Raj")
PEOPLE = People({who.id: frozenset({Role.APPROVER}) for who in (ERIK, FIONA, RAJ)})
SEEN = Seen(OLD, Money(Decimal(100), "USD"), Money(Decimal(200), "USD"), NOW)


@dataclass
class Gateway:
    """A target that holds limits; it may be away, or take a limit and not hold it."""

    limit: Money | None = OLD
    away: bool = False
    forgets: bool = False
    writes: list[Money] = field(default_factory=list)

    def apply(self, id: str, limit: Money) -> None:
        self.writes.append(limit)
        if not self.forgets:
            self.limit = limit

    def read_back(self, id: str) -> Money | None:
        if self.away:
            raise SourceAway("The gateway does not answer.")
        return self.limit


class Desk:
    """A request that was approved, over a real database."""

    def __init__(self, engine: Engine, target: str = "gateway") -> None:
        self.states = States(engine, (Budget("search", OLD, target, "team/search"),))
        self.book = StoredBook(engine, b"k" * 32)
        self.gateway = Gateway()
        self.limits = Limits(self.states, self.states, self.book, {"gateway": self.gateway}, lambda: NOW)
        self.book.keep(propose("n1", Change("search", OLD, NEW, "why"), ERIK, NOW, SEEN))

    def approve(self, who: Member, seen: int = 1) -> None:
        self.book.keep(approve(self.states.request("n1"), seen, who, PEOPLE, NOW, SEEN))

    @property
    def state(self) -> object:
        return self.states.request("n1").state


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = database(f"sqlite:///{tmp_path}/state.sqlite")
    yield made
    made.dispose()


def test_an_approved_limit_is_set_read_back_and_the_budget_is_the_new_one(engine: Engine) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    desk.limits.apply("budget/search", 0)
    assert isinstance(desk.state, Applied)
    assert desk.state.read_back == desk.gateway.limit == NEW
    assert desk.states.budget("search").state.amount == NEW


def test_a_retry_after_a_crash_does_not_write_again(engine: Engine) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    desk.gateway.apply("team/search", NEW)  # a worker wrote it, and died before it could say so
    desk.limits.apply("budget/search", 1)
    desk.limits.apply("budget/search", 2)
    assert desk.gateway.writes == [NEW]
    assert isinstance(desk.state, Applied)


def test_a_target_that_does_not_hold_it_is_said_loudly_with_both_values(engine: Engine) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    desk.gateway.forgets = True
    desk.limits.apply("budget/search", 0)
    assert isinstance(desk.state, Failed)
    assert desk.state.says == OLD
    assert desk.states.budget("search").state.amount == OLD


def test_a_target_that_is_away_is_tried_again_and_then_given_up(engine: Engine) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    desk.gateway.away = True
    with pytest.raises(Unreached):
        desk.limits.apply("budget/search", 1)
    assert isinstance(desk.state, Approved)
    desk.limits.apply("budget/search", 8)
    assert isinstance(desk.state, Failed)


def test_a_budget_without_a_target_is_in_force_for_alerts(engine: Engine) -> None:
    desk = Desk(engine, target="")
    desk.approve(FIONA)
    desk.limits.apply("budget/search", 0)
    assert isinstance(desk.state, Applied)
    assert desk.state.read_back is None
    assert desk.gateway.writes == []


def test_nobody_decides_on_their_own_request(engine: Engine) -> None:
    desk = Desk(engine)
    with pytest.raises(NotAllowed, match="somebody else"):
        desk.approve(ERIK)
    assert isinstance(desk.state, Proposed)


def test_the_second_of_two_approvers_is_told_who_was_faster(engine: Engine) -> None:
    desk = Desk(engine)
    held = desk.states.request("n1")
    desk.approve(FIONA)
    with pytest.raises(Late, match="Fiona"):
        desk.approve(RAJ)
    with pytest.raises(Late):
        desk.book.keep(approve(held, 1, RAJ, PEOPLE, NOW, SEEN))
