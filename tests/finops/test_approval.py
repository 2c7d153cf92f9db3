"""Four eyes, whatever people do: nobody decides on their own request, or on one that moved on, or too late."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops.budgets.applying import confirm, fail
from finops.budgets.approval import (
    LIFETIME,
    Applied,
    Approved,
    BudgetRequest,
    Change,
    Denied,
    Failed,
    Proposed,
    Seen,
    approve,
    deny,
    expire,
    propose,
)
from finops.decision import Held, Must
from finops.errors import Late, NotAllowed
from finops.money import Money
from finops.people import Member
from tests.finops.fakes_ledger import DANA, ERIK, FIONA, NOW, PEOPLE, RAJ, Shelf


def usd(amount: int) -> Money:
    return Money(Decimal(amount))


OLD, NEW = usd(4000), usd(6500)
CHANGE = Change("search", OLD, NEW, "evaluation runs")
FACTS = Seen(OLD, usd(3610), usd(4800), NOW)
WHO = (ERIK, FIONA, RAJ, DANA)


def proposed(by: Member = ERIK) -> Held[Proposed]:
    return Held(Proposed("n1", CHANGE, by, NOW, FACTS), 1)


def state_of(held: Held[BudgetRequest], who: Member = FIONA) -> Approved:
    decided = approve(held, held.version, who, PEOPLE, NOW, FACTS).state
    assert isinstance(decided, Approved)
    return decided


def test_a_second_person_approves_and_the_limit_must_be_set() -> None:
    decision = approve(proposed(), 1, FIONA, PEOPLE, NOW, FACTS)
    assert decision.state == Approved(proposed().state, FIONA, NOW)
    assert {(effect.must, effect.subject) for effect in decision.effects} == {
        (Must.LIMIT, "budget/search"), (Must.SHOW, "request/n1")
    }  # fmt: skip
    assert (decision.seen_version, decision.entry.who) == (1, FIONA.id)


def test_nobody_decides_on_their_own_request() -> None:
    with pytest.raises(NotAllowed, match="somebody else"):
        approve(proposed(), 1, ERIK, PEOPLE, NOW, FACTS)
    with pytest.raises(NotAllowed, match="somebody else"):
        deny(proposed(), 1, ERIK, PEOPLE, NOW, "no")


def test_an_approval_by_the_asker_cannot_even_be_made() -> None:
    with pytest.raises(NotAllowed):
        Approved(proposed().state, Member(ERIK.id, "Erik by another name"), NOW)


def test_only_approvers_decide() -> None:
    with pytest.raises(NotAllowed, match="approvers"):
        approve(proposed(), 1, DANA, PEOPLE, NOW, FACTS)


@pytest.mark.parametrize(("spent", "moved"), [(3610 + 200, False), (3610 + 201, True), (3610 - 201, True)])
def test_an_approval_of_figures_that_moved_means_nothing(spent: int, moved: bool) -> None:
    facts = replace(FACTS, spent=usd(spent))
    if moved:
        with pytest.raises(Late, match="figures"):
            approve(proposed(), 1, FIONA, PEOPLE, NOW, facts)
    else:
        assert approve(proposed(), 1, FIONA, PEOPLE, NOW, facts).entry.what == "approve"


def test_a_limit_that_was_changed_meanwhile_means_that_the_figures_moved() -> None:
    with pytest.raises(Late):
        approve(proposed(), 1, FIONA, PEOPLE, NOW, replace(FACTS, limit=usd(4100)))


def test_a_stale_button_decides_nothing() -> None:
    with pytest.raises(Late) as late:
        approve(Held(proposed().state, 2), 1, FIONA, PEOPLE, NOW, FACTS)
    assert late.value.subject == "request/n1"


@pytest.mark.parametrize(("seconds", "ago"), [(4, "4 seconds"), (60, "1 minute"), (7300, "2 hours")])
def test_the_slower_one_is_told_who_was_faster(seconds: int, ago: str) -> None:
    held = Held(state_of(proposed()), 2)
    with pytest.raises(Late, match=f"Fiona approved this {ago} before you"):
        approve(held, 2, RAJ, PEOPLE, NOW + timedelta(seconds=seconds), FACTS)


def test_of_two_who_approve_at_once_the_book_keeps_one() -> None:
    shelf = Shelf()
    shelf.keep(propose("n1", CHANGE, ERIK, NOW, FACTS))
    held = shelf.request("n1")
    both = [approve(held, 1, who, PEOPLE, NOW, FACTS) for who in (FIONA, RAJ)]
    shelf.keep(both[0])
    with pytest.raises(Late):
        shelf.keep(both[1])
    assert [effect.must for effect in shelf.effects].count(Must.LIMIT) == 1


def test_nobody_in_time_is_a_no() -> None:
    last = NOW + LIFETIME
    assert expire(proposed(), last - timedelta(seconds=1)) is None
    decision = expire(proposed(), last)
    assert decision is not None
    assert isinstance(decision.state, Denied)
    assert decision.state.by is None
    with pytest.raises(Late):
        approve(proposed(), 1, FIONA, PEOPLE, last, FACTS)


@pytest.mark.parametrize(("read_back", "kind"), [(NEW, Applied), (None, Applied), (OLD, Failed), (usd(6501), Failed)])
def test_it_is_applied_only_as_approved(read_back: Money | None, kind: type) -> None:
    decision = confirm(Held(state_of(proposed()), 2), state_of(proposed()), read_back, NOW)
    assert isinstance(decision.state, kind)
    assert decision.entry.details.get("read_back") == (read_back.exact if read_back else None)


@dataclass
class Play:
    """People and a worker act on one request, in any order; refusals are their business."""

    by: Member
    shelf: Shelf = field(default_factory=Shelf)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.shelf.keep(propose("n1", CHANGE, self.by, NOW, FACTS))

    def act(self, act: str, who: Member, behind: int, amount: int) -> None:
        held = self.shelf.request("n1")
        seen = held.version - behind
        if act == "wait":
            self.now += timedelta(hours=amount % 100)
        elif act == "approve":
            self.shelf.keep(approve(held, seen, who, PEOPLE, self.now, FACTS))
        elif act == "deny":
            self.shelf.keep(deny(held, seen, who, PEOPLE, self.now, "no"))
        elif act == "expire" and (late := expire(held, self.now)):
            self.shelf.keep(late)
        elif act == "set" and isinstance(held.state, Approved):
            self.shelf.keep(confirm(held, held.state, usd(amount), self.now))
        elif act == "break" and isinstance(held.state, Approved):
            self.shelf.keep(fail(held, held.state, None, "away", self.now))


ACTS = st.tuples(st.sampled_from(["approve", "deny", "expire", "set", "break", "wait"]), st.sampled_from(WHO),
                 st.integers(0, 1), st.sampled_from([4000, 6500, 6499]))  # fmt: skip


@settings(deadline=None)
@given(by=st.sampled_from(WHO), acts=st.lists(ACTS, max_size=12))
def test_no_way_leads_to_a_limit_without_a_second_person_who_may(
    by: Member, acts: list[tuple[str, Member, int, int]]
) -> None:
    play = Play(by)
    for act in acts:
        before = play.shelf.request("n1")
        try:
            play.act(*act)
        except (Late, NotAllowed):
            assert play.shelf.request("n1") == before
    state = play.shelf.request("n1").state
    if isinstance(state, Applied | Failed | Approved):
        approved = state if isinstance(state, Approved) else state.approved
        assert approved.by.id != by.id
        assert approved.by in (ERIK, FIONA, RAJ)
        assert approved.at < NOW + LIFETIME
    if isinstance(state, Applied):
        assert state.read_back == NEW
    decided = [entry.what for entry in play.shelf.entries if entry.what in ("approve", "deny", "expire")]
    assert len(decided) <= 1


@settings(deadline=None)
@given(acts=st.lists(ACTS, max_size=12))
def test_what_has_ended_stays_as_it_is(acts: list[tuple[str, Member, int, int]]) -> None:
    play = Play(ERIK)
    ended = None
    for act in acts:
        try:
            play.act(*act)
        except (Late, NotAllowed):
            continue
        finally:
            state = play.shelf.request("n1").state
            assert ended is None or state == ended
            ended = state if isinstance(state, Applied | Denied | Failed) else None
