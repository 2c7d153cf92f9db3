"""The door: HTTP for health checks and, in HTTP mode, for Slack; nothing unsigned gets past it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress.server import create_server

log = logging.getLogger(__name__)

Wsgi = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_SLACK = "/slack/events"
_STAMPED = re.compile(r"[0-9]{1,12}")
_SIGNED = re.compile(r"v0=[0-9a-f]{64}")


def door(health: Callable[[], dict[str, Any]], app: App | None) -> Wsgi:
    """The WSGI application: `/healthz` says *health* (503 unless it is `ok`); *app* hears Slack's signed requests."""
    slack = SlackRequestHandler(app, path=_SLACK) if app else None

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return _health(health(), start)
        if path == _SLACK and slack:
            return slack(environ, start) if _is_shaped(environ) else _plain("401 Unauthorized", start)
        return _plain("404 Not Found", start)

    return answer


def _is_shaped(environ: WSGIEnvironment) -> bool:
    stamp, signature = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""), environ.get("HTTP_X_SLACK_SIGNATURE", "")
    return bool(_STAMPED.fullmatch(stamp) and _SIGNED.fullmatch(signature))


def _health(found: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
    start("200 OK" if found["ok"] else "503 Service Unavailable", [("Content-Type", "application/json")])
    return [json.dumps(found).encode()]


def _plain(status: str, start: StartResponse) -> Iterable[bytes]:
    start(status, [("Content-Type", "text/plain")])
    return [status.encode()]


@dataclass
class Opened:
    """The door, open on a port of its own thread."""

    server: Any
    thread: Thread

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server.effective_port)

    def close(self) -> None:
        """Close it and let its thread end."""
        self.server.close()
        self.thread.join(5)


def opened(wsgi: Wsgi, host: str, port: int) -> Opened:
    """*wsgi* served on *host* and *port* (0: any that is free); OSError if the port is taken."""
    server = create_server(wsgi, host=host, port=port, threads=8, ident="tuppence")
    thread = Thread(target=server.run, name="door", daemon=True)
    thread.start()
    return Opened(server, thread)
