"""Showing: the messages that show a subject say how it stands, and digests reach their channel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.delivery import Delivery
from bot.refusals import refusal
from bot.subjects import audiences_of, shown
from finops.desk import Desk
from finops.digest import composed
from finops.errors import FinopsError
from finops.people import Audience, Place
from finops.report import Report, Tone, say
from storage.places import Places

log = logging.getLogger(__name__)

_GONE = ("message_not_found", "channel_not_found", "is_archived", "not_in_channel", "cant_update_message")
_HIDDEN = Report("Not shown here", say("Outsiders read along in this channel, so figures are not shown here any more."))


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
        """The digest that *subject* names (`finance/2026-11-23`) is in its channel, if that may be."""
        audience, _, day = subject.partition("/")
        self.posted(Audience(audience), date.fromisoformat(day))

    def posted(self, audience: Audience, day: date | None = None) -> bool:
        """Whether the digest of *audience*, of *day* if it is late, could be posted now."""
        return self._said(composed(audience, self.desk(), self.clock(), day), self.channels[audience]) is not None

    def tell(self, sentence: str) -> None:
        """Say *sentence* to the operators: in the log, and in engineering's channel if there is one."""
        log.warning("%s", sentence)
        place = self.channels.get(Audience.ENGINEERING)
        try:
            if place:
                self._said(Report("Sources", say(sentence), tone=Tone.WARNING), place)
        except (SlackClientError, OSError, FinopsError) as error:
            log.warning("The operators could not be told: %s", error)

    def _post(self, subject: str, audience: Audience) -> None:
        place = self.channels[audience]
        ts = self._said(shown(subject, self.desk(), audience, self.clock()), place)
        if ts:
            self.places.remember(subject, place.channel, ts, audience)

    def _said(self, report: Report, place: Place) -> str | None:
        """The `ts` of the new message; None if it is not said, because outsiders read along."""
        if self.shared(place):
            log.error("“%s” is not posted: outsiders read along in %s.", report.title, place.channel)
            return None
        return self.delivery.post(report, place.channel, place.zone)

    def _update(self, subject: str, audience: Audience, channel: str, ts: str) -> None:
        place = Place(channel, self.channels[audience].zone if audience in self.channels else "UTC")
        hidden = self.shared(place)
        report = _HIDDEN if hidden else shown(subject, self.desk(), audience, self.clock())
        try:
            self.delivery.update(report, channel, ts, place.zone)
        except SlackApiError as error:
            if refusal(error) not in _GONE:
                raise
            log.warning("A message that showed %s is gone from %s: %s", subject, channel, refusal(error))
