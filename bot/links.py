"""Socket Mode links: two connections to Slack, each rebuilt when it has been silent for a minute."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode import SocketModeClient

log = logging.getLogger(__name__)

_SILENCE = 60.0
_PING = 2
_TELL_AGAIN = 0.05


@dataclass
class Link:
    """One connection; *clock* is seconds since the epoch, as the SDK notes its pongs in."""

    app: App
    app_token: str
    api_base: str
    clock: Callable[[], float] = time.time
    _handler: SocketModeHandler | None = None
    _alive_at: float = 0.0

    def open(self) -> None:
        """Connect anew; SlackClientError or OSError if Slack is away, and then it has been silent since before."""
        self.close()
        web = WebClient(token=self.app_token, base_url=self.api_base)
        handler = SocketModeHandler(self.app, self.app_token, web_client=web, ping_interval=_PING)
        try:
            handler.connect()  # type: ignore[no-untyped-call]
        except (SlackClientError, OSError):
            ended(handler.client)
            handler.close()  # type: ignore[no-untyped-call]
            raise
        self._handler, self._alive_at = handler, self.clock()

    @property
    def silence(self) -> float:
        """Seconds since Slack was last heard on this link."""
        session = self._handler.client.current_session if self._handler else None
        heard = getattr(session, "last_ping_pong_time", None) or 0.0
        self._alive_at = max(self._alive_at, heard)
        return self.clock() - self._alive_at

    def tick(self) -> None:
        """Rebuild the link if it is silent; the next tick tries again if Slack is away."""
        if self._handler and self.silence <= _SILENCE:
            return
        try:
            self.open()
        except (SlackClientError, OSError):
            log.warning("A Socket Mode link could not be rebuilt.", exc_info=True)

    def close(self) -> None:
        """Disconnect, if connected."""
        if self._handler:
            ended(self._handler.client)
            self._handler.close()  # type: ignore[no-untyped-call]
            self._handler = None


def ended(client: SocketModeClient) -> None:
    """End the SDK's reader. It takes back, as it begins to read, that it was told to end (and `close` would then wait
    for it for ever), so it is told until it has ended; and the monitor is ended first, for it may connect anew."""
    client.auto_reconnect_enabled = False
    client.current_app_monitor.event.set()
    reader = client.current_session_runner
    reader.event.set()
    _wake(client)
    while reader.is_alive():
        client.current_session_state.terminated = True
        reader.thread.join(_TELL_AGAIN)


def _wake(client: SocketModeClient) -> None:
    """Let the SDK's reader end at once: its answer to a last ping is the last it reads; else closing takes seconds."""
    client.current_session_state.terminated = True
    if client.current_session:
        with suppress(OSError):
            client.current_session.ping("bye")  # an answer without words would not wake it


@dataclass
class Links:
    """The two links: while Slack refreshes one, the other hears."""

    each: tuple[Link, ...] = field(default=())

    def open(self) -> None:
        """Connect all; SlackClientError or OSError if Slack refuses."""
        for link in self.each:
            link.open()

    def tick(self) -> None:
        """Look after each."""
        for link in self.each:
            link.tick()

    def close(self) -> None:
        """Disconnect all."""
        for link in self.each:
            link.close()

    @property
    def silence(self) -> float:
        """Seconds since Slack was last heard on any link."""
        return min((link.silence for link in self.each), default=0.0)
