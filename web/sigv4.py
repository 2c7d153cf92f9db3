"""SigV4: how AWS wants to be asked: a signature over the question, made of the secret key, which never travels."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import reduce
from hashlib import sha256
from urllib.parse import quote

import httpx

_NAME = "AWS4-HMAC-SHA256"


class SigV4(httpx.Auth):
    """Signs each request for *service* in *region* as the owner of *key_id*; *token* belongs to keys of a session.
    Whoever reads the request must do so within minutes of *clock* (seconds since 1970)."""

    requires_request_body = True

    def __init__(
        self, key_id: str, secret: str, region: str, service: str, *, clock: Callable[[], float], token: str = ""
    ) -> None:
        self._key_id, self._secret, self._token = key_id, secret, token
        self._region, self._service, self._clock = region, service, clock

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        """*request* with its time and signature."""
        at = f"{datetime.fromtimestamp(self._clock(), UTC):%Y%m%dT%H%M%SZ}"
        request.headers["X-Amz-Date"] = at
        if self._token:
            request.headers["X-Amz-Security-Token"] = self._token
        scope = f"{at[:8]}/{self._region}/{self._service}/aws4_request"
        names, canonical = _canonical(request)
        told = "\n".join((_NAME, at, scope, sha256(canonical.encode()).hexdigest()))
        signature = reduce(_mac, (*scope.split("/"), told), f"AWS4{self._secret}".encode()).hex()
        request.headers["Authorization"] = (
            f"{_NAME} Credential={self._key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        yield request


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _canonical(request: httpx.Request) -> tuple[str, str]:
    """The names of the headers that are signed, and the request in the one way in which AWS writes it too."""
    path, _, query = request.url.raw_path.decode().partition("?")
    signed = sorted({name for name in request.headers if name in ("host", "content-type") or name.startswith("x-amz-")})
    headers = [f"{name}:{' '.join(request.headers[name].split())}" for name in signed]
    names, body = ";".join(signed), sha256(request.content).hexdigest()
    return names, "\n".join((request.method, _path(path), _query(query), *headers, "", names, body))


def _path(path: str) -> str:
    """*path* without empty steps, its percent signs written as such."""
    steps = [step for step in path.split("/") if step]
    ended = "/" if path.endswith("/") and steps else ""
    return quote(f"/{'/'.join(steps)}{ended}", safe="/~")


def _query(query: str) -> str:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return "&".join(f"{name}={value}" for name, value in sorted((name, value) for name, _, value in pairs))
