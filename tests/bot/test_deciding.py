"""Who decides what on a card in Slack, what happens to the gateway, and what everybody is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from finops.audit import Entry
from finops.budgets.approval import Approved, Denied, Failed, Proposed
from finops.decision import Decision
from tests.bot.office import DANA, ERIK, FIONA, GUS, NEW, OLD, RAJ, Office, said, until


@pytest.mark.parametrize("replicas", [1, 2])
def test_of_two_approvers_at_once_one_wins_and_the_other_is_told_who(
    offices: Callable[..., Office], state_url: str, replicas: int
) -> None:
    office = offices(database=state_url)
    for _ in range(replicas - 1):
        office.opened()
    request = office.asked(ERIK)
    card = office.card(request)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda who: office.press(who, "Approve", card), (FIONA, RAJ)))
    state = until(lambda: winner(office, request), "a winner")
    first, second = (FIONA, RAJ) if state.by.id == FIONA else (RAJ, FIONA)
    office.private(first, "You approved")
    late = office.private(second, "Too late")
    assert office.name(first) in late["text"]
    assert f"Approved by <@{first}>" in said(late)
    assert not [one for one in office.whispers(second) if "You approved" in said(one)]
    work_at_once(office)
    assert office.gateway.writes(office.team) == [float(NEW)]
    assert f"Approved by <@{first}>; the limit is $6,500.00, read back" in said(office.card(request))


def winner(office: Office, request: str) -> Approved | None:
    state = office.state(request)
    return state if isinstance(state, Approved) else None


def work_at_once(office: Office) -> None:
    """All replicas work at the same time."""
    with ThreadPoolExecutor(len(office.bots)) as all_of_them:
        list(all_of_them.map(lambda bot: bot.worker.work(), office.bots))
    office.work()


def test_who_may_not_decide_is_refused_in_words_and_nothing_happens(
    offices: Callable[..., Office], state_url: str
) -> None:
    office = offices(database=state_url)
    request = office.asked(FIONA)
    card = office.card(request)
    for who, words in {
        FIONA: "You asked for this change, so somebody else has to decide on it. Waiting for: <@U0RAJ000000>.",
        DANA: "decided by its approvers; you are not one of them. Waiting for: <@U0RAJ000000>.",
        GUS: "Guests, outsiders and bots can't ask for figures here.",
    }.items():
        office.press(who, "Approve", card)
        office.private(who, words)
    office.work()
    assert isinstance(office.state(request), Proposed)
    assert office.gateway.writes(office.team) == []
    assert office.card(request)["blocks"] == card["blocks"]


def test_the_asker_and_a_viewer_may_not_deny_either(office: Office) -> None:
    request = office.asked(FIONA)
    for who, words in {FIONA: "somebody else has to decide", DANA: "you are not one of them"}.items():
        office.press(who, "Deny…", office.card(request))
        assert words in str(office.submits(who, why="I changed my mind")["errors"])
    assert isinstance(office.state(request), Proposed)


def test_a_button_that_was_decided_since_tells_its_presser_and_shows_the_card(office: Office) -> None:
    request = office.asked(ERIK)
    old = office.card(request)
    office.press(RAJ, "Deny…", old)
    assert office.submits(RAJ, why="It can run in batches") == {"ok": True}
    until(lambda: isinstance(office.state(request), Denied), "the denial")
    office.press(FIONA, "Approve", old)  # her client still shows the buttons: the card was not updated yet
    late = office.private(FIONA, "Too late")
    assert "Raj Patel denied this before you." in late["text"]
    assert "It can run in batches" in said(late)
    assert "Approve" not in said(late)
    office.work()
    assert "It can run in batches" in said(office.card(request))
    assert office.gateway.writes(office.team) == []


def test_a_button_of_an_older_version_decides_nothing_and_shows_the_new_one(office: Office) -> None:
    request = office.asked(ERIK)
    stale = office.card(request)
    rewritten(office, request)
    office.press(RAJ, "Approve", stale)
    late = office.private(RAJ, "This has changed since you saw it. Here is how it stands.")
    assert isinstance(office.state(request), Proposed)
    office.press(RAJ, "Approve", late)  # what he was shown is how it stands, and may be approved
    office.private(RAJ, "You approved")


def rewritten(office: Office, request: str) -> None:
    """The same request in a new version, as a change of it would leave it."""
    held = office.house.states.request(request)
    assert isinstance(held.state, Proposed)
    proposed = held.state
    entry = Entry(office.clock(), ERIK, "propose", proposed.subject, {})
    office.house.book.keep(Decision(held.version, proposed, entry, ()))


def test_a_press_after_72_hours_is_too_late_and_the_request_denies_itself(
    offices: Callable[..., Office], state_url: str
) -> None:
    office = offices(database=state_url)
    request = office.asked(ERIK)
    old = office.card(request)
    office.clock.now += timedelta(hours=71, minutes=59)
    office.bots[0].jobs.sweep()
    assert isinstance(office.state(request), Proposed)
    office.clock.now += timedelta(minutes=1)
    office.press(RAJ, "Approve", old)
    office.private(RAJ, "Too late")
    office.bots[0].jobs.sweep()
    office.work()
    assert isinstance(office.state(request), Denied)
    assert "Nobody decided within 72 hours." in said(office.card(request))
    assert "Approve" not in said(office.card(request))
    assert office.gateway.writes(office.team) == []


def test_an_approval_on_facts_that_moved_is_refused(office: Office) -> None:
    one, two = office.asked(ERIK), office.asked(ERIK, Decimal(7000))
    card = office.card(two)
    office.press(RAJ, "Approve", office.card(one))
    office.private(RAJ, "You approved")
    office.work()
    office.press(FIONA, "Approve", card)
    late = office.private(FIONA, "The figures have moved since this was asked for")
    assert "$4,000.00 → $7,000.00" in said(late)
    office.work()
    assert isinstance(office.state(two), Proposed)
    assert office.gateway.writes(office.team) == [float(NEW)]


def test_of_two_changes_approved_at_once_the_last_is_set_and_the_card_of_the_other_says_so(office: Office) -> None:
    one, two = office.asked(ERIK), office.asked(ERIK, Decimal(9000))
    for who, request in ((RAJ, two), (FIONA, one)):
        office.press(who, "Approve", office.card(request))
        office.private(who, "You approved")
        office.clock.now += timedelta(seconds=1)
    office.work()
    assert office.gateway.writes(office.team) == [float(NEW)]
    assert office.house.states.budget(office.team).state.amount.amount == NEW
    assert "the limit is $6,500.00, read back" in said(office.card(one))
    assert f"for $9,000.00, but not set: {one} of the same budget was approved later" in said(office.card(two))


@pytest.mark.parametrize(
    ("fault", "sent", "words"),
    [
        ("ignore", 1, "for $6,500.00, but the gateway says $4,000.00. An operator has to look; $4,000.00 was before."),
        ("refuse", 1, "for $6,500.00, but not in force: LiteLLM did not take"),
    ],
)
def test_a_gateway_that_does_not_obey_is_told_loudly_with_both_values(
    office: Office, fault: str, sent: int, words: str
) -> None:
    office.gateway.switch(**{fault: True})
    request = office.asked(ERIK)
    office.press(RAJ, "Approve", office.card(request))
    office.private(RAJ, "You approved")
    office.work()
    assert isinstance(office.state(request), Failed)
    card = said(office.card(request))
    assert words in card
    assert "$4,000.00" in card
    assert "Approve" not in card.replace("Approved by", "")
    assert len(office.gateway.writes(office.team)) == sent
    assert office.house.states.budget(office.team).state.amount.amount == OLD


def test_what_slack_delivers_twice_is_done_once(office: Office) -> None:
    office.slack.act("/control/faults", twice=True)
    try:
        request = office.asked(ERIK)
        office.press(RAJ, "Approve", office.card(request))
        office.private(RAJ, "You approved")
        office.types(FIONA, "/finops budget nothing-of-the-kind")
        office.private(FIONA, "nothing-of-the-kind")
        denied = office.asked(ERIK, Decimal(5000))
        office.press(FIONA, "Deny…", office.card(denied))
        assert office.submits(FIONA, why="One is enough") == {"ok": True}
        office.private(FIONA, "You denied it")
    finally:
        office.slack.act("/control/faults", twice=False)
    office.settle()
    office.work()
    assert [held.state.subject for held in office.house.states.requests()] == [
        f"request/{denied}",
        f"request/{request}",
    ]
    assert office.gateway.writes(office.team) == [float(NEW)]
    assert len(told(office, RAJ, "You approved")) == 1
    assert len(told(office, FIONA, "nothing-of-the-kind")) == 1
    assert not told(office, RAJ, "Too late")
    assert not told(office, FIONA, "Too late")


def told(office: Office, who: str, words: str) -> list[dict[str, Any]]:
    return [one for one in office.whispers(who) if words in said(one)]
