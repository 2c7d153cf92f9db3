"""Showing: the messages that show a subject say how it stands, and digests reach their channel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.errors import SlackApiError

from bot.delivery import Delivery
from bot.refusals import refusal
from bot.subjects import audiences_of, shown
from finops.desk import Desk
from finops.digest import composed
from finops.people import Audience, Place
from storage.places import Places

log = logging.getLogger(__name__)

_GONE = ("message_not_found", "channel_not_found", "is_archived", "not_in_channel", "cant_update_message")


@dataclass(frozen=True)
class Showing:
    """Says subjects and digests where their audiences are. *shared* tells whether outsiders read along in a place."""

    delivery: Delivery
    places: Places
    channels: Mapping[Audience, Place]
    desk: Callable[[], Desk]
    shared: Callable[[Place], bool]
    clock: Callable[[], datetime]

    def show(self, subject: str) -> None:
        """Every message that shows *subject* says how it stands now; an audience that has none yet gets one."""
        missing = set(audiences_of(subject)) & set(self.channels)
        for place in self.places.of(subject):
            missing.discard(Audience(place.audience))
            self._update(subject, Audience(place.audience), place.channel, place.ts)
        for audience in sorted(missing):
            self._post(subject, audience)

    def digest(self, subject: str) -> None:
        """The digest that *subject* names (`finance/2026-11-23`) is in its channel."""
        audience = Audience(subject.partition("/")[0])
        place = self.channels[audience]
        if self.shared(place):
            log.error("The digest of %s is not posted: outsiders read along in %s.", audience, place.channel)
            return
        self.delivery.post(composed(audience, self.desk(), self.clock()), place.channel, place.zone)

    def _post(self, subject: str, audience: Audience) -> None:
        place = self.channels[audience]
        if self.shared(place):
            log.error("%s is not shown to %s: outsiders read along in %s.", subject, audience, place.channel)
            return
        ts = self.delivery.post(shown(subject, self.desk(), audience, self.clock()), place.channel, place.zone)
        self.places.remember(subject, place.channel, ts, audience)

    def _update(self, subject: str, audience: Audience, channel: str, ts: str) -> None:
        zone = self.channels[audience].zone if audience in self.channels else "UTC"
        try:
            self.delivery.update(shown(subject, self.desk(), audience, self.clock()), channel, ts, zone)
        except SlackApiError as error:
            if refusal(error) not in _GONE:
                raise
            log.warning("A message that showed %s is gone from %s: %s", subject, channel, refusal(error))
