"""Google: the key of a service account signs for a token of an hour, and the token is what requests are asked with."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from typing import Any

import httpx
from google.auth import crypt, exceptions, jwt
from pydantic import BaseModel, SecretStr, ValidationError

from finops.errors import SourceAway, SourceChanged, SourceRefused
from web.access import Address

_HOUR, _EARLY = 3600, 60
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class _Key(BaseModel):
    client_email: str
    private_key: SecretStr
    private_key_id: str = ""
    token_uri: Address = "https://oauth2.googleapis.com/token"


class ServiceAccount(httpx.Auth):
    """Asks as the service account whose key is the JSON *text*, for *scope*; ValueError if it is no such key. *clock*
    is in seconds since 1970."""

    def __init__(self, text: str, scope: str, clock: Callable[[], float]) -> None:
        self._scope, self._clock = scope, clock
        self._token, self._until = "", 0.0
        try:
            self._key = _Key.model_validate_json(text)
            secret = self._key.private_key.get_secret_value()
            signs = crypt.RSASigner.from_string(secret, self._key.private_key_id)  # type: ignore[no-untyped-call]
        except (ValidationError, ValueError, exceptions.GoogleAuthError):
            raise ValueError("this is not the JSON key of a service account") from None
        self._signs: crypt.Signer = signs

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """*request* with a token, after one was asked for where there is none or it ends soon."""
        if self._clock() > self._until - _EARLY:
            self._taken((yield self._asks()))
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == 401:
            self._until = 0.0

    def _asks(self) -> httpx.Request:
        now = int(self._clock())
        claims = {"iss": self._key.client_email, "scope": self._scope, "aud": self._key.token_uri, "iat": now,
                  "exp": now + _HOUR}  # fmt: skip
        signed = jwt.encode(self._signs, claims)  # type: ignore[no-untyped-call]
        return httpx.Request(
            "POST", self._key.token_uri, data={"grant_type": _GRANT, "assertion": signed.decode()},
            extensions={"timeout": httpx.Timeout(30.0).as_dict()},
        )  # fmt: skip

    def _taken(self, answer: httpx.Response) -> None:
        if answer.status_code == 429 or answer.status_code >= 500:
            raise SourceAway(f"Google gives no token for the service account ({answer.status_code}).")
        if not answer.is_success:
            raise SourceRefused(
                f"Google refuses the key of the service account ({answer.status_code}); make a new one."
            )
        try:
            told: dict[str, Any] = json.loads(answer.read())
            token, lasts = str(told["access_token"]), float(told["expires_in"])
        except (ValueError, LookupError, TypeError, RecursionError):
            raise SourceChanged("Google answers with no token where one was asked for.") from None
        if not token.isascii() or not token.isprintable():
            raise SourceChanged("Google answers with a token that is none.")
        self._token, self._until = token, self._clock() + lasts
