"""A server on this machine that gives the answers it was handed, and notes what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One thing it was asked."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Says:
    """One answer; *body* is bytes, or something to be written as JSON. *cut* promises more bytes than are sent."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Answering:
    """Listens at *address*; gives *answers* in turn (the last one for ever), or what *chosen* says to each ask."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[Asked] = []
        self.answers: list[Says] = [Says()]
        self.chosen: Callable[[Asked], Says] | None = None

    def says(self, *answers: Says) -> None:
        self.answers, self.chosen = list(answers), None

    def answer(self, asked: Asked) -> Says:
        self.asked.append(asked)
        if self.chosen:
            return self.chosen(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up early is no news."""


@contextmanager
def answering() -> Iterator[Answering]:
    """A server of one's own, on a port that the system chooses."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body leave together

        def do_GET(self) -> None:
            url, length = urlsplit(self.path), int(self.headers.get("Content-Length", 0))
            asked = Asked(self.command, url.path, parse_qs(url.query), dict(self.headers), self.rfile.read(length))
            told = side.answer(asked)
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.bytes) + told.cut))
            self.end_headers()
            self.wfile.write(told.bytes)
            self.close_connection = told.cut

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    side = Answering(f"http://127.0.0.1:{server.server_port}")
    listening = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    listening.start()
    try:
        yield side
    finally:
        server.shutdown()
        listening.join()
        server.server_close()
