"""What was approved is set once: a retry reads back first, a target that is away is tried again, a mismatch is loud."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.limits import Limits, Unreached
from finops.budgets.approval import Applied, Approved, BudgetRequest, Change, Failed, Proposed, Seen, approve, propose
from finops.budgets.budget import Budget
from finops.errors import Late, NotAllowed, SourceAway, TargetError
from finops.money import Money
from finops.people import Member, People, Role
from storage.book import StoredBook
from storage.database import Engine, database
from storage.states import States

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
OLD, NEW, MORE = (Money(Decimal(amount), "USD") for amount in (4000, 6500, 9000))
ERIK, FIONA, RAJ = Member("U1", "Erik"), Member("U2", "Fiona"), Member("U3", "Raj")
PEOPLE = People({who.id: frozenset({Role.APPROVER}) for who in (ERIK, FIONA, RAJ)})
SEEN = Seen(OLD, Money(Decimal(100), "USD"), Money(Decimal(200), "USD"), NOW)


@dataclass
class Gateway:
    """A target that holds limits; it may be away, refuse one, take one and not hold it, or take one and fall silent.
    *meanwhile* happens while it writes."""

    limit: Money | None = OLD
    away: bool = False
    forgets: bool = False
    refuses: bool = False
    falls: bool = False
    meanwhile: Callable[[], None] = lambda: None
    writes: list[Money] = field(default_factory=list)

    def apply(self, id: str, limit: Money) -> None:
        if self.refuses:
            raise TargetError("The gateway did not take it.")
        self.writes.append(limit)
        if not self.forgets:
            self.limit = limit
        self.away = self.away or self.falls
        self.meanwhile()

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
        self.ask("n1", NEW)

    def ask(self, id: str, amount: Money) -> None:
        self.book.keep(propose(id, Change("search", OLD, amount, "why"), ERIK, NOW, SEEN))

    def approve(self, who: Member, seen: int = 1, id: str = "n1", at: datetime = NOW) -> None:
        self.book.keep(approve(self.states.request(id), seen, who, PEOPLE, at, SEEN))

    @property
    def state(self) -> BudgetRequest:
        return self.stands("n1")

    def stands(self, id: str) -> BudgetRequest:
        return self.states.request(id).state


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


def test_a_limit_that_was_taken_and_not_read_back_is_tried_again_and_not_written_twice(engine: Engine) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    desk.gateway.falls = True
    with pytest.raises(Unreached):
        desk.limits.apply("budget/search", 1)
    desk.gateway.away = desk.gateway.falls = False
    desk.limits.apply("budget/search", 2)
    assert isinstance(desk.state, Applied)
    assert desk.gateway.writes == [NEW]


@pytest.mark.parametrize(("before", "why"), [(7, "The gateway does not answer."), (0, "gateway took the change, but")])
def test_of_a_gateway_that_falls_silent_after_the_write_it_is_not_said_what_it_holds(
    engine: Engine, before: int, why: str
) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    desk.gateway.falls = True
    for attempt in range(1, before + 1):
        with pytest.raises(Unreached):
            desk.limits.apply("budget/search", attempt)
    desk.limits.apply("budget/search", 8)
    assert desk.gateway.limit == NEW
    assert isinstance(desk.state, Failed)
    assert (desk.state.says, desk.state.why[: len(why)]) == (None, why)


def test_of_a_gateway_that_refuses_it_is_said_what_it_holds(engine: Engine) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    desk.gateway.refuses = True
    desk.limits.apply("budget/search", 1)
    assert isinstance(desk.state, Failed)
    assert (desk.state.says, desk.state.why) == (OLD, "The gateway did not take it.")


@pytest.mark.parametrize(("first", "last"), [("n1", "n2"), ("n2", "n1")])
def test_of_two_approved_before_either_is_set_the_last_approved_counts_and_the_other_says_so(
    engine: Engine, first: str, last: str
) -> None:
    desk, amounts = Desk(engine), {"n1": NEW, "n2": MORE}
    desk.ask("n2", MORE)
    desk.approve(FIONA, id=first)
    desk.approve(RAJ, id=last, at=NOW + timedelta(seconds=1))
    for _ in range(2):  # each approval left an effect
        desk.limits.apply("budget/search", 1)
    winner, loser = desk.stands(last), desk.stands(first)
    assert isinstance(winner, Applied)
    assert isinstance(loser, Failed)
    assert loser.instead == last
    assert desk.gateway.writes == [desk.gateway.limit] == [amounts[last]]
    assert desk.states.budget("search").state.amount == amounts[last]


def test_what_is_approved_while_another_is_being_set_counts(engine: Engine) -> None:
    desk = Desk(engine)
    desk.ask("n2", MORE)
    desk.approve(FIONA)
    desk.gateway.meanwhile = lambda: desk.approve(RAJ, id="n2", at=NOW + timedelta(seconds=1))
    with pytest.raises(Unreached):
        desk.limits.apply("budget/search", 1)
    desk.gateway.meanwhile = lambda: None
    desk.limits.apply("budget/search", 2)
    assert [type(desk.stands(id)) for id in ("n1", "n2")] == [Failed, Applied]
    assert desk.gateway.limit == desk.states.budget("search").state.amount == MORE


def test_what_was_approved_of_a_budget_that_is_another_by_now_says_what_was_in_force(engine: Engine) -> None:
    desk = Desk(engine)
    desk.ask("n2", MORE)
    desk.approve(FIONA)
    desk.limits.apply("budget/search", 1)
    desk.approve(RAJ, id="n2", at=NOW + timedelta(seconds=1))  # its facts were read before the other was applied
    desk.limits.apply("budget/search", 1)
    second = desk.stands("n2")
    assert isinstance(second, Applied)
    assert second.before == NEW


def test_a_budget_that_is_not_configured_any_more_fails_and_is_not_tried_for_ever(engine: Engine) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    gone = replace(desk.limits, budgets=States(engine, (Budget("support", OLD),)))
    gone.apply("budget/search", 1)
    assert isinstance(desk.state, Failed)


def test_an_effect_that_names_the_request_is_still_understood(engine: Engine) -> None:
    desk = Desk(engine)
    desk.approve(FIONA)
    desk.limits.apply("request/n1", 1)
    assert isinstance(desk.state, Applied)
