"""Who may ask, and where: guests, outsiders and bots are refused, and so are channels that outsiders share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.refusals import refusal
from finops.errors import NotAllowed
from finops.people import Audience, Member, Place

_KEPT = 300.0
_NOT_OURS = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted", "is_workflow_bot")


@dataclass
class Guard:
    """Asks Slack who somebody is and what a channel is, and remembers it for five minutes."""

    client: WebClient
    team: str
    channels: Mapping[Audience, Place]
    zone: str
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def member(self, user: str, team: str) -> Member:
        """The person behind a verified id; NotAllowed for guests, outsiders, bots and other workspaces."""
        if team != self.team:
            raise NotAllowed("This bot serves its own workspace only.")
        found = self._looked_up(f"user/{user}", lambda: self._user(user))
        if any(found.get(flag) for flag in _NOT_OURS) or found.get("team_id", self.team) != self.team:
            raise NotAllowed("Guests, outsiders and bots can't ask for figures here.")
        return Member(user, str(found.get("real_name") or found.get("name") or ""))

    def place(self, channel: str) -> Place:
        """The channel as a place; NotAllowed where outsiders read along."""
        for place in self.channels.values():
            if place.channel == channel:
                return self._checked(place)
        return self._checked(Place(channel, self.zone))

    def is_open(self, place: Place) -> bool:
        """Whether outsiders read along there."""
        return self._shared(place.channel)

    def _checked(self, place: Place) -> Place:
        if self._shared(place.channel):
            raise NotAllowed("This channel is shared with outsiders, so figures are not shown here.")
        return place

    def _shared(self, channel: str) -> bool:
        if not channel.startswith(("C", "G")):
            return False
        found = self._looked_up(f"channel/{channel}", lambda: self._channel(channel))
        return bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))

    def _user(self, user: str) -> dict[str, Any]:
        try:
            return dict(self.client.users_info(user=user)["user"])
        except SlackApiError:
            raise NotAllowed("Slack does not say who you are right now; please try again.") from None

    def _channel(self, channel: str) -> dict[str, Any]:
        try:
            return dict(self.client.conversations_info(channel=channel)["channel"])
        except SlackApiError as error:
            if refusal(error) in ("channel_not_found", "not_in_channel"):
                return {"unknown": True}
            raise NotAllowed("Slack does not say what channel this is right now; please try again.") from None

    def _looked_up(self, name: str, look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with self._lock:
            at, found = self._known.get(name, (0.0, {}))
            if found and self.clock() - at < _KEPT:
                return found
        found = look()
        with self._lock:
            self._known[name] = (self.clock(), found)
        return found
