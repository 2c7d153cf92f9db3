"""A digest: which sections an audience gets, and the one sentence that it begins with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import finops.sections
from finops.desk import Desk
from finops.digests.section import Briefing, Section
from finops.digests.verdicts import verdict
from finops.digests.weekly import week
from finops.discovery import instances
from finops.people import Audience
from finops.period import day_in
from finops.question import Measure
from finops.report import Part, Report
from finops.stamp import LedgerName

_ABOUT = {Audience.FINANCE: Measure.COST, Audience.ENGINEERING: Measure.TOKENS, Audience.SECURITY: Measure.REQUESTS}


def composed(audience: Audience, desk: Desk, now: datetime, day: date | None = None) -> Report:
    """The digest of *audience* as of *now*, or that of *day* if it is late: its verdict, its sections in order, the
    rest for the thread."""
    today = day or day_in(desk.company.zone, now)
    first = LedgerName.BILLED if audience is Audience.FINANCE else LedgerName.METERED
    briefing = Briefing(desk, audience, today, now, desk.reach(now, today, first))
    mine = [each for each in sections() if audience in each.audiences]
    stamp = week(briefing, _ABOUT[audience]).stamp
    return Report(
        title=_title(audience, briefing),
        verdict=verdict(briefing),
        parts=tuple(_said(briefing, [each for each in mine if not each.detail])),
        details=tuple(_said(briefing, [each for each in mine if each.detail])),
        stamp=stamp,
        audience=audience,
    )


def sections() -> tuple[Section, ...]:
    """Every section there is, in the order of its place."""
    return tuple(sorted(instances(finops.sections, Section).values(), key=lambda each: (each.place, each.name)))


def _said(briefing: Briefing, mine: list[Section]) -> Iterator[Part]:
    for each in mine:
        yield from each.says(briefing)


def _title(audience: Audience, briefing: Briefing) -> str:
    last = briefing.week.last
    what = {Audience.FINANCE: "AI cost", Audience.ENGINEERING: "AI efficiency", Audience.SECURITY: "AI keys and models"}
    return f"{what[audience]}, week to {last:%a} {last.day} {last:%b}"
