"""A peek: the same way to speak, for a check: each address is asked once, without patience, and no further page."""

from __future__ import annotations

from typing import Any

from web.client import Web

MOST = 20


class Enough(Exception):
    """Another page, or one address more than a check looks at, would be asked for now."""


class Peek(Web):
    """Speaks as *web* does, to as many as MOST addresses, once each."""

    def __init__(self, web: Web) -> None:
        vars(self).update(vars(web))
        self._attempts = 1
        self._speaks, self._looked_at = web, set[str]()  # whoever holds the peek keeps the connection

    def _patiently(self, method: str, path: str, query: Any, body: object = None) -> Any:
        if path in self._looked_at or len(self._looked_at) >= MOST:
            raise Enough
        self._looked_at.add(path)
        return super()._patiently(method, path, query, body)
