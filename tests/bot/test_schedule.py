"""The clock goes on ticking, however a job ends."""

import logging
import re
from threading import Event

import pytest

from bot.schedule import every, scheduler
from finops.errors import SourceAway

FAILS = [(ZeroDivisionError("oh"), r"bug [0-9a-f]{8}: job"), (SourceAway("away"), "job: away")]


@pytest.mark.parametrize(("error", "logged"), FAILS)
def test_a_job_that_fails_is_logged_and_its_next_tick_comes(
    error: Exception, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    ticking, again, ticks = scheduler(), Event(), list[int]()

    def work() -> None:
        ticks.append(1)
        if len(ticks) > 1:
            again.set()
        raise error

    every(ticking, 0.02, "job", work)
    ticking.start()
    try:
        assert again.wait(20)
    finally:
        ticking.shutdown(wait=True)
    ours = [each for each in caplog.records if each.name.startswith("bot") and each.levelno >= logging.WARNING]
    assert ours
    assert all(re.match(logged, each.getMessage()) for each in ours)
