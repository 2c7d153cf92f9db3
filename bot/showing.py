"""Showing: the messages that show a subject say how it stands, and digests reach their channel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from slack_sdk.errors import SlackApiError

from bot.delivery import Delivery
from bot.refusals import refusal
from bot.subjects import audiences_of, shown
from finops.desk import Desk
from finops.digest import composed
from finops.people import Audience, Place
from finops.period import day_in
from finops.report import Report, Tone, say
from storage.places import Places

log = logging.getLogger(__name__)

_LATE = timedelta(days=1)
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
            audience = _audience(place.audience)
            missing -= {audience}
            self._update(subject, audience, place.channel, place.ts)
        for each in sorted(missing):
            self._said(shown(subject, self.desk(), each, self.clock()), self.channels[each], subject)

    def digest(self, subject: str) -> None:
        """The digest that *subject* names (`finance/2026-11-23`) is in its channel, if that may be: of its own date if
        it comes late; more than a day late it does not come."""
        name, _, written = subject.partition("/")
        audience, day = _audience(name), date.fromisoformat(written)
        if audience is None or audience not in self.channels:
            log.warning("The digest %s is not posted: no channel is configured for it any more.", subject)
        elif day_in(self.channels[audience].zone, self.clock()) > day + _LATE:
            log.warning("The digest %s is not posted: its day is long over.", subject)
        elif not self.places.of(f"digest/{subject}"):
            self.posted(audience, f"digest/{subject}", day)

    def posted(self, audience: Audience, subject: str = "", day: date | None = None) -> bool:
        """Whether the digest of *audience* (of *day* if it is late) could be posted now; its message is remembered as
        showing *subject*."""
        report = composed(audience, self.desk(), self.clock(), day)
        return self._said(report, self.channels[audience], subject) is not None

    def tell(self, sentence: str) -> None:
        """Say *sentence* to the operators, in engineering's channel if there is one."""
        place = self.channels.get(Audience.ENGINEERING)
        if place:
            self._said(Report("For the operators", say(sentence), tone=Tone.WARNING), place)

    def _said(self, report: Report, place: Place, subject: str = "") -> str | None:
        """The `ts` of the new message, remembered at once if it shows a *subject*; None if it is not said, because
        outsiders read along."""
        if self.shared(place):
            log.error("“%s” is not posted: outsiders read along in %s.", report.title, place.channel)
            return None

        def posted(ts: str) -> None:
            if subject:
                self.places.remember(subject, place.channel, ts, str(place.audience or ""))

        return self.delivery.post(report, place.channel, place.zone, posted)

    def _update(self, subject: str, audience: Audience | None, channel: str, ts: str) -> None:
        place = Place(channel, self.channels[audience].zone if audience and audience in self.channels else "UTC")
        hidden = self.shared(place)
        report = _HIDDEN if hidden else shown(subject, self.desk(), audience, self.clock())
        try:
            self.delivery.update(report, channel, ts, place.zone)
        except SlackApiError as error:
            if refusal(error) not in _GONE:
                raise
            log.warning("A message that showed %s is gone from %s: %s", subject, channel, refusal(error))


def _audience(name: str) -> Audience | None:
    """The audience of this name; None if there is none."""
    return Audience(name) if name in list(Audience) else None
