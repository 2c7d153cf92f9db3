"""The schedule: APScheduler ticks; what is due, and who has it, is kept in the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from bot.bugs import Caught, noted
from finops.errors import FinopsError

log = logging.getLogger(__name__)


def scheduler() -> BackgroundScheduler:
    """A scheduler that never runs a job twice at once and makes up for missed ticks with a single one."""
    return BackgroundScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )


def every(
    ticking: BackgroundScheduler, seconds: float, name: str, work: Callable[[], object], after: float = 0
) -> None:
    """Call *work* every so many *seconds*, beginning *after* some, or now, however it ends."""
    first = datetime.now(UTC) + timedelta(seconds=after)
    ticking.add_job(lambda: _careful(name, work), "interval", seconds=seconds, id=name, next_run_time=first)


def _careful(name: str, work: Callable[[], object]) -> None:
    with Caught() as caught:
        work()
    if isinstance(caught.error, FinopsError):
        log.warning("%s: %s", name, caught.error)
    elif caught.error:
        noted(name, caught.error)
