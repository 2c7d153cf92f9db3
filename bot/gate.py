"""The gate before what may be pushed: the token, the method, and so many a minute."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from wsgiref.types import WSGIEnvironment

from bot.bodies import Refused

_A_MINUTE = 120


@dataclass
class Pace:
    """Lets through *most* a minute; *seconds* is a clock."""

    most: int = _A_MINUTE
    seconds: Callable[[], float] = time.monotonic
    _let: list[float] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def wait(self) -> int:
        """0 if one more may pass, and then it has; else how many seconds it has to wait."""
        with self._lock:
            now = self.seconds()
            self._let = [at for at in self._let if at > now - 60]
            if len(self._let) >= self.most:
                return int(self._let[0] + 60 - now) + 1
            self._let.append(now)
            return 0


@dataclass(frozen=True)
class Gate:
    """Lets pass who has *token*, at *pace*."""

    token: str
    pace: Pace = field(default_factory=Pace)

    def pass_(self, environ: WSGIEnvironment) -> None:
        """Refused for anybody else, for anything but a POST, and for more than the pace lets through."""
        given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, f"Bearer {self.token}".encode()):
            raise Refused("401 Unauthorized", "Send the token of door.token as “Authorization: Bearer …”.")
        if environ["REQUEST_METHOD"] != "POST":
            raise Refused("405 Method Not Allowed", "Send it with POST.")
        if wait := self.pace.wait():
            raise Refused("429 Too Many Requests", f"Send at most {self.pace.most} pushes a minute.", again=wait)
