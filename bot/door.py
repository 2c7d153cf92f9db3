"""The door: HTTP for health checks, for pushes and, in HTTP mode, for Slack; nothing without proof gets past it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from waitress.server import BaseWSGIServer, create_server
from waitress.wasyncore import close_all

log = logging.getLogger(__name__)

Wsgi = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_SLACK, _PUSHED = "/slack/events", "/v1/"
_STAMPED = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNED = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_LARGEST = 1024 * 1024


def door(health: Callable[[], dict[str, Any]], slack: Wsgi | None, pushed: Wsgi | None = None) -> Wsgi:
    """The WSGI application: `/healthz` says *health* (503 unless it is `ok`); *slack* hears Slack's requests, *pushed*
    what is sent to `/v1/…`."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return _health(health(), start)
        if path == _SLACK and slack:
            return slack(environ, start)
        if path.startswith(_PUSHED) and pushed:
            return pushed(environ, start)
        return _plain("404 Not Found", start)

    return answer


class Signed:
    """Lets *app* hear what Slack signed with *secret*, and nothing else."""

    def __init__(self, app: App, secret: str) -> None:
        self._verifier = SignatureVerifier(secret)
        self._bolt = SlackRequestHandler(app, path=_SLACK)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Bolt's answer; 405, 401, 415 or 400 for what it should not see."""
        if environ["REQUEST_METHOD"] != "POST":
            return _plain("405 Method Not Allowed", start)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not self._is_signed(environ, body):
            return _plain("401 Unauthorized", start)
        kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind not in _READERS:
            return _plain("415 Unsupported Media Type", start)
        if not _is_readable(body, kind):
            return _plain("400 Bad Request", start)
        return self._bolt({**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}, start)

    def _is_signed(self, environ: WSGIEnvironment, body: bytes) -> bool:
        stamp, signature = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""), environ.get("HTTP_X_SLACK_SIGNATURE", "")
        if not (_STAMPED.fullmatch(stamp) and _SIGNED.fullmatch(signature)):
            return False
        try:
            return self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return False


def _is_readable(body: bytes, kind: str) -> bool:
    try:
        return all(isinstance(json.loads(text), dict) for text in _READERS[kind](body.decode()))
    except (ValueError, RecursionError):
        return False


def _payloads(form: str) -> list[str]:
    return parse_qs(form, keep_blank_values=True, strict_parsing=True).get("payload", [])


_READERS: dict[str, Callable[[str], list[str]]] = {
    "application/json": lambda text: [text],
    "application/x-www-form-urlencoded": _payloads,
}


def _health(found: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
    start("200 OK" if found["ok"] else "503 Service Unavailable", [("Content-Type", "application/json")])
    return [json.dumps(found).encode()]


def _plain(status: str, start: StartResponse) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain")])
    return [status.encode()]


@dataclass
class Opened:
    """The door, open in a thread of its own; *channels* are its sockets, by number."""

    channels: dict[int, Any]
    thread: Thread

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listening.effective_port)

    def close(self) -> None:
        """Close it, with whatever is still connected, and let its thread end."""
        with suppress(OSError):  # awake for another reason, its thread may have closed the trigger before it is pulled
            self._listening.trigger.pull_trigger(lambda: close_all(self.channels, ignore_all=True))
        self.thread.join(5)

    @property
    def _listening(self) -> Any:
        return next(each for each in self.channels.values() if isinstance(each, BaseWSGIServer))


def opened(wsgi: Wsgi, host: str, port: int) -> Opened:
    """*wsgi* served on *host* and *port* (0: any that is free); OSError if the port is taken."""
    channels: dict[int, Any] = {}
    server = create_server(wsgi, channels, host=host, port=port, threads=8, ident="tuppence",
                           max_request_body_size=_LARGEST)  # fmt: skip
    thread = Thread(target=server.run, name="door", daemon=True)
    thread.start()
    return Opened(channels, thread)
