"""What the workspace gives out ends: triggers, response URLs, tickets; a clock in the test's hand says when."""

import pytest

from sandbox.state.hooks import Hook, Hooks
from sandbox.state.tickets import Tickets
from sandbox.state.triggers import Spoiled, Triggers


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_response_url_lives_thirty_minutes() -> None:
    clock = Clock()
    hooks = Hooks(clock)
    name = hooks.give("U0FIONA0000", "C0FINANCE00")
    clock.now += 30 * 60
    assert isinstance(hooks.use(name), Hook)
    clock.now += 1
    assert hooks.use(name) == "expired_url"


def test_a_response_url_has_five_uses() -> None:
    hooks = Hooks(Clock())
    name = hooks.give("U0FIONA0000", "C0FINANCE00")
    assert all(isinstance(hooks.use(name), Hook) for _ in range(5))
    assert hooks.use(name) == "used_url"


def test_a_response_url_of_yesterday_is_forgotten() -> None:
    clock = Clock()
    hooks = Hooks(clock)
    name = hooks.give("U0FIONA0000", "C0FINANCE00")
    clock.now += 86_401
    hooks.give("U0FIONA0000", "C0FINANCE00")
    assert hooks.use(name) == "no_hook"


def test_a_trigger_lives_three_seconds() -> None:
    clock = Clock()
    triggers = Triggers(clock)
    early, late = triggers.give("U0FIONA0000"), triggers.give("U0FIONA0000", "V0VIEW")
    clock.now += 3
    assert triggers.spend(early).user == "U0FIONA0000"
    clock.now += 0.01
    with pytest.raises(Spoiled, match="expired_trigger_id"):
        triggers.spend(late)


def test_a_trigger_of_long_ago_is_forgotten() -> None:
    clock = Clock()
    triggers = Triggers(clock)
    old = triggers.give("U0FIONA0000")
    clock.now += 601
    triggers.give("U0FIONA0000")
    with pytest.raises(Spoiled, match="invalid_trigger_id"):
        triggers.spend(old)


def test_a_ticket_is_used_once() -> None:
    tickets = Tickets()
    ticket = tickets.give()
    assert [tickets.use(ticket), tickets.use(ticket), tickets.use("made up")] == [True, False, False]
