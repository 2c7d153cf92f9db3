"""A small app at the other end of Socket Mode: acknowledges as told and keeps what it heard."""

import time
from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.links import ended

PATIENCE = 20.0


class Listening:
    """Slack's own Socket Mode client, with an answer of ours; without an answer it keeps silent."""

    def __init__(self, told: dict[str, str]) -> None:
        self.heard: list[SocketModeRequest] = []
        self.answer: Callable[[SocketModeRequest], dict[str, Any] | None] | None = lambda request: None
        web = WebClient(told["app_token"], base_url=told["api"])
        self._client = SocketModeClient(told["app_token"], web_client=web, ping_interval=1, concurrency=2)
        self._client.socket_mode_request_listeners.append(self._hear)
        self._client.connect()
        until(self._client.is_connected)

    def last(self, kind: str | None = None) -> dict[str, Any]:
        """The payload of the last thing heard, of one type if named, once there is one."""
        until(lambda: any(kind in (None, one.payload.get("type")) for one in self.heard))
        return next(dict(one.payload) for one in reversed(self.heard) if kind in (None, one.payload.get("type")))

    def close(self) -> None:
        ended(self._client)
        self._client.close()

    def _hear(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if self.answer is not None:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer(request)))


def until(holds: Callable[[], Any]) -> None:
    """Wait until it holds; fails after some seconds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
