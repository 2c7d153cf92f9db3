"""Counting: the business drivers that people tell by hand are published like those that are pushed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from finops.audit import Entry
from finops.driver import DriverCount
from finops.errors import Unclear
from finops.money import plain
from finops.people import Member
from sources._base import written
from sources._pushed import driver_counts
from storage.facts import Facts


@dataclass(frozen=True)
class Counting:
    """The port Drivers over *facts*. What is told and what is pushed of the same is one: the later word counts."""

    facts: Facts

    def tell(self, told: DriverCount, by: Member, now: datetime) -> bool:
        """Publish *told* with an audit entry that names *by*; whether it changed anything."""
        row = {"date": told.day, "driver": told.driver, "count": told.count, "app": told.app, "team": told.team}
        folder = self.facts.home / "pages" / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        batch = driver_counts((written([row], folder / "told.jsonl.gz"),))
        delivery = self.facts.publish(batch, now, strict=True, routine=True, entry=_entry(told, by, now))
        if delivery.examples:
            held = delivery.examples[0]
            raise Unclear(f"{held.field}: {held.reason}.", field=held.field)
        return delivery.changed > 0


def _entry(told: DriverCount, by: Member, now: datetime) -> Entry:
    details = {"count": plain(told.count), "day": str(told.day), "app": told.app, "team": told.team}
    return Entry(now, by.id, "driver added", f"driver/{told.driver}", details)
