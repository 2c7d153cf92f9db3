"""Killed at the worst moments and started again, the bot applies what was approved exactly once."""

from tests.bot.office import Gateway, said, until
from tests.processes.conftest import Console


def attempts(console: Console) -> int:
    found = console.sql("SELECT attempts FROM effect WHERE must = 'limit'")
    return int(found[0][0]) if found else 0


def a_minute_passes(console: Console) -> None:
    """The lease of whoever was killed ends."""
    console.sql("UPDATE effect SET leased_until = NULL, not_before = NULL")


def applied_once(console: Console, gateway: Gateway) -> None:
    until(lambda: console.kind() == "applied", "the change to be applied")
    until(lambda: console.card and "read back" in said(console.card), "the card to say so")
    assert gateway.writes(console.team) == [6500.0]
    assert gateway.holds(console.team) == 6500.0
    assert console.sql('SELECT count(*) FROM audit WHERE body LIKE \'%"what":"apply"%\'') == [(1,)]


def test_killed_between_approval_and_apply_it_applies_once(console: Console, gateway: Gateway) -> None:
    gateway.switch(status=503)
    console.run()
    console.approved()
    until(lambda: attempts(console) >= 1, "an attempt")
    console.end()
    assert console.kind() == "approved"
    assert gateway.writes(console.team) == []
    gateway.switch()
    a_minute_passes(console)
    console.run()
    applied_once(console, gateway)


def test_killed_twice_after_the_write_and_before_it_was_read_back_it_does_not_write_again(
    console: Console, gateway: Gateway
) -> None:
    console.run()
    gateway.switch(stall=True)
    console.approved()
    until(lambda: gateway.writes(console.team), "the write")
    console.end()
    assert console.kind() == "approved"
    a_minute_passes(console)
    console.run()
    until(lambda: attempts(console) >= 2, "a second attempt")
    console.end()
    gateway.switch()
    a_minute_passes(console)
    console.run()
    applied_once(console, gateway)
