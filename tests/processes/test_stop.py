"""Told to stop, the bot stops cleanly and soon, whatever it is doing."""

import signal
import subprocess
import sys

from tests.bot.office import Gateway, until
from tests.processes.conftest import Console

INTERRUPTED_AT_ITS_LOCK = """
import os, signal
from bot.terminal import stopped
stop = stopped()
with stop._cond:
    os.kill(os.getpid(), signal.SIGTERM)
    signal.getsignal(signal.SIGTERM)
assert stop.wait(10)
"""
ASLEEP = """
import os, signal, threading
from bot.terminal import stopped
stop = stopped()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # so that the signal does not wake the main thread
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
assert stop.wait(10)
"""


def test_told_to_stop_just_as_it_begins_to_wait_it_does_not_wait_for_ever() -> None:
    assert subprocess.run([sys.executable, "-c", INTERRUPTED_AT_ITS_LOCK], timeout=90, check=False).returncode == 0


def test_told_to_stop_while_the_main_thread_sleeps_on_it_stops() -> None:
    assert subprocess.run([sys.executable, "-c", ASLEEP], timeout=90, check=False).returncode == 0


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
