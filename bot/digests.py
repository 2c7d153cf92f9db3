"""When digests are due: once per audience and local date, whatever restarts, replicas or clock changes do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.settings import AudienceSettings
from finops.decision import Effect, Must
from finops.people import Audience
from storage.due import Due


def slots(audiences: Mapping[Audience, AudienceSettings], now: datetime) -> Iterator[tuple[Audience, date]]:
    """The audiences whose time of the day has come, each with its local date."""
    for audience, when in audiences.items():
        local = now.astimezone(ZoneInfo(when.zone))
        if local.weekday() in when.days and local.time() >= when.at:
            yield audience, local.date()


def claim(due: Due, audiences: Mapping[Audience, AudienceSettings], now: datetime) -> int:
    """How many digests became due just now; each is claimed for its local date, so only one replica sends it."""
    return sum(
        due.claim(f"digest/{audience}", day, Effect(Must.DIGEST, f"{audience}/{day}"), now)
        for audience, day in slots(audiences, now)
    )
