"""Told to stop, the bot stops cleanly and soon, whatever it is doing."""

import signal

from tests.bot.office import Gateway, until
from tests.processes.conftest import Console


def test_interrupted_it_stops_cleanly_and_soon(console: Console) -> None:
    console.run()
    assert console.end(signal.SIGINT) == 0
    assert "taken up" not in console.log
    assert "Traceback" not in console.log


def test_terminated_it_stops_soon_even_while_the_gateway_keeps_it_waiting(console: Console, gateway: Gateway) -> None:
    console.run()
    gateway.switch(stall=True)
    console.approved()
    until(lambda: gateway.writes(console.team), "the write")
    assert console.end(signal.SIGTERM) == 0
    assert "taken up at the next start" in console.log
    assert "Traceback" not in console.log
    gateway.switch()
    assert gateway.holds(console.team) == 6500.0
